package term

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// WriteLine writes one line, whatever the text from the manifests holds: a line
// break in a name must not look like another line of the report.
func WriteLine(b *strings.Builder, format string, args ...any) {
	b.WriteString(OneLine(fmt.Sprintf(format, args...)) + "\n")
}

// OneLine makes text safe for a terminal and keeps it on its line.
func OneLine(s string) string { return strings.ReplaceAll(Printable(s), "\n", `\n`) }

// Printable makes text from manifests safe for a terminal: what steers it, or
// turns the direction of the text, is written as Go writes it in a string.
func Printable(s string) string {
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

// PrintableWriter makes text from a cluster safe for a terminal.
type PrintableWriter struct{ io.Writer }

// Write implements io.Writer.
func (w PrintableWriter) Write(p []byte) (int, error) {
	_, err := io.WriteString(w.Writer, Printable(string(p)))
	return len(p), err
}

// NonEmpty leaves out the words that are empty.
func NonEmpty(words ...string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// OrNone is the value, or "none" if there isn't one.
func OrNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// Choice writes words as a choice: "a, b or c".
func Choice(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
