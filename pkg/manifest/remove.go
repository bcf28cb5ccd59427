package manifest

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// removeEntries plans to take entries out of the list at a key, and the key with
// them if none is left: a key that was there before an injection filled it gets
// back what it had.
func (s *splicer) removeEntries(parent *yaml.Node, key string, indexes []int, more bool) error {
	if len(indexes) == 0 {
		return nil
	}
	k, list := s.list(parent, key)
	if done, err := s.doneAlready(list, "remove", fmt.Sprint(indexes, more)); done || err != nil {
		return err
	}
	if list.Style&yaml.FlowStyle != 0 {
		return s.removeFlow(parent, k, list, indexes, more)
	}
	for _, i := range indexes {
		start, end, err := s.entryLines(list, i)
		if err != nil {
			return err
		}
		s.edits = append(s.edits, edit{start, end, ""})
	}
	if more || len(indexes) < len(list.Content) {
		return nil
	}
	return s.emptyKey(k, list)
}

// entryLines returns the lines of a list's entry: from the one with its dash to
// the one behind its end.
func (s *splicer) entryLines(list *yaml.Node, i int) (start, end int, err error) {
	if !s.usable(list, yaml.SequenceNode) || i >= len(list.Content) {
		return 0, 0, errNoSplice
	}
	entry := list.Content[i]
	at, err := s.text.offset(entry)
	if err != nil {
		return 0, 0, err
	}
	if end, err = s.text.end(entry, -1, false); err != nil {
		return 0, 0, err
	}
	start = s.text.lineStart(at)
	if strings.TrimSpace(string(s.text.data[start:at])) != "-" || !s.text.restIsBlank(end) {
		return 0, 0, errNoSplice
	}
	return start, s.text.nextLine(end), nil
}

// emptyKey plans what becomes of a key whose list has no entries left.
func (s *splicer) emptyKey(key, list *yaml.Node) error {
	if key == nil || list.Anchor != "" {
		return errNoSplice
	}
	start, err := s.text.offset(key)
	if err != nil {
		return err
	}
	end, err := s.text.end(key, -1, false)
	if err != nil || !s.text.hasPrefix(end, ":") {
		return errNoSplice
	}
	end++
	lineStart, lineEnd := s.text.lineStart(start), s.text.lineEnd(end)
	if list.Line == key.Line {
		return errNoSplice
	}
	if m, ok := s.text.markIn(start, end); ok && m.replaced && !strings.HasPrefix(strings.TrimSpace(m.was), "*") {
		s.edits = append(s.edits, edit{end, end, m.was}, edit{m.start, m.end, ""})
		return nil
	}
	alone := strings.TrimSpace(string(s.text.data[lineStart:start])) == "" && strings.TrimSpace(string(s.text.data[end:lineEnd])) == ""
	if alone {
		s.edits = append(s.edits, edit{lineStart, s.text.nextLine(end), ""})
	} else {
		s.edits = append(s.edits, edit{end, end, " []"}) // a comment stays
	}
	return nil
}

// replaceEntry plans to write an entry anew, in the style of its list.
func (s *splicer) replaceEntry(parent *yaml.Node, key string, i int, a addition, st style) error {
	k, list := s.list(parent, key)
	if done, err := s.doneAlready(list, "replace", a.id); done || err != nil {
		return err
	}
	start, end, err := s.entryLines(list, i)
	if err != nil {
		return err
	}
	column, err := s.dashColumn(list)
	if err != nil {
		return err
	}
	st.seq = s.seqBelow(k, list, st)
	st.dash = dashWidth(column+1, list.Content[i])
	st.eol = s.text.eol(end)
	lines := s.lines(a, false, column, st)
	if end == len(s.text.data) && s.text.lineStart(end) != end {
		lines = strings.TrimSuffix(lines, st.eol)
	}
	s.edits = append(s.edits, edit{start, end, lines})
	return nil
}

// updateEnv plans the new value of a variable that is ours.
func (s *splicer) updateEnv(entry *yaml.Node, value string) error {
	_, v := pair(entry, "value")
	if v == nil || v.Kind != yaml.ScalarNode || v.Anchor != "" {
		return errNoSplice
	}
	if done, err := s.doneAlready(v, "", value); done || err != nil {
		return err
	}
	start, err := s.text.offset(v)
	if err != nil {
		return err
	}
	end, err := s.text.end(v, entry.Content[0].Column-1, false)
	if err != nil || start == end {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{start, end, scalarText(str(value), false)})
	return nil
}

// restoreEnv plans to put back what an override has replaced.
func (s *splicer) restoreEnv(entry *yaml.Node, m mark) error {
	key, v := pair(entry, "value")
	if v == nil {
		return errNoSplice
	}
	if done, err := s.doneAlready(v, "", m.was); done || err != nil {
		return err
	}
	start, err := s.text.offset(key)
	if err != nil {
		return err
	}
	end, err := s.text.end(v, entry.Content[0].Column-1, false)
	if err != nil || end > m.start {
		return errNoSplice
	}
	if m.was == "" {
		// The variable had no value: the whole line is ours.
		lineStart := s.text.lineStart(start)
		if strings.TrimSpace(string(s.text.data[lineStart:start])) != "" {
			return errNoSplice
		}
		s.edits = append(s.edits, edit{lineStart, s.text.nextLine(end), ""})
		return nil
	}
	var n yaml.Node
	if yaml.Unmarshal([]byte(m.was), &n) != nil || len(n.Content) == 0 || len(n.Content[0].Content) != 2 {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{start, end, m.was}, edit{m.start, m.end, ""})
	return nil
}

// removeNodes is removeEntries on the nodes of a copy.
func removeNodes(parent *yaml.Node, key string, indexes []int) {
	_, list := pair(parent, key)
	if list == nil || len(indexes) == 0 {
		return
	}
	list.Content = without(list.Content, indexes)
	if len(list.Content) > 0 {
		return
	}
	for i := 0; i+1 < len(parent.Content); i += 2 {
		if parent.Content[i].Value == key {
			parent.Content = slices.Delete(parent.Content, i, i+2)
			return
		}
	}
}
