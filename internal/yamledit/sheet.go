package yamledit

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// sheet is a text with the edits that are planned in it. Edits at one place keep the
// order in which they are planned, so inner collections come before those around
// them.
type sheet struct {
	text
	edits []yamltext.Edit
	memo  Memo
	apart bool
}

// edit plans to replace a stretch of text.
func (s *sheet) edit(start, end int, text string) {
	s.edits = append(s.edits, yamltext.Edit{Start: start, End: end, Text: text})
}

// keep plans a mark at the end of the line around an offset.
func (s *sheet) keep(at int, mark, was string) {
	end := s.text.LineEnd(at)
	s.edit(end, end, " "+markWas(mark, was))
}

// endOf returns the end of a collection that is edited. Its start is checked
// against the text, so that a position that is off is noticed.
func (s *sheet) endOf(n *yaml.Node) (int, error) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		key := n.Content[0]
		at, err := s.Offset(key)
		if err != nil {
			return 0, err
		}
		if n.Style&yaml.FlowStyle == 0 && s.isExplicit(at) {
			return 0, errExplicit(key) // its column is not that of the mapping's keys
		}
		if s.HasPrefix(at, `"`) || s.HasPrefix(at, "'") {
			at++
		}
		if !s.HasPrefix(at, key.Value) {
			return 0, yamltext.ErrUnclear
		}
	}
	return s.End(n, -1, false)
}

// insertLines adds whole lines behind the line around an offset, and behind the
// comments that follow it indented at least to a column: they belong to what
// stands before. Lines at the end of a text without a last line break leave it
// without one.
func (s *sheet) insertLines(after, column int, lines, eol string) error {
	if !s.RestIsBlank(after) {
		return yamltext.ErrUnclear
	}
	at, comments := s.NextLine(after), false
	for at < len(s.Data) {
		if indent, ok := s.commentLine(at); !ok || indent < column {
			break
		}
		after, at, comments = at, s.NextLine(at), true
	}
	if comments && s.apart {
		lines = eol + lines
	}
	if at == len(s.Data) && s.LineStart(at) != at {
		lines = eol + strings.TrimSuffix(lines, eol)
	}
	s.edit(at, at, lines)
	return nil
}

// Memo remembers text that was written before. Containers of one ServiceAccount
// all get the same entries, and mostly in the same style. A nil one remembers nothing.
type Memo map[memoKey]string

// memoKey is all that written text follows from.
type memoKey struct {
	first  *yaml.Node
	count  int
	key    string
	column int
	style  style
}

// lines writes entries in block style at a column: alone, or below a key there.
func (s *sheet) lines(entries []*yaml.Node, key string, column int, st style) string {
	if len(entries) == 0 {
		return strings.Repeat(" ", column) + key + ": []" + st.eol
	}
	id := memoKey{entries[0], len(entries), key, column, st}
	if out, ok := s.memo[id]; ok {
		return out
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", column))
	if list := yamlnode.Sequence(entries...); key != "" {
		b.WriteString(key + ":")
		writeValue(&b, list, column, st)
	} else {
		writeBlock(&b, list, column, st)
	}
	if s.memo != nil {
		s.memo[id] = b.String()
	}
	return b.String()
}
