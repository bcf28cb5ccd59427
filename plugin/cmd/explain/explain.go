// Package explain is "kubectl rrsa explain".
package explain

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
	// set tells which flags are given: an error's text may be empty.
	set *pflag.FlagSet
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Fields: []cluster.Field{cluster.Issuer}}}}
	cmd := &cobra.Command{
		Use:   "explain FILE... | TYPE/NAME... | --error TEXT",
		Short: "Explain why pods are injected or not, or what an SDK's error comes from",
		Long: `Explain for each pod template, or live Pod, why it is injected or not.

stdout holds a block for each pod template: the verdict; why, and what to do next;
where the object, its Namespace and its ServiceAccount come from; every reason, with
">" before the first that blocks; each setting in force with its value and source;
and what each selected container gets. The component's settings stand at the end, and
what is wrong with the whole cluster before all else. Namespaces and ServiceAccounts
are looked up in the input, then in the config's context, then in the cluster.

From the cluster come also: whether RRSA is enabled (the issuer of its tokens); and
under "webhook" whether the webhook's MutatingWebhookConfiguration selects the pod,
and whether the Deployment behind it is ready. The verdict is that of the rules; if
the webhook doesn't act on the pod, the heading and a reason say so. What the user
may not read is said to be unknown; -v 1 tells why.

Of a live Pod the block tells under "pod" how it stands to an injection now: ok,
missing, stale, orphaned, unknown or not-applicable; each difference; and what it
depends on that is younger than the Pod. All else is about the same Pod as if it
were created now. Of a live workload "pods" tells the same in brief of the pods that
its selector selects; a restart that would mend them is named.

-o yaml and -o json print one Explanation of cli.rrsa.dev/v1alpha1 for TYPE/NAME,
and one ExplanationList for files, for several objects and for an object with
several pod templates.

--local works on files alone. --error takes neither files nor objects. It explains
the error with which a program in an injected pod gets no credentials: its causes,
and what to do about each.

Exit code 0, whatever the verdict; 2 after an error, such as a text for --error that
has no known code.`,
		Example: `  # Why did this pod start without credentials?
  kubectl rrsa explain pod/cart -n shop

  # For a program: its state
  kubectl rrsa explain pod/cart -n shop -o json | jq -r .pod.state

  # What do the pods of this workload get?
  kubectl rrsa explain deployment/cart -n shop

  # A manifest, before it is applied, without a cluster
  kubectl rrsa explain app.yaml --config rrsa.yaml --local

  # One workload of a directory
  kubectl rrsa explain -R -f manifests/ --config rrsa.yaml --only deployment/cart

  # For a program: the first reason that blocks each pod
  kubectl rrsa explain -k overlays/prod --config rrsa.yaml -o json |
    jq -r '.items[] | .object.name + " " + (.reasons[] | select(.first) | .code)'

  # The program in the pod says so
  kubectl rrsa explain --error 'AuthenticationFail.NoPermission: This operation is forbidden'`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     o.CompleteArguments,
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.set = cmd.Flags()
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "output format: text, yaml or json", "text", "yaml", "json")
	o.AddLocal(cmd)
	cmd.Flags().StringVar(&o.only, "only", "", "explain this object alone, KIND/NAME as the report names it, such as deployment/cart")
	cmd.Flags().StringVar(&o.sdkError, "error", "", "explain this error text of an SDK instead of files")
	term.CompleteWith(cmd, "only", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "error", cobra.NoFileCompletions)
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	if o.set.Changed("error") {
		if len(args) > 0 || o.HasFiles() || o.only != "" {
			return errors.New("checking the arguments: --error explains a text alone, without files, objects and --only")
		}
		return o.explainError()
	}
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	report, err := s.Injector.Plan(s.Input.Items())
	if err == nil && !report.Refused() {
		// Whether an object can be edited in place shows when it is.
		_, report, err = report.Rewrite(s.Input.Streams...)
	}
	if err != nil {
		return err
	}
	changes, err := choose(report.Templates, o.only)
	if err != nil {
		return err
	}
	if s.Input.Live() && len(changes) == 0 {
		return fmt.Errorf("explaining %q: it has no pod template: name a pod or a workload", s.Input.Targets)
	}
	list := explanations(s, report.Notices, changes)
	if err := addLive(ctx, s, changes, &list); err != nil {
		return err
	}
	const what = "the explanation"
	switch {
	case o.Format.Name == "text":
		return s.Write(listText(list, titles(changes)), what)
	case one(s.Input.Targets):
		return s.Encode(alone(list), what)
	}
	return s.Encode(list, what)
}

// one tells whether the arguments name one live object.
func one(targets []string) bool {
	return len(targets) == 1 || len(targets) == 2 && !strings.Contains(targets[0], "/")
}

// titles name pod templates for people.
func titles(changes []*inject.Template) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.String())
	}
	return out
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
	if len(out) == 0 {
		hint := suggest.DidYouMean(only, names)
		if hint == "" {
			hint = "want KIND/NAME, such as deployment/cart"
		}
		return nil, fmt.Errorf("checking --only %q: no object of that name in the input has a pod template: %s", only, hint)
	}
	return out, nil
}
