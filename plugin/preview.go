package plugin

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// previewOptions are the flags and arguments of "kubectl rrsa preview".
type previewOptions struct {
	common
	server bool
}

func newPreview(base common) *cobra.Command {
	o := &previewOptions{common: base}
	cmd := &cobra.Command{
		Use:   "preview FILE... | TYPE/NAME...",
		Short: "Print manifests as the webhook would admit their pods",
		Long: `Print manifests with RRSA injected, as ack-pod-identity-webhook would inject it
into their pods. Nothing else in the manifests changes, comments included.

stdout holds the manifests, stderr a line for each pod template that says whether
it is injected and why. Namespaces and ServiceAccounts are looked up in the input,
then in the config's context, then in the cluster. If any document is bad or any
injection is refused, nothing is printed to stdout.

Each entry that is added carries the comment "# inject-rrsa". What carries it is
updated, or taken out, when the input is injected again with other settings;
nothing else is.

--server checks the result with the API server: of each pod template a pod is made
and created as a dry run. If the API server refuses one, nothing is printed to
stdout. Where the cluster runs ack-pod-identity-webhook, it is given the pod without
the injection, and each RRSA field in which its answer isn't the result is reported
on stderr. The manifests are printed all the same, and the exit code is 1. The
webhook goes by the Namespaces and ServiceAccounts of the cluster: where the input's
are others, a note says so, and that is no difference. The check takes the
permission to create pods, and a namespace and ServiceAccounts that are there.

Exit code 0; 1 if --check or --server finds a difference; 2 after an error.`,
		Example: `  # A manifest, with the cluster's identity as flags
  kubectl rrsa preview app.yaml --account-id 1488999589000000 \
    --cluster-id cbec9a1f7b433470ebe4c900552000000 --region cn-hangzhou

  # A directory, with the settings of the function's config
  kubectl rrsa preview -R -f manifests/ --config rrsa.yaml

  # In CI: fail if a directory isn't injected as the config says
  kubectl rrsa preview -R -f manifests/ --config rrsa.yaml --check

  # What a live workload's pods get
  kubectl rrsa preview deployment/cart -n shop

  # Would the API server take these pods, and does the cluster's webhook agree?
  kubectl rrsa preview app.yaml --server

  # A kustomization, and then apply
  kubectl rrsa preview -k overlays/prod --config rrsa.yaml | kubectl apply -f -`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     o.completeArguments,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.sort(args); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	o.addFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.settings.addIdentity(cmd)
	o.settings.addRules(cmd)
	o.settings.addOutcome(cmd)
	o.format.Add(cmd, "yaml", "output format: yaml or json", "yaml", "json")
	o.addQuiet(cmd, "print no report to stderr")
	o.addLocal(cmd)
	cmd.Flags().BoolVar(&o.server, "server", false, "check the result with the API server, and compare it with what the cluster's webhook makes of it; nothing is stored")
	return cmd
}

// errDiffers ends a check that has found differences.
const errDiffers = term.Differs("the manifests are not as an injection would make them: see the lines with \"differs\"")

func (o *previewOptions) run(ctx context.Context) error {
	if err := o.format.Check(); err != nil {
		return err
	}
	settings, injector, err := o.load(ctx)
	if err != nil {
		return err
	}
	if err := o.checkServer(settings); err != nil {
		return err
	}
	streams, report, err := o.plan(ctx, injector)
	if err != nil {
		return err
	}
	if !o.quiet {
		writeReport(o.ErrOut, report, settings)
	}
	if err := o.blocked(settings, report); err != nil {
		return err
	}
	if settings.Mode == config.ModeCheck {
		if report.Differs() {
			return errDiffers
		}
		return nil
	}
	if !o.server {
		return o.apply(streams, report)
	}
	input, err := reparse(streams)
	if err != nil {
		return err
	}
	if err := report.Apply(); err != nil {
		return err
	}
	err = o.runServer(ctx, settings, injector, input, streams)
	var differs term.Differs
	if err != nil && !errors.As(err, &differs) {
		return err
	}
	if printErr := o.print(streams); printErr != nil {
		return printErr
	}
	return err
}
