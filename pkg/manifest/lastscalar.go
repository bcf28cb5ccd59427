package manifest

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A text may end within a block scalar, without a line break, which then isn't
// part of the value either. What is added behind it brings one along, so the
// scalar's header gets a "-", and a mark with what it was:
//
//	args:
//	- |- # inject-rrsa was: "|"
//	  echo

// stripLast plans that a block scalar at the end of the text keeps its value when
// something follows.
func (s *splicer) stripLast(n *yaml.Node) error {
	if s.stripped == n {
		return nil
	}
	start, end, err := s.blockHeader(n)
	replaced := func(e edit) bool { return e.start <= start && start < e.end }
	if err != nil || strings.HasSuffix(n.Value, "\n") || slices.ContainsFunc(s.edits, replaced) {
		return errNoSplice
	}
	s.stripped = n
	if header := string(s.text.data[start:end]); strippedHeader(header) != header {
		lineEnd := s.text.lineEnd(end)
		s.edits = append(s.edits, edit{start, end, strippedHeader(header)})
		if !s.stays {
			s.edits = append(s.edits, edit{lineEnd, lineEnd, " " + markWas(header)})
		}
	}
	return nil
}

func strippedHeader(header string) string {
	if strings.Contains(header, "-") {
		return header
	}
	return strings.Replace(header, "+", "", 1) + "-"
}

// restoreLast plans to give a block scalar its header back if its value stays as
// it is: the text ends with it again.
func (s *splicer) restoreLast(n *yaml.Node) {
	for _, child := range n.Content {
		s.restoreLast(child)
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return
	}
	start, end, err := s.blockHeader(n)
	if err != nil {
		return
	}
	m, ok := s.text.markIn(start, start)
	if !ok || !m.replaced || strippedHeader(m.was) != string(s.text.data[start:end]) || m.was == string(s.text.data[start:end]) {
		return
	}
	without := document{text: s.text, edits: slices.Clone(s.edits)}
	with := document{text: s.text, edits: append(slices.Clone(s.edits), edit{start, end, m.was}, edit{m.start, m.end, ""})}
	var before, after yaml.Node
	if yaml.Unmarshal(without.bytes(), &before) == nil && yaml.Unmarshal(with.bytes(), &after) == nil && sameValue(&before, &after) {
		s.edits = with.edits
	}
}

func lastLeaf(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n
}

// blockHeader finds the indicators of a block scalar, such as "|2+".
func (s *splicer) blockHeader(n *yaml.Node) (start, end int, err error) {
	if start, err = s.text.offset(n); err != nil {
		return 0, 0, err
	}
	if start, err = s.text.skipProperties(n, start); err != nil {
		return 0, 0, err
	}
	end = start
	for end < len(s.text.data) && strings.IndexByte("|>+-123456789", s.text.data[end]) >= 0 {
		end++
	}
	if start == end || !s.text.restIsBlank(end) {
		return 0, 0, errNoSplice
	}
	return start, end, nil
}
