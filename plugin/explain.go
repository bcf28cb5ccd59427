package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// explainOptions are the flags and arguments of "kubectl rrsa explain".
type explainOptions struct {
	common
	only     string
	sdkError string
}

func newExplain(base common) *cobra.Command {
	o := &explainOptions{common: base}
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
may not read is said to be unknown; -v tells why.

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
		ValidArgsFunction:     o.completeArguments,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.sort(args); err != nil {
				return err
			}
			return o.run(cmd.Context(), cmd.Flags().Changed("error"))
		},
	}
	o.addFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.settings.addIdentity(cmd)
	o.settings.addRules(cmd)
	o.format.Add(cmd, "text", "output format: text, yaml or json", "text", "yaml", "json")
	o.addLocal(cmd)
	cmd.Flags().StringVar(&o.only, "only", "", "explain this object alone, KIND/NAME as the report names it, such as deployment/cart")
	cmd.Flags().StringVar(&o.sdkError, "error", "", "explain this error text of an SDK instead of files")
	term.CompleteWith(cmd, "only", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "error", cobra.NoFileCompletions)
	return cmd
}

func (o *explainOptions) run(ctx context.Context, isError bool) error {
	if err := o.format.Check(); err != nil {
		return err
	}
	if isError {
		if len(o.files.Filenames) > 0 || len(o.targets) > 0 || o.files.Kustomize != "" || o.only != "" {
			return errors.New("checking the arguments: --error explains a text alone, without files, objects and --only")
		}
		return o.explainError()
	}
	settings, injector, err := o.load(ctx, cluster.Issuer)
	if err != nil {
		return err
	}
	_, report, err := o.plan(ctx, injector)
	if err != nil {
		return err
	}
	changes, err := o.choose(report.Changes)
	if err != nil {
		return err
	}
	if len(o.targets) > 0 && len(changes) == 0 {
		return fmt.Errorf("explaining %q: it has no pod template: name a pod or a workload", o.targets)
	}
	list := o.settings.explain(settings, injector.Config, report.Notices, changes)
	if err := o.explainLive(ctx, settings, injector, changes, &list); err != nil {
		return err
	}
	switch {
	case o.format.Name == "text":
		return o.write([]byte(list.text()), "the explanation")
	case o.one():
		return o.encode(list.alone(), "the explanation")
	}
	return o.encode(list, "the explanation")
}

// one tells whether the arguments name one live object.
func (o *explainOptions) one() bool {
	return len(o.targets) == 1 || len(o.targets) == 2 && !strings.Contains(o.targets[0], "/")
}

// choose picks what --only names: an object, or one pod template of several.
func (o *explainOptions) choose(changes []*manifest.Change) ([]*manifest.Change, error) {
	if o.only == "" {
		return changes, nil
	}
	var out []*manifest.Change
	var names []string
	for _, c := range changes {
		if strings.EqualFold(o.only, c.Item.String()) || strings.EqualFold(o.only, c.String()) {
			out = append(out, c)
		}
		names = append(names, c.Item.String())
	}
	if len(out) == 0 {
		hint := suggest.DidYouMean(o.only, names)
		if hint == "" {
			hint = "want KIND/NAME, such as deployment/cart"
		}
		return nil, fmt.Errorf("checking --only %q: no object of that name in the input has a pod template: %s", o.only, hint)
	}
	return out, nil
}
