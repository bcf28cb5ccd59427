package manifest

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// endOf returns the end of a collection that is edited. Its start is checked
// against the text, so that a position that is off is noticed.
func (s *splicer) endOf(n *yaml.Node) (int, error) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		key := n.Content[0]
		at, err := s.text.offset(key)
		if err != nil {
			return 0, err
		}
		if s.text.hasPrefix(at, `"`) || s.text.hasPrefix(at, "'") {
			at++
		}
		if !s.text.hasPrefix(at, key.Value) {
			return 0, errNoSplice
		}
	}
	end, err := s.text.end(n, -1, false)
	if err == nil && end == len(s.text.data) {
		// A line break behind a block scalar without one would become its content.
		if last := lastLeaf(n); last.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			err = s.stripLast(last)
		}
	}
	return end, err
}

// insertLines adds whole lines behind the line around an offset, and behind the
// comments that follow it indented at least to a column: they belong to what
// stands before. Lines at the end of a text without a last line break leave it
// without one.
func (s *splicer) insertLines(after, column int, lines, eol string) error {
	if !s.text.restIsBlank(after) {
		return errNoSplice
	}
	at := s.text.nextLine(after)
	for at < len(s.text.data) {
		line := s.text.data[at:s.text.lineEnd(at)]
		content := bytes.TrimLeft(line, " ")
		if len(content) == 0 || content[0] != '#' || len(line)-len(content) < column {
			break
		}
		after, at = at, s.text.nextLine(at)
	}
	if at == len(s.text.data) && s.text.lineStart(at) != at {
		lines = eol + strings.TrimSuffix(lines, eol)
	}
	s.edits = append(s.edits, edit{at, at, lines})
	return nil
}

// owned tells whether a collection can be edited without changing another place:
// it is there, and no alias leads to it or from it.
func owned(n *yaml.Node) bool {
	return n != nil && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) &&
		len(n.Content) > 0 && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
}

// shared tells whether any node on a way is an alias or can be reached by one.
func shared(nodes []*yaml.Node) bool {
	for _, n := range nodes {
		if !owned(n) {
			return true
		}
	}
	return false
}
