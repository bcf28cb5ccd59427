// Package preview is "kubectl rrsa preview".
package preview

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	dryRun     string
	allowEmpty bool
}

// What --dry-run may be.
const (
	dryRunNone   = "none"
	dryRunServer = "server"
)

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, FilesSuffice: true}}}
	cmd := &cobra.Command{
		Use:   "preview FILE... | TYPE/NAME...",
		Short: "Print manifests as the webhook would admit their pods",
		Long: `Print manifests with RRSA injected, as ack-pod-identity-webhook would inject it
into their pods. Nothing else changes, comments included: where that can't be, as with
YAML anchors, the report says Rewritten.
stdout holds the manifests, stderr a line for each pod template. If a document is bad
or an injection is refused, nothing is printed to stdout.
Namespaces and ServiceAccounts are looked up in the input, in the config, then in the
cluster. An added entry has the comment "# inject-rrsa", by which a later run knows it.
Exit code 0; 1 if --check or --dry-run=server finds a difference; 2 after an error.`,
		Example: `  # A manifest, with the cluster's identity as flags
  kubectl rrsa preview app.yaml --account-id 1488999589000000 \
    --cluster-id cbec9a1f7b433470ebe4c900552000000 --region cn-hangzhou

  # In CI: fail if a directory isn't injected as the config says
  kubectl rrsa preview -R -f manifests/ --config rrsa.yaml --check

  # What a live workload's pods get
  kubectl rrsa preview deployment/cart -n shop

  # A kustomization, and then apply
  kubectl rrsa preview -k overlays/prod --config rrsa.yaml | kubectl apply -f -`,
		ValidArgsFunction: o.CompleteArguments,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Settings.AddOutcome(cmd)
	o.Format.Add(cmd, "yaml", "", "yaml", "json")
	o.AddQuiet(cmd, "print no report to stderr")
	o.AddLocal(cmd)
	cmd.Flags().StringVar(&o.dryRun, "dry-run", dryRunNone, "none, or server: check the result with the API server, and compare it with what the cluster's webhook or policy makes of it; nothing is stored")
	term.Complete(cmd, "dry-run", dryRunNone, dryRunServer)
	cmd.Flags().BoolVar(&o.allowEmpty, "allow-empty", false, "print nothing for an input without any object, instead of an error; for a post-renderer")
	return cmd
}

// check refuses values that there aren't.
func (o *options) check() error {
	switch {
	case o.dryRun == dryRunServer && o.Local:
		return errors.New("checking the arguments: --dry-run=server asks a cluster, and --local asks none")
	case o.dryRun == "client":
		return fmt.Errorf("checking --dry-run %q: want none or server: without --dry-run preview does that already, it prints and stores nothing", o.dryRun)
	case o.dryRun != dryRunServer && o.dryRun != dryRunNone:
		return fmt.Errorf("checking --dry-run %q: want none or server", o.dryRun)
	}
	return nil
}

func (o *options) run(ctx context.Context, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	flags, server := o.Flags, o.dryRun == dryRunServer
	if server {
		flags.Need.Cluster = session.MustAsk
	}
	s, err := session.Open(ctx, flags, args)
	switch {
	case server && errors.Is(err, cluster.ErrNone):
		return errors.New("checking with the API server: no kubeconfig names a cluster: give --kubeconfig")
	case err != nil:
		return err
	}
	how := session.Rewriting{Injector: s.Injector, Tell: s.WriteInput, Empty: o.allowEmpty}
	if server {
		if s.Settings.Mode == config.ModeCheck {
			return errors.New("checking the arguments: --dry-run=server checks what an injection makes, and with --check or the mode check none is made")
		}
		how.Check = func(before, after []*manifest.Stream) error { return checkServer(ctx, s, before, after) }
	}
	return s.Rewrite(how)
}
