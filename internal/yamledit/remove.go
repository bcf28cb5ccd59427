package yamledit

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// remove plans to take entries out of a list in which others stay, or get behind
// them.
func (s *splicer) remove(p place, changes []Change, more bool) error {
	if len(changes) == 0 {
		return nil
	}
	if p.value == nil || p.value.Kind != yaml.SequenceNode {
		return yamltext.ErrUnclear
	}
	if p.value.Style&yaml.FlowStyle != 0 {
		return s.removeFlow(p, changes, more)
	}
	for _, c := range changes {
		if err := s.cutEntry(p.value, c.Index); err != nil {
			return err
		}
	}
	return nil
}

// cutEntry plans to take out the lines of an entry of a list in block style.
func (s *splicer) cutEntry(list *yaml.Node, i int) error {
	start, end, err := s.entryLines(list, i)
	if err == nil {
		s.edit(start, end, "")
	}
	return err
}

// entryLines returns the lines of a list's entry: from the one with its dash to
// the one behind its end.
func (s *splicer) entryLines(list *yaml.Node, i int) (start, end int, err error) {
	if i >= len(list.Content) {
		return 0, 0, yamltext.ErrUnclear
	}
	entry := list.Content[i]
	at, err := s.text.Offset(entry)
	if err != nil {
		return 0, 0, err
	}
	if end, err = s.text.End(entry, -1, false); err != nil {
		return 0, 0, err
	}
	start = s.text.LineStart(at)
	if strings.TrimSpace(string(s.text.Data[start:at])) != "-" || !s.text.RestIsBlank(end) {
		return 0, 0, yamltext.ErrUnclear
	}
	return start, s.text.NextLine(end), nil
}

// empty plans to take all entries out of a list, and to write what it had before.
func (s *splicer) empty(p place, c Change) error {
	if p.key == nil || p.value == nil {
		return yamltext.ErrUnclear
	}
	if p.value.Style&yaml.FlowStyle != 0 || p.parent.Style&yaml.FlowStyle != 0 {
		start, err := s.text.Offset(p.value)
		if err != nil {
			return err
		}
		end, err := s.text.End(p.value, -1, p.parent.Style&yaml.FlowStyle != 0)
		if err != nil {
			return err
		}
		s.edit(start, end, strings.TrimSpace(c.Text))
		return nil
	}
	end, err := s.cutEntries(p)
	if err != nil {
		return err
	}
	s.edit(end, end, c.Text)
	if c.Keep != "" {
		if m, ok := s.text.mark(end, c.Keep); ok {
			s.edit(m.Start, m.End, "")
		}
	}
	return nil
}

// cutEntries plans to take out the entries of a list in block style, and returns
// where its key ends, behind the colon.
func (s *splicer) cutEntries(p place) (int, error) {
	if p.value.Kind != yaml.SequenceNode || p.value.Line == p.key.Line {
		return 0, yamltext.ErrUnclear
	}
	for i := range p.value.Content {
		if err := s.cutEntry(p.value, i); err != nil {
			return 0, err
		}
	}
	end, err := s.text.End(p.key, -1, false)
	if err != nil || !s.text.HasPrefix(end, ":") {
		return 0, yamltext.ErrUnclear
	}
	return end + 1, nil
}

// drop plans to take out a key with its value.
func (s *splicer) drop(p place) error {
	if p.key == nil {
		return yamltext.ErrUnclear
	}
	if p.parent.Style&yaml.FlowStyle != 0 {
		return s.cutKey(p)
	}
	start, err := s.text.Offset(p.key)
	if err != nil {
		return err
	}
	line := s.text.LineStart(start)
	if strings.TrimSpace(string(s.text.Data[line:start])) != "" || len(p.parent.Content) < 4 {
		return yamltext.ErrUnclear
	}
	var end int
	if p.value.Kind == yaml.SequenceNode && p.value.Style&yaml.FlowStyle == 0 {
		// Comments between the entries stay: they are not what was added.
		end, err = s.cutEntries(p)
	} else {
		end, err = s.text.End(p.value, p.key.Column-1, false)
	}
	if err != nil {
		return err
	}
	if !s.text.RestIsBlank(end) {
		return yamltext.ErrUnclear
	}
	s.edit(line, s.text.NextLine(end), "")
	return nil
}

// Emptied says what becomes of lists of an object, in one mapping each, all of whose
// entries go: a key that was there before the list was filled gets back what its
// mark keeps; one that came with the list goes with it; and one in whose line a
// person has written a comment stays, with an empty list.
func Emptied(o Object, lists []Change, mark string) ([]Change, error) {
	s := &splicer{text: text{o.Text}}
	out := make([]Change, len(lists))
	gone := map[*yaml.Node]bool{}
	// In a flow mapping, where lists were added last, the last ones are looked at
	// first.
	for _, i := range inReverse(o.Node, lists) {
		c := lists[i]
		out[i] = Change{Op: Drop, List: c.List}
		way, key := group{list: c.List}.parent()
		parent := way.Follow(o.Node)
		if parent == nil || parent.Kind != yaml.MappingNode {
			continue
		}
		k, list := yamlnode.Pair(parent, key)
		switch {
		case k == nil:
		case list.Style&yaml.FlowStyle != 0:
			if parent.Style&yaml.FlowStyle == 0 || !s.cameWithKey(parent, k, list, gone) {
				out[i] = Change{Op: Empty, List: c.List, Text: " []"}
			} else {
				gone[list] = true
			}
		default:
			text, keep, stays, err := s.blockKey(k, mark)
			if err != nil {
				return nil, err
			}
			if stays {
				out[i] = Change{Op: Empty, List: c.List, Text: text, Keep: keep}
			}
		}
	}
	return out, nil
}

// blockKey tells what is written behind a key in block style once its list is
// empty, and whether the key stays at all. A mark that keeps what no list can have
// been is an error: somebody else has written it.
func (s *splicer) blockKey(key *yaml.Node, mark string) (text, keep string, stays bool, err error) {
	start, err := s.text.Offset(key)
	if err != nil {
		return "", "", false, nil
	}
	end, err := s.text.End(key, -1, false)
	if err != nil || !s.text.HasPrefix(end, ":") {
		return "", "", false, nil
	}
	end++
	if m, found := s.text.mark(end, mark); found && m.Replaced {
		if !isEmptyList(m.Was) {
			return "", "", false, &yamlnode.Error{Line: key.Line, Problem: fmt.Sprintf(
				"the comment behind %q keeps %q, which is no empty list: no injection has written that: delete the comment", key.Value, m.Was)}
		}
		return m.Was, mark, true, nil
	}
	line, lineEnd := s.text.LineStart(start), s.text.LineEnd(end)
	alone := strings.TrimSpace(string(s.text.Data[line:start])) == "" && strings.TrimSpace(string(s.text.Data[end:lineEnd])) == ""
	return " []", "", !alone, nil
}

// isEmptyList tells whether a text that a mark keeps is what a list may have been
// before it was filled: an empty list or null.
func isEmptyList(text string) bool {
	return slices.Contains([]string{"", "[]", "[ ]", "~", "null", "Null", "NULL"}, strings.TrimLeft(text, " \t"))
}
