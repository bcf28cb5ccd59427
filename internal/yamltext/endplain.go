package yamltext

import (
	"bytes"
	"strings"
)

// endOfPlain ends an unquoted scalar of several lines: the lines that are
// indented deeper than the collection around it.
func (t *Text) endOfPlain(at, indent int) (int, error) {
	end := at
	for line := at; line < len(t.Data); line = t.NextLine(line) {
		raw := t.Data[line:t.LineEnd(line)]
		content := bytes.TrimLeft(raw, " \t")
		if len(content) == 0 {
			continue
		}
		if content[0] == '#' || (line != at && len(raw)-len(content) <= indent) {
			break
		}
		comment := bytes.Index(raw, []byte(" #"))
		if comment >= 0 {
			raw = raw[:comment]
		}
		end = line + len(bytes.TrimRight(raw, " \t"))
		if comment >= 0 {
			break
		}
	}
	return end, nil
}

// endOfFolded ends an unquoted scalar of several lines in a flow collection, where
// indentation tells nothing: it goes along the value, in which one line break reads as
// a blank, and each further one as a line feed.
func (t *Text) endOfFolded(at int, value string) (int, error) {
	for i := 0; i < len(value); {
		next, breaks := at, 0
		for next < len(t.Data) {
			if n := breakAt(t.Data[next:]); n > 0 {
				next, breaks = next+n, breaks+1
			} else if c := t.Data[next]; c == ' ' || c == '\t' {
				next++
			} else {
				break
			}
		}
		folded := " "
		if breaks > 1 {
			folded = strings.Repeat("\n", breaks-1)
		}
		switch {
		case breaks > 0 && len(value)-i > len(folded) && value[i:i+len(folded)] == folded:
			at, i = next, i+len(folded)
		case breaks == 0 && at < len(t.Data) && t.Data[at] == value[i]:
			at, i = at+1, i+1
		default:
			return 0, ErrUnclear
		}
	}
	return at, nil
}
