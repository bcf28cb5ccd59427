package plugin

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// uninjectOptions are the flags and arguments of "kubectl rrsa uninject".
type uninjectOptions struct {
	common
	unmarked bool
}

func newUninject(base common) *cobra.Command {
	base.local = true // marks are in files alone
	o := &uninjectOptions{common: base}
	cmd := &cobra.Command{
		Use:   "uninject FILE...",
		Short: "Print manifests without what an injection has put in",
		Long: `Print manifests without what preview or the function inject-rrsa has put into
their pods: the entries with the comment "# inject-rrsa". Nothing else changes, so
that the manifests are again what they were before, byte for byte. What was never
injected comes out as it went in.

No settings are needed. Of a config only podTemplates and unresolved count.

What carries no mark stays, and is reported: entries written by a person, those
that the webhook itself added to a live pod, and those in JSON or YAML in flow
style, which can't hold comments. With --unmarked they go as well, if all in the
pod that belongs to RRSA is exactly what an injection writes, at the place where it
writes it: the volume, the mounts and the variables. A person's copy of that can't
be told from an injection, so look at what is reported.

stdout holds the manifests, stderr a line for each pod template. If any document is
bad nothing is printed to stdout.

Exit code 0, or 2 after an error.`,
		Example: `  # A manifest
  kubectl rrsa uninject app.yaml > plain.yaml

  # A directory, below it too
  kubectl rrsa uninject -R -f manifests/

  # What the webhook has added to a live pod
  kubectl get pod cart -o yaml | kubectl rrsa uninject --unmarked -`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     term.CompleteFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.sort(args); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	o.addFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.settings.addConfig(cmd)
	o.format.Add(cmd, "yaml", "output format: yaml or json", "yaml", "json")
	cmd.Flags().BoolVar(&o.unmarked, "unmarked", false, "also take out entries without a mark, where they are all exactly what an injection writes")
	o.addQuiet(cmd, "print no report to stderr")
	return cmd
}

func (o *uninjectOptions) run(ctx context.Context) error {
	if err := o.format.Check(); err != nil {
		return err
	}
	settings, err := o.settings.load("")
	if err != nil {
		return err
	}
	settings.Mode = config.ModeRemove
	injector, err := settings.Injector()
	if err != nil {
		return err
	}
	injector.Unmarked = o.unmarked
	streams, report, err := o.plan(ctx, injector)
	if err != nil {
		return err
	}
	if !o.quiet {
		nothing := fmt.Sprintf("no entry has the mark %q", manifest.Mark)
		if o.unmarked {
			nothing += ", and nothing is exactly what an injection writes"
		}
		writeTakenOut(o.ErrOut, report, settings, nothing)
	}
	if err := o.blocked(settings, report); err != nil {
		return err
	}
	return o.apply(streams, report)
}

// writeTakenOut prints a line for each pod template, with its warnings below, and
// says of what is unchanged that there is nothing to take out.
func writeTakenOut(w io.Writer, report *manifest.Report, settings *config.InjectRRSA, nothing string) {
	var b strings.Builder
	seen := map[string]bool{}
	for _, c := range report.Changes {
		switch {
		case c.Decision.Verdict == rrsa.Unknown && settings.Unresolved == config.UnresolvedIgnore:
		case c.Decision.Verdict != rrsa.NotInjected:
			writeChange(&b, c, settings.Mode, seen)
		case c.Differs():
			term.WriteLine(&b, "%s uninjected: %s", c, c.Difference())
			writeWarnings(&b, c)
		default:
			term.WriteLine(&b, "%s unchanged: %s", c, nothing)
			writeWarnings(&b, c)
		}
	}
	fmt.Fprint(w, b.String())
}

func writeWarnings(b *strings.Builder, c *manifest.Change) {
	for _, r := range c.Decision.Reasons {
		if r.Severity != rrsa.Info {
			term.WriteReason(b, "  ", r)
		}
	}
}
