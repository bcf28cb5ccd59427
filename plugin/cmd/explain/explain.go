// Package explain is "kubectl rrsa explain".
package explain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	only          string
	sdkError      string
	selector      string
	allNamespaces bool
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Pods: true, Sets: true, Fields: []cluster.Field{cluster.Issuer}, Webhook: true, FilesSuffice: true}}}
	cmd := &cobra.Command{
		Use:   "explain FILE... | TYPE/NAME... | [TYPE] -l SELECTOR | -A | --error TEXT",
		Short: "Explain why pods are injected or not, or what an SDK's error comes from",
		Long: `Explain for each pod template, or live Pod, why it is injected or not.

stdout holds a block for each: the answer, what to do next, and what it follows from, with
">" before the first reason that blocks. For a live Pod, or the pods of a live workload,
it says how they differ from an injection now. For a ServiceAccount or a Namespace it says
which pods it serves, and who would be served. With -l or -A it explains the pods that are
selected, a block for each workload. With --error it explains an SDK's error.
Exit code 0, whatever the verdict; 2 after an error.`,
		Example: `  # Why did this pod start without credentials?
  kubectl rrsa explain pod/cart -n shop

  # What do the pods of this workload get?
  kubectl rrsa explain deployment/cart -n shop

  # Whom does this ServiceAccount serve, and whom this namespace?
  kubectl rrsa explain serviceaccount/cart -n shop
  kubectl rrsa explain namespace/shop

  # The pods with a label, in all namespaces
  kubectl rrsa explain -l app=cart -A

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
	cmd.Flags().StringVarP(&o.selector, "selector", "l", "", "label selector: explain the live pods, or the objects of TYPE, that it selects, such as app=cart")
	cmd.Flags().BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "explain the pods, or the objects of TYPE, of all namespaces")
	term.CompleteWith(cmd, "selector", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "only", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "error", cobra.NoFileCompletions)
	return cmd
}

func (o *options) run(cmd *cobra.Command, args []string) error {
	if cmd.Flags().Changed("error") { // its text may be empty
		if len(args) > 0 || o.HasFiles() || o.only != "" || o.selects(cmd) {
			return errors.New("checking the arguments: --error explains a text alone, without files, objects, --only, -l and -A")
		}
		return o.explainError()
	}
	flags, around := o.Flags, newSurroundings()
	flags.Need.Meanwhile = around.read
	if o.selects(cmd) {
		selection, err := o.selection(args)
		if err != nil {
			return err
		}
		flags.Selection, args = selection, nil
	}
	s, err := session.Open(cmd.Context(), flags, args)
	if err != nil {
		return err
	}
	x := &explainer{Session: s, live: session.Live(s), around: around, component: s.Sources.Component(s.Settings, s.Injector.Config)}
	if slices.ContainsFunc(slices.Collect(maps.Values(s.Input.Workloads)), session.IsSet) {
		return explainSet(cmd.Context(), x, o)
	}
	return o.explainTemplates(cmd.Context(), x)
}

// explainTemplates explains what holds pod templates, and pods.
func (o *options) explainTemplates(ctx context.Context, x *explainer) error {
	report, err := x.Injector.Plan(x.Input.Items())
	if err != nil {
		return x.LocalHint(err)
	}
	if !report.Refused() {
		// Whether an object can be edited in place shows when it is. What is decided can
		// be explained even if it can't be written.
		_, written, refused := report.Rewrite(x.Input.Streams...)
		if refused == nil {
			report = written
		} else {
			fmt.Fprintln(x.Talk, "warning:", printable.Text(refused.Error()))
		}
	}
	changes, err := choose(report.Templates, o.only)
	if err != nil {
		return err
	}
	if x.Input.Live() && len(changes) == 0 {
		return templateless(x.Input)
	}
	if err := x.answered(ctx, changes); err != nil {
		return err
	}
	list, err := x.explanations(report.Notices, changes)
	if err != nil {
		return x.LocalHint(err)
	}
	tellOmitted(x)
	if o.Format.Name == "text" {
		return x.Write(listText(list, titles(x, changes)), "the explanation")
	}
	return x.Encode(printed(list, x.Input.Targets), "the explanation")
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
