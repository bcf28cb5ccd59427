// Package term is the edge to the person at the terminal: exit codes, lines of text
// that are safe to show, tables, output as YAML and JSON, and what a shell completes.
//
// It is also the one place where a reason of the engine is written for people. The
// engine says what is wrong and what to do about it; what to type for that is here.
package term

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// WriteLine writes one line, whatever the text from the manifests holds: a line
// break in a name must not look like another line of the report.
func WriteLine(b *strings.Builder, format string, args ...any) {
	b.WriteString(printable.Message(fmt.Sprintf(format, args...)) + "\n")
}

// PrintableWriter makes text from a cluster safe for a terminal.
type PrintableWriter struct{ io.Writer }

// Write implements io.Writer.
func (w PrintableWriter) Write(p []byte) (int, error) {
	_, err := io.WriteString(w.Writer, printable.Text(printable.URLs(string(p))))
	return len(p), err
}

// NonEmpty leaves out the words that are empty.
func NonEmpty(words ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
}

// Choice writes words as a choice: "a, b or c".
func Choice(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Count writes a number of things: "1 pod", "2 pods".
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// WriteTable writes lines of cells in columns, as kubectl does.
func WriteTable(b *strings.Builder, lines [][]string) {
	w := printers.GetNewTabWriter(b)
	for _, cells := range lines {
		var safe []string
		for _, cell := range cells {
			safe = append(safe, printable.Line(cell))
		}
		fmt.Fprintln(w, strings.Join(safe, "\t"))
	}
	// A strings.Builder takes all that is written to it.
	_ = w.Flush()
}

// Verdict is a verdict in words.
func Verdict(v rrsa.Verdict) string {
	return map[rrsa.Verdict]string{
		rrsa.Injected: "injected", rrsa.NotInjected: "not injected", rrsa.Unknown: "unknown", rrsa.Refused: "refused",
	}[v]
}

// WriteReason writes a reason, and what to do about it on a line of its own.
func WriteReason(b *strings.Builder, indent string, r rrsa.Reason) {
	WriteLine(b, "%s%s: %s: %s", indent, r.Severity, r.Code, r.Message)
	WriteHint(b, indent, Hint(r))
}

// WriteHint writes what to do, if there is anything.
func WriteHint(b *strings.Builder, indent, hint string) {
	if hint != "" {
		WriteLine(b, "%s  hint: %s", indent, printable.Short(hint, printable.HintLength))
	}
}

// Hint is what to do about a reason: what the engine says, and what to type for it.
func Hint(r rrsa.Reason) string {
	typed := "" // the engine's own hints don't name the command line
	switch r.Code {
	case rrsa.CodePodExists:
		return "see what it has with kubectl rrsa explain FILE; to have it injected, " + r.Hint
	case "WebhookNotInstalled":
		typed = "kubectl rrsa preview"
	case "UnmarkedOutdated":
		typed = "kubectl rrsa uninject --unmarked"
	}
	return strings.Join(NonEmpty(r.Hint, typed), ": ")
}
