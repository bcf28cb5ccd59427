package plugin

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// writeReport prints a line for each pod template, with its warnings and hints
// below. What is about a Namespace or a ServiceAccount is printed once.
func writeReport(w io.Writer, report *manifest.Report, settings *config.InjectRRSA) {
	var b strings.Builder
	for _, notice := range report.Notices {
		writeReason(&b, "", notice)
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
		writeLine(b, "%s differs: %s", c, c.Difference())
	case d.Verdict == rrsa.Injected:
		writeLine(b, "%s injected: %s", c, c.Summary())
	case len(reasons) > 0:
		verdict := map[rrsa.Verdict]string{rrsa.NotInjected: "not injected", rrsa.Unknown: "unknown", rrsa.Refused: "refused"}[d.Verdict]
		writeLine(b, "%s %s: %s: %s", c, verdict, reasons[0].Code, reasons[0].Message)
		writeHint(b, "", reasons[0])
		reasons = reasons[1:]
		if c.Differs() {
			writeLine(b, "  taken out what was injected before: %s", c.Difference())
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
		writeReason(b, "  ", r)
	}
}

func writeReason(b *strings.Builder, indent string, r rrsa.Reason) {
	writeLine(b, "%s%s: %s: %s", indent, r.Severity, r.Code, r.Message)
	writeHint(b, indent, r)
}

func writeHint(b *strings.Builder, indent string, r rrsa.Reason) {
	if r.Hint != "" {
		writeLine(b, "%s  hint: %s", indent, r.Hint)
	}
}

// writeLine writes one line, whatever the text from the manifests holds: a line
// break in a name must not look like another line of the report.
func writeLine(b *strings.Builder, format string, args ...any) {
	b.WriteString(oneLine(fmt.Sprintf(format, args...)) + "\n")
}

// oneLine makes text safe for a terminal and keeps it on its line.
func oneLine(s string) string { return strings.ReplaceAll(printable(s), "\n", `\n`) }

// printable makes text from manifests safe for a terminal: what steers it, or
// turns the direction of the text, is written as Go writes it in a string.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || !unicode.Is(unicode.C, r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
