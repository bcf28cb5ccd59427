package yamlread

import (
	"bytes"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// cursor is a place in a text: in a line that is neither blank nor a comment.
type cursor struct {
	data []byte
	// start, at, end and next are where the line starts, where the rest of it starts
	// that isn't read yet, and where it ends, without and with its break.
	start, at, end, next int
	line, indent         int // counted from 1, and from 0
	done                 bool
	counted, runes       int // the offset of the last column that was asked for, and that
}

// begin goes to a document's first line behind its separator. Not ok if there is none.
func (c *cursor) begin() bool {
	if c.find(0, 1); !c.done && c.indent == 0 && c.rest("---") && c.isBlank(c.at+len("---")) {
		c.nextLine()
	}
	return !c.done
}

// column is that of an offset in the line, in characters from 1. It is counted from the
// last one in that line.
func (c *cursor) column(at int) int {
	if c.runes == 0 || c.counted < c.start || c.counted > at {
		c.counted, c.runes = c.start, 1
	}
	c.runes += utf8.RuneCount(c.data[c.counted:at])
	c.counted = at
	return c.runes
}

// lineEnd returns where the line around an offset ends, without and with its break.
func lineEnd(data []byte, at int) (end, next int) {
	i := bytes.IndexByte(data[at:], '\n')
	if i < 0 {
		return len(data), len(data)
	}
	if end = at + i; end > at && data[end-1] == '\r' {
		end--
	}
	return end, at + i + 1
}

// span is where an object starts whose first key is at the place.
func (c *cursor) span() Span { return Span{Start: c.at, Line: c.line, Column: c.at - c.start + 1} }

// find goes to the first line from an offset on that is neither blank nor a comment.
func (c *cursor) find(at, line int) {
	for c.line = line; at < len(c.data); at, c.line = c.next, c.line+1 {
		c.start, c.at = at, at
		c.end, c.next = lineEnd(c.data, at)
		if c.blanks(); c.at < c.end && c.data[c.at] != '#' {
			c.indent = c.at - c.start
			return
		}
	}
	c.start, c.at, c.end, c.next, c.indent, c.done = at, at, at, at, -1, true
}

func (c *cursor) nextLine() { c.find(c.next, c.line+1) }

func (c *cursor) blanks() {
	for c.at < c.end && c.data[c.at] == ' ' {
		c.at++
	}
}

// rest tells whether the rest of the line starts with a text.
func (c *cursor) rest(text string) bool { return bytes.HasPrefix(c.data[c.at:c.end], []byte(text)) }

// isBlank tells whether nothing but blanks and a comment is left of the line from an
// offset on, which is behind something else.
func (c *cursor) isBlank(at int) bool {
	rest := bytes.TrimLeft(c.data[at:c.end], " ")
	return len(rest) == 0 || rest[0] == '#' && c.data[c.end-len(rest)-1] == ' '
}

// ends tells whether a word ends at an offset.
func (c *cursor) ends(at int) bool { return at == c.end || c.data[at] == ' ' }

// dash tells whether the place is at an entry of a block list.
func (c *cursor) dash() bool { return c.rest("-") && c.ends(c.at+1) }

// name is what is here of letters, digits and what else names have; empty for none.
func (c *cursor) name() []byte {
	at := c.at
	for at < c.end && isName(c.data[at]) && (at > c.at || c.data[at] != '-') {
		at++
	}
	return c.data[c.at:at]
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= '9' || c == '_' || c == '$'
}

// quotes is the text of a string in quotes with nothing to unescape, and where it ends:
// 0 for one that isn't simple. The style tells whether there is any.
func (c *cursor) quotes() (text []byte, style yaml.Style, end int) {
	quote := c.data[c.at]
	switch quote {
	case '"':
		style = yaml.DoubleQuotedStyle
	case '\'':
		style = yaml.SingleQuotedStyle
	default:
		return nil, 0, 0
	}
	rest := c.data[c.at+1 : c.end]
	i := bytes.IndexByte(rest, quote)
	if i < 0 || bytes.IndexByte(rest[:i], '\\') >= 0 || quote == '\'' && bytes.HasPrefix(rest[i+1:], []byte("'")) {
		return nil, style, 0
	}
	return rest[:i], style, c.at + 1 + i + 1
}

// endLine goes to the next line if nothing but blanks and a comment is left.
func (c *cursor) endLine() bool {
	ok := c.isBlank(c.at)
	c.nextLine()
	return ok
}
