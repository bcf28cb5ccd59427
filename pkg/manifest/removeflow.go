package manifest

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// removeFlow plans to take the last entries out of a list in flow style, as addFlow
// and fill have put them there: with the separator before them, and with the key
// if it came with them.
func (s *splicer) removeFlow(parent, key, list *yaml.Node, indexes []int, more bool) error {
	if more || indexes[0] != len(list.Content)-len(indexes) {
		return errNoSplice
	}
	if indexes[0] > 0 {
		last, err := s.text.end(list.Content[len(list.Content)-1], -1, true)
		if err != nil {
			return err
		}
		return s.cutFlow(list.Content[indexes[0]-1], list.Content[indexes[0]], last)
	}
	end, err := s.text.end(list, -1, parent.Style&yaml.FlowStyle != 0)
	if err != nil {
		return err
	}
	if s.cameWithKey(parent, key, list) {
		return s.cutKey(parent, key, end)
	}
	start, err := s.text.offset(list)
	if err != nil {
		return err
	}
	s.edits = append(s.edits, edit{start, end, "[]"})
	return nil
}

// cameWithKey tells whether a key was added with its list, or was there with an
// empty one. In a mapping with a line for each key, only the list that is added
// with its key has a line for each entry; else keys are added last.
func (s *splicer) cameWithKey(parent, key, list *yaml.Node) bool {
	start, err := s.text.offset(key)
	if parent.Style&yaml.FlowStyle == 0 || err != nil {
		return false
	}
	ownLine := key.Line != parent.Line && strings.TrimLeft(string(s.text.data[s.text.lineStart(start):start]), " \t") == ""
	if entryLines := list.Content[0].Line != list.Line; ownLine || entryLines {
		return ownLine && entryLines
	}
	for i := slices.Index(parent.Content, key) + 3; i < len(parent.Content); i += 2 {
		if !s.gone[parent.Content[i]] {
			return false
		}
	}
	return true
}

// cutKey plans to take out a key and its value, which ends at an offset.
func (s *splicer) cutKey(parent, key *yaml.Node, end int) error {
	at := slices.Index(parent.Content, key)
	s.gone = put(s.gone, parent.Content[at+1], true)
	if at > 0 {
		return s.cutFlow(parent.Content[at-1], key, end)
	}
	start, err := s.text.offset(key)
	if err != nil || len(parent.Content) < 4 || s.gone[parent.Content[3]] {
		return errNoSplice
	}
	next, err := s.text.offset(parent.Content[2])
	if err != nil || strings.TrimSpace(string(s.text.data[end:next])) != "," {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{start, next, ""})
	return nil
}

// cutFlow plans to cut from the end of a node, with the separator before the next
// one, to an offset. Anything else between the two is not ours.
func (s *splicer) cutFlow(before, first *yaml.Node, to int) error {
	from, err := s.text.end(before, -1, true)
	if err != nil {
		return err
	}
	start, err := s.text.offset(first)
	if err != nil || strings.TrimSpace(string(s.text.data[from:start])) != "," {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{from, to, ""})
	return nil
}
