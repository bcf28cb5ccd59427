// Package printable makes text that others wrote fit to be shown to a person: names
// from manifests, addresses from a command line, errors of libraries. Such text may
// steer a terminal, look like another line, hold a password, or have no end.
//
// What programs read, such as a manifest or a result of the function, is data and
// stays as it is.
package printable

import (
	"strconv"
	"strings"
	"unicode"
)

// MessageLength is how many characters of a line are shown, and HintLength of a hint.
const (
	MessageLength = 2000
	HintLength    = 500
)

// Message is text as one line of a report.
func Message(s string) string { return Line(Short(URLs(s), MessageLength)) }

// Error is the text of an error, on the lines that it has.
func Error(err error) string { return Text(Short(URLs(err.Error()), 4*MessageLength)) }

// Text makes text safe for a terminal: what steers it, or turns the direction of the
// text, is written as Go writes it in a string. Line breaks stay.
func Text(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || !unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

// Line is Text that stays on its line.
func Line(s string) string { return strings.ReplaceAll(Text(s), "\n", `\n`) }

// ellipsis stands for what is left out of a text.
const ellipsis = "…"

// Short leaves out the middle of a text that has more characters than there is room
// for: what it is about is at its start, and what is said at its end.
func Short(s string, most int) string {
	if len(s) <= most {
		return s
	}
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	tail := most / 3
	return string(runes[:most-tail-1]) + ellipsis + string(runes[len(runes)-tail:])
}
