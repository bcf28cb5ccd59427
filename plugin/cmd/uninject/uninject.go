// Package uninject is "kubectl rrsa uninject".
package uninject

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	unmarked bool
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	// Marks are in files alone.
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Cluster: session.NeverAsk}}}
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
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddConfig(cmd)
	o.Format.Add(cmd, "yaml", "output format: yaml or json", "yaml", "json")
	cmd.Flags().BoolVar(&o.unmarked, "unmarked", false, "also take out entries without a mark, where they are all exactly what an injection writes")
	o.AddQuiet(cmd, "print no report to stderr")
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	s = s.WithMode(config.ModeRemove)
	injector := s.Injector
	injector.Unmarked = o.unmarked
	nothing := fmt.Sprintf("no entry has the mark %q", inject.Mark)
	if o.unmarked {
		nothing += ", and nothing is exactly what an injection writes"
	}
	return s.Rewrite(session.Rewriting{
		Injector: injector,
		Tell:     func(w io.Writer, report *inject.Report) { o.writeRemoved(w, s, report, nothing) },
	})
}

// writeRemoved writes a line for each pod template, with its warnings below, and
// says of what is unchanged that there is nothing to remove.
func (o *options) writeRemoved(w io.Writer, s *session.Session, report *inject.Report, nothing string) {
	var b strings.Builder
	seen := map[string]bool{}
	for _, c := range report.Templates {
		switch {
		case s.Ignores(c):
		case c.Decision.Verdict != rrsa.NotInjected:
			session.WriteChange(&b, c, s.Settings.Mode, seen)
		case c.Differs():
			term.WriteLine(&b, "%s uninjected: %s", c, c.Difference())
			o.writeWarnings(&b, c)
		default:
			term.WriteLine(&b, "%s unchanged: %s", c, nothing)
			o.writeWarnings(&b, c)
		}
	}
	fmt.Fprint(w, b.String())
}

func (o *options) writeWarnings(b *strings.Builder, c *inject.Template) {
	for _, r := range c.Decision.Reasons {
		if !o.unmarked && (r.Code == inject.CodeUnmarkedStays || r.Code == inject.CodeVolumeStays) {
			r.Hint += ", or run kubectl rrsa uninject --unmarked if an injection has written it"
		}
		if r.Severity != rrsa.Info {
			term.WriteReason(b, "  ", r)
		}
	}
}
