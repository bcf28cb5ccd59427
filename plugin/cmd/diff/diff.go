// Package diff is "kubectl rrsa diff".
package diff

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	view                   view
	apply                  applyFlags
	fromVersion, toVersion string
	// set tells which flags are given.
	set *pflag.FlagSet
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true}}}
	cmd := &cobra.Command{
		Use:   "diff FILE... | TYPE/NAME...",
		Short: "Show what an injection, or an upgrade of the webhook, changes in manifests and live objects",
		Long: `Show what RRSA injection changes. What is compared is in the first lines of the diff:

  FILE, with a cluster      live      merged    live objects, and what they would be
                                                if the injected manifests were applied
  FILE, without, --local    manifest  injected  files, and what preview prints
  TYPE/NAME of a workload   live      injected  the live object, and what preview prints
  pod/NAME                  live      expected  what a pod has of RRSA, and what it would
                                                have if it were created now
  with --from-version       webhook-x webhook-y files or live objects, as two versions of
  or --to-version                               the webhook would inject them

Of the objects in files those with pod templates, the Namespaces and the
ServiceAccounts are compared with the cluster; -v 1 counts the others. An object that
isn't there yet is shown as new. What applying would make of an object is asked of
the API server by a dry run, as kubectl apply would send it: what was applied last
and is no longer in the manifest goes. --server-side compares as kubectl apply
--server-side does, and as Flux (--field-manager kustomize-controller) and Argo CD
with server-side apply (--field-manager argocd-controller) do. What the API server
would refuse, such as another template for a Job, is an error.

Of a pod only the token volume, its mounts and the ALIBABA_CLOUD_* variables are
compared, as the other fields are the API server's. A pod that is rightly without
an injection doesn't differ. One of which it isn't known what it would get can't be
compared, which is an error.

With --from-version or --to-version both sides are injected, and what differs is
what an upgrade of the webhook changes. The version that isn't given is that of the
settings.

stdout holds a unified diff, which with --local "git apply" and "patch -p1" take, or
with --stat a table of counts; stderr a line for each pod template or pod that says
whether it is injected and why. If any document is bad, any injection is refused or
the API server refuses anything, stdout stays empty.
On a terminal, or in color, what would steer the terminal is shown escaped.
The environment variable NO_COLOR turns color off if --color is auto.
KUBECTL_EXTERNAL_DIFF names another program that shows the differences, with its
arguments as in a shell. It gets two directories with a file for each manifest, and
says with exit code 1 that they differ. -C and --color are not for it; with --stat it
isn't run.
Exit code 0 if nothing differs; 1 if something does; 2 after an error.`,
		Example: `  # What would applying these manifests change in the cluster?
  kubectl rrsa diff -R -f manifests/

  # The same as Flux would apply them
  kubectl rrsa diff -k overlays/prod --server-side --field-manager kustomize-controller

  # What does this pod have, and what would it get now?
  kubectl rrsa diff pod/cart-7d4b9c6f5-x2x8p -n shop

  # What does the webhook put into the pods of a workload?
  kubectl rrsa diff deployment/cart -n shop

  # Without a cluster, by file
  kubectl rrsa diff -R -f manifests/ --local --config rrsa.yaml --stat

  # What does an upgrade of the webhook from 0.3.1 to 0.4.2 change?
  kubectl rrsa diff -k overlays/prod --config rrsa.yaml --from-version 0.3.1 --to-version 0.4.2

  # With another program
  KUBECTL_EXTERNAL_DIFF='git diff --no-index --word-diff' kubectl rrsa diff app.yaml --config rrsa.yaml`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     o.CompleteArguments,
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.set = cmd.Flags()
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.AddQuiet(cmd, "print no report to stderr")
	o.AddLocal(cmd)
	o.view.add(cmd)
	o.apply.add(cmd)
	cmd.Flags().StringVar(&o.fromVersion, "from-version", "", "compare with an injection as this version of the webhook makes it")
	cmd.Flags().StringVar(&o.toVersion, "to-version", "", "show what this version of the webhook makes of it")
	if versions, ok := cmd.GetFlagCompletionFunc("webhook-version"); ok {
		term.CompleteWith(cmd, "from-version", versions)
		term.CompleteWith(cmd, "to-version", versions)
	}
	return cmd
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
	return o.view.show(s.IOStreams, c)
}
