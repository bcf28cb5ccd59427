// Package diff is "kubectl rrsa diff".
package diff

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	view                   view
	apply                  cluster.Apply
	fromVersion, toVersion string
	// set tells which flags are given.
	set *pflag.FlagSet
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Pods: true, Webhook: true}}}
	cmd := &cobra.Command{
		Use:   "diff FILE... | TYPE/NAME...",
		Short: "Show what an injection, or an upgrade of the webhook, changes in manifests and live objects",
		Long: `Show what RRSA injection changes: in files compared with the cluster, what applying
the injected manifests would change; in a live workload, what preview prints; in a
live pod, or one that kubectl get has printed, what it would get if it were created
now. Without a cluster, or with --local, files are compared with what preview prints.
With --from-version or --to-version two versions of the webhook are compared. stdout
holds a unified diff, or with --stat a table of counts; stderr a line for each pod
template or pod. The environment variable KUBECTL_EXTERNAL_DIFF names another program
that shows the differences.
Exit code 0 if nothing differs; 1 if something does; 2 after an error.`,
		Example: `  # What would applying these manifests change in the cluster?
  kubectl rrsa diff -R -f manifests/

  # What does this pod have, and what would it get now?
  kubectl rrsa diff pod/cart-7d4b9c6f5-x2x8p -n shop

  # Without a cluster, by file
  kubectl rrsa diff -R -f manifests/ --local --config rrsa.yaml --stat

  # What does an upgrade of the webhook from 0.3.1 to 0.4.2 change?
  kubectl rrsa diff -k overlays/prod --config rrsa.yaml --from-version 0.3.1 --to-version 0.4.2`,
		ValidArgsFunction: o.CompleteArguments,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.set = cmd.Flags()
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.AddQuiet(cmd, "print no report to stderr")
	o.AddLocal(cmd)
	o.view.add(cmd)
	o.addApply(cmd)
	cmd.Flags().StringVar(&o.fromVersion, "from-version", "", "compare with an injection as this version of the webhook makes it")
	cmd.Flags().StringVar(&o.toVersion, "to-version", "", "show what this version of the webhook makes of it")
	if versions, ok := cmd.GetFlagCompletionFunc("webhook-version"); ok {
		term.CompleteWith(cmd, "from-version", versions)
		term.CompleteWith(cmd, "to-version", versions)
	}
	return cmd
}

// addApply adds kubectl's flags, with its meaning.
func (o *options) addApply(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.apply.ServerSide, "server-side", false, "compare with what a server-side apply would make of the live objects")
	cmd.Flags().StringVar(&o.apply.FieldManager, "field-manager", "kubectl", "manager that applies, for --server-side")
	cmd.Flags().BoolVar(&o.apply.ForceConflicts, "force-conflicts", false, "take over fields that others manage, for --server-side; true by default for the managers kustomize-controller and helm-controller (Flux) and argocd-controller (Argo CD), which always do so")
	term.CompleteWith(cmd, "server-side", cobra.NoFileCompletions)
	term.CompleteWith(cmd, "force-conflicts", cobra.NoFileCompletions)
	term.Complete(cmd, "field-manager", "kubectl", argoCD, fluxHelm, fluxKustomize)
}

// checkApply refuses flags that have no part in what is compared.
func (o *options) checkApply(applied bool) error {
	for _, flag := range []string{"field-manager", "force-conflicts"} {
		if o.set.Changed(flag) && !o.apply.ServerSide {
			return fmt.Errorf("checking the arguments: --%s is for --server-side", flag)
		}
	}
	if o.apply.ServerSide && !applied {
		return errors.New("checking the arguments: --server-side is for files that are compared with live objects")
	}
	return nil
}

func (o *options) run(ctx context.Context, args []string) error {
	if err := o.view.check(); err != nil {
		return err
	}
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	c, err := o.compare(ctx, s)
	if err != nil {
		return err
	}
	return o.view.show(ctx, s.IOStreams, c)
}
