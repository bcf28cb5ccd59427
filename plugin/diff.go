package plugin

import (
	"context"

	"github.com/spf13/cobra"
)

// diffOptions are the flags and arguments of "kubectl rrsa diff".
type diffOptions struct {
	common
	view        diffView
	fromVersion string
	toVersion   string
}

func newDiff(base common) *cobra.Command {
	o := &diffOptions{common: base}
	cmd := &cobra.Command{
		Use:   "diff FILE...",
		Short: "Show what an injection, or an upgrade of the webhook, changes in manifests",
		Long: `Show what changes in manifests when RRSA is injected, as preview does it: each file
before and after. With --from-version or --to-version both sides are injected, and
what differs is what an upgrade of the webhook changes. The version that isn't given
is that of the settings.

stdout holds a unified diff, which "git apply" and "patch -p1" take, or with --stat a
table of counts; stderr a line for each pod template that says whether it is injected
and why. If any document is bad or any injection is refused, stdout stays empty.

On a terminal, or in color, what would steer the terminal is shown escaped.
The environment variable NO_COLOR turns color off if --color is auto.

KUBECTL_EXTERNAL_DIFF names another program that shows the differences, with its
arguments as in a shell. It gets two directories with a file for each manifest, and
says with exit code 1 that they differ. -C and --color are not for it; with --stat it
isn't run.

Exit code 0 if nothing differs; 1 if something does; 2 after an error.`,
		Example: `  # What does the webhook put into these pods?
  kubectl rrsa diff app.yaml --config rrsa.yaml

  # A directory, by file
  kubectl rrsa diff -R -f manifests/ --config rrsa.yaml --stat

  # What does an upgrade of the webhook from 0.3.1 to 0.4.2 change?
  kubectl rrsa diff -k overlays/prod --config rrsa.yaml --from-version 0.3.1 --to-version 0.4.2

  # With another program
  KUBECTL_EXTERNAL_DIFF='git diff --no-index --word-diff' kubectl rrsa diff app.yaml --config rrsa.yaml`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     completeFiles,
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
	o.addQuiet(cmd, "print no report to stderr")
	o.addLocal(cmd)
	o.view.addFlags(cmd)
	cmd.Flags().StringVar(&o.fromVersion, "from-version", "", "compare with an injection as this version of the webhook makes it")
	cmd.Flags().StringVar(&o.toVersion, "to-version", "", "show what this version of the webhook makes of it")
	if versions, ok := cmd.GetFlagCompletionFunc("webhook-version"); ok {
		completeWith(cmd, "from-version", versions)
		completeWith(cmd, "to-version", versions)
	}
	return cmd
}

func (o *diffOptions) run(ctx context.Context) error {
	if err := o.view.check(); err != nil {
		return err
	}
	c, err := o.compare(ctx)
	if err != nil {
		return err
	}
	return o.view.show(&o.common, c)
}
