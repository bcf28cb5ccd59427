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
	// Only files have marks.
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Input: true, Cluster: session.NeverAsk}}}
	cmd := &cobra.Command{
		Use:   "uninject FILE...",
		Short: "Print manifests without what an injection has added",
		Long: `Print manifests without what preview or the function inject-rrsa has added to their
pods: the entries with the comment "# inject-rrsa". Nothing else changes.

An entry without the mark stays, and is reported. With --unmarked it is removed too, if
everything of RRSA in the pod is exactly what an injection writes.
stdout holds the manifests, stderr a line for each pod template. If any document is
bad, nothing is printed to stdout.
Exit code 0, or 2 after an error.`,
		Example: `  # A manifest
  kubectl rrsa uninject app.yaml > plain.yaml

  # What the webhook has added to a live pod
  kubectl get pod cart -o yaml | kubectl rrsa uninject --unmarked -`,
		ValidArgsFunction: term.CompleteFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with manifests, or - for stdin; the same as an argument")
	o.Settings.AddConfig(cmd)
	o.Format.Add(cmd, "yaml", "", "yaml", "json")
	cmd.Flags().BoolVar(&o.unmarked, "unmarked", false, "also remove entries without a mark, if they are all exactly what an injection writes")
	o.AddQuiet(cmd, "print no report to stderr")
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	s = s.WithMode(config.ModeRemove)
	s.Injector.Unmarked = o.unmarked
	return s.Rewrite(session.Rewriting{
		Empty:    true,
		Injector: s.Injector,
		Tell:     func(w io.Writer, report *inject.Report) { fmt.Fprint(w, o.removed(s, report)) },
	})
}

// removed has a line for each pod template, with its warnings below; for what is
// unchanged it says that there is nothing to remove.
func (o *options) removed(s *session.Session, report *inject.Report) string {
	nothing := fmt.Sprintf("no entry has the mark %q", inject.Mark)
	if o.unmarked {
		nothing += ", and nothing is exactly what an injection writes"
	}
	var b strings.Builder
	b.WriteString(s.Nothing(report))
	teller := session.NewTeller(s, report.Templates)
	for _, c := range report.Templates {
		switch {
		case s.Ignores(c):
			continue
		case c.Decision.Verdict != rrsa.NotInjected:
			teller.Write(&b, c)
			continue
		case c.Differs():
			term.WriteLine(&b, "%s uninjected: %s", session.Title(c), c.Difference())
		default:
			term.WriteLine(&b, "%s unchanged: %s", session.Title(c), nothing)
		}
		for _, r := range c.Decision.Reasons {
			if !o.unmarked && (r.Code == inject.CodeUnmarkedStays || r.Code == inject.CodeVolumeStays) {
				r.Hint += ", or run kubectl rrsa uninject --unmarked if an injection has written it"
			}
			if r.Severity != rrsa.Info {
				term.WriteReason(&b, "  ", r)
			}
		}
	}
	return b.String()
}
