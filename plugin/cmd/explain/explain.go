// Package explain is "kubectl rrsa explain".
package explain

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	only     string
	sdkError string
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Pods: true, Fields: []cluster.Field{cluster.Issuer}, Webhook: true, FilesSuffice: true}}}
	cmd := &cobra.Command{
		Use:   "explain FILE... | TYPE/NAME... | --error TEXT",
		Short: "Explain why pods are injected or not, or what an SDK's error comes from",
		Long: `Explain for each pod template, or live Pod, why it is injected or not.

stdout holds a block for each: the verdict; why, and what to do next; every reason, with
">" before the first that blocks; each setting with its source; what each container gets.
For a live Pod, or the pods of a live workload, it says how they differ from an injection
now. With --local no cluster is asked.
With --error, explain what an SDK's error comes from, without files and objects.
Exit code 0, whatever the verdict; 2 after an error.`,
		Example: `  # Why did this pod start without credentials?
  kubectl rrsa explain pod/cart -n shop

  # What do the pods of this workload get?
  kubectl rrsa explain deployment/cart -n shop

  # A manifest, before it is applied, without a cluster
  kubectl rrsa explain app.yaml --config rrsa.yaml --local

  # The program in the pod says so
  kubectl rrsa explain --error 'AuthenticationFail.NoPermission: This operation is forbidden'`,
		ValidArgsFunction: o.CompleteArguments,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "", "text", "yaml", "json")
	o.AddLocal(cmd)
	cmd.Flags().StringVar(&o.only, "only", "", "explain only this object, KIND/NAME as the report names it, such as deployment/cart")
	cmd.Flags().StringVar(&o.sdkError, "error", "", "explain this error text of an SDK instead of files")
	term.CompleteWith(cmd, "only", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "error", cobra.NoFileCompletions)
	return cmd
}

func (o *options) run(cmd *cobra.Command, args []string) error {
	if cmd.Flags().Changed("error") { // its text may be empty
		if len(args) > 0 || o.HasFiles() || o.only != "" {
			return errors.New("checking the arguments: --error explains a text alone, without files, objects and --only")
		}
		return o.explainError()
	}
	flags, around := o.Flags, newSurroundings()
	flags.Need.Meanwhile = around.read
	s, err := session.Open(cmd.Context(), flags, args)
	if err != nil {
		return err
	}
	report, err := s.Injector.Plan(s.Input.Items())
	if err != nil {
		return s.LocalHint(err)
	}
	if !report.Refused() {
		// Whether an object can be edited in place shows when it is. What is decided can
		// be explained even if it can't be written.
		_, written, refused := report.Rewrite(s.Input.Streams...)
		if refused == nil {
			report = written
		} else {
			fmt.Fprintln(s.Talk, "warning:", printable.Text(refused.Error()))
		}
	}
	changes, err := choose(report.Templates, o.only)
	if err != nil {
		return err
	}
	if s.Input.Live() && len(changes) == 0 {
		return fmt.Errorf("explaining %q: it has no pod template: name a pod or a workload", s.Input.Targets)
	}
	x := &explainer{Session: s, live: session.Live(s), around: around, component: s.Sources.Component(s.Settings, s.Injector.Config)}
	if err := x.answered(cmd.Context(), changes); err != nil {
		return err
	}
	list, err := x.explanations(report.Notices, changes)
	if err != nil {
		return s.LocalHint(err)
	}
	if o.Format.Name == "text" {
		return s.Write(listText(list, changes), "the explanation")
	}
	return s.Encode(printed(list, s.Input.Targets), "the explanation")
}

// choose picks what --only names: an object, or one pod template of several.
func choose(changes []*inject.Template, only string) ([]*inject.Template, error) {
	if only == "" {
		return changes, nil
	}
	var out []*inject.Template
	var names []string
	for _, c := range changes {
		if strings.EqualFold(only, c.Item.String()) || strings.EqualFold(only, c.String()) {
			out = append(out, c)
		}
		names = append(names, c.Item.String())
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, fmt.Errorf("checking --only %q: no object of that name in the input has a pod template: %s",
		only, cmp.Or(suggest.DidYouMean(only, names), "want KIND/NAME, such as deployment/cart"))
}

// printed is the list; for arguments that name one live object the only item, with
// what the list says of the settings, unless the object has several pod templates.
func printed(l cliapi.ExplanationList, targets []string) any {
	one := len(targets) == 1 || len(targets) == 2 && !strings.Contains(targets[0], "/")
	if !one || len(l.Items) != 1 {
		return l
	}
	e := l.Items[0]
	e.Component, e.Notices = l.Settings, l.Notices
	return e
}
