package yamltext

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Spells tells whether a text, with or without a "---" line before it, spells a node
// and nothing else. It reads along what is expected and builds nothing, so it costs a
// small part of what the parser does. It knows the plain block style that manifests
// are written in; at the first thing that it doesn't know it says false, so that false
// means "ask the parser".
func Spells(data []byte, want *yaml.Node) bool {
	if !plainText(data) {
		return false
	}
	s := speller{data: data}
	s.next()
	if !s.done && s.indent == 0 && string(s.line()) == "---" {
		s.nextLine()
	}
	return !s.done && want.Kind == yaml.MappingNode && s.mapping(want, s.indent, -1) && s.done
}

// plainText tells whether a text has no line break but the line feed, no tab, no
// control code, and nothing that could be a byte order mark.
func plainText(data []byte) bool {
	ascii := true
	for _, c := range data {
		if c < ' ' && c != '\n' || c == 0x7F {
			return false
		}
		ascii = ascii && c < 0x80
	}
	return ascii || utf8.Valid(data) && !bytes.Contains(data, []byte("\xC2")) && !bytes.Contains(data, []byte("\xE2\x80")) && !bytes.Contains(data, []byte("\xEF\xBB")) && !bytes.Contains(data, []byte("\xEF\xBF"))
}

// speller is a place in a text: in a line that is neither blank nor a comment.
type speller struct {
	data []byte
	// at is where the rest of the line starts that isn't read yet, end is where the
	// line ends, and indent is how far the line is indented.
	at, end, indent int
	// done says that no line is left.
	done bool
}

// nextLine goes to the next line that isn't blank or a comment.
func (s *speller) nextLine() {
	s.at = s.end + 1
	s.next()
}

// next stays in a line, or goes to the next one that isn't blank or a comment.
func (s *speller) next() {
	for s.at < len(s.data) {
		s.end = len(s.data)
		if i := bytes.IndexByte(s.data[s.at:], '\n'); i >= 0 {
			s.end = s.at + i
		}
		start := s.at
		for s.at < s.end && s.data[s.at] == ' ' {
			s.at++
		}
		if s.at < s.end && s.data[s.at] != '#' {
			s.indent = s.at - start
			return
		}
		s.at = s.end + 1
	}
	s.done = true
}

// line is the rest of the line.
func (s *speller) line() []byte { return s.data[s.at:s.end] }

// take steps over a text; false if something else stands there.
func (s *speller) take(text string) bool {
	if !bytes.HasPrefix(s.line(), []byte(text)) {
		return false
	}
	s.at += len(text)
	return true
}

func (s *speller) blanks() (n int) {
	for s.at < s.end && s.data[s.at] == ' ' {
		s.at, n = s.at+1, n+1
	}
	return n
}

// endLine goes to the next line if nothing but blanks and a comment is left.
func (s *speller) endLine() bool {
	s.blanks()
	if s.at < s.end && (s.data[s.at] != '#' || s.data[s.at-1] != ' ') {
		return false
	}
	s.nextLine()
	return true
}

// known tells whether a node has nothing but its value: no anchor, no tag.
func known(n *yaml.Node) bool {
	return n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 && n.Kind != yaml.AliasNode
}

// mapping reads a block mapping whose keys are at a column. The place is at the first
// key. outer is the column of the collection around it.
func (s *speller) mapping(n *yaml.Node, column, outer int) bool {
	if n.Style&yaml.FlowStyle != 0 || !known(n) || len(n.Content) == 0 || column <= outer {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 && (s.done || s.indent != column) {
			return false
		}
		if !s.key(n.Content[i]) || !s.value(n.Content[i+1], column) {
			return false
		}
	}
	// What follows must belong to a collection around this one.
	return s.done || s.indent < column
}

// key reads a key and its colon. Anything but letters, digits and what names have
// is left to the parser.
func (s *speller) key(k *yaml.Node) bool {
	const longest = 256 // the parser's own limit is higher
	if k.Kind != yaml.ScalarNode || !known(k) || k.Value == "" || len(k.Value) > longest {
		return false
	}
	for i := range len(k.Value) {
		c := k.Value[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || strings.IndexByte("./_-", c) < 0) {
			return false
		}
	}
	quote := quotes(k)
	return s.take(quote+k.Value+quote+":") && (s.at == s.end || s.data[s.at] == ' ')
}

// quotes are what stands around a scalar of one line.
func quotes(n *yaml.Node) string {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return `"`
	case n.Style&yaml.SingleQuotedStyle != 0:
		return "'"
	}
	return ""
}

// value reads what is behind a key at a column.
func (s *speller) value(v *yaml.Node, column int) bool {
	if !known(v) {
		return false
	}
	s.blanks()
	switch {
	case v.Kind == yaml.ScalarNode && v.Value == "" && v.Style == 0:
		// Nothing. A list may stand below at the key's own column.
		return s.endLine() && (s.done || s.indent < column || s.indent == column && !s.dash())
	case v.Kind == yaml.ScalarNode:
		return s.scalar(v, column)
	case v.Style&yaml.FlowStyle != 0:
		return s.flow(v) && s.endLine()
	case !s.endLine() || s.done:
		return false
	case v.Kind == yaml.MappingNode:
		return s.mapping(v, s.indent, column)
	}
	return s.sequence(v, s.indent, column)
}

// dash tells whether the place is at an entry of a block list.
func (s *speller) dash() bool {
	line := s.line()
	return len(line) > 0 && line[0] == '-' && (len(line) == 1 || line[1] == ' ')
}

// sequence reads a block list whose dashes are at a column. outer is the column of
// the mapping around it, which may be the same.
func (s *speller) sequence(n *yaml.Node, column, outer int) bool {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || column < outer {
		return false
	}
	for _, entry := range n.Content {
		if s.done || s.indent != column || !s.dash() || !known(entry) {
			return false
		}
		s.at++
		first := column + 1 + s.blanks()
		if s.at == s.end || s.data[s.at] == '#' {
			return false // the entry is below
		}
		ok := false
		switch {
		case entry.Kind == yaml.ScalarNode:
			ok = s.scalar(entry, column)
		case entry.Style&yaml.FlowStyle != 0:
			ok = s.flow(entry) && s.endLine()
		case entry.Kind == yaml.MappingNode:
			ok = s.mapping(entry, first, column)
		}
		if !ok {
			return false
		}
	}
	return s.done || s.indent < column || s.indent == column && column == outer && !s.dash()
}
