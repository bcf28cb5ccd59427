package plugin

import (
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// writeReport prints a line for each pod template, with its warnings and hints
// below. What is about a Namespace or a ServiceAccount is printed once.
func writeReport(w io.Writer, report *manifest.Report, settings *config.InjectRRSA) {
	var b strings.Builder
	for _, notice := range report.Notices {
		term.WriteReason(&b, "", notice)
	}
	seen := map[string]bool{}
	for _, c := range report.Changes {
		if c.Decision.Verdict == rrsa.Unknown && settings.Unresolved == config.UnresolvedIgnore {
			continue
		}
		writeChange(&b, c, settings.Mode, seen)
	}
	fmt.Fprint(w, b.String())
}

func writeChange(b *strings.Builder, c *manifest.Change, mode config.Mode, seen map[string]bool) {
	d := c.Decision
	reasons := d.Reasons
	switch {
	case mode == config.ModeCheck && c.Differs():
		term.WriteLine(b, "%s differs: %s", c, c.Difference())
	case d.Verdict == rrsa.Injected:
		term.WriteLine(b, "%s injected: %s", c, c.Summary())
	case len(reasons) > 0:
		verdict := map[rrsa.Verdict]string{rrsa.NotInjected: "not injected", rrsa.Unknown: "unknown", rrsa.Refused: "refused"}[d.Verdict]
		term.WriteLine(b, "%s %s: %s: %s", c, verdict, reasons[0].Code, reasons[0].Message)
		term.WriteHint(b, "", term.Hint(reasons[0]))
		reasons = reasons[1:]
		if c.Differs() {
			term.WriteLine(b, "  taken out what was injected before: %s", c.Difference())
		}
	}
	for _, r := range reasons {
		if r.Severity == rrsa.Info && !r.Blocking {
			continue
		}
		if subject := c.Subject(r); subject != nil && subject != c.Item {
			key := fmt.Sprint(subject.Origin, subject, r.Code, r.Field)
			if seen[key] && !r.Blocking {
				continue
			}
			seen[key] = true
		}
		term.WriteReason(b, "  ", r)
	}
}
