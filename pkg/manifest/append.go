package manifest

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// append plans additions to a mapping: to the lists that are there first, as they
// may end where the mapping does, then as new keys.
func (s *splicer) append(parent *yaml.Node, additions []addition, st style) error {
	var missing []addition
	for _, a := range additions {
		key, list := s.list(parent, a.key)
		var err error
		switch {
		case key == nil && list != nil:
			err = s.extend(list, a, st) // it comes through a merge key
		case key == nil:
			missing = append(missing, a)
		case isNull(list) || list.Kind == yaml.SequenceNode && len(list.Content) == 0:
			err = s.fill(parent, key, list, a, st)
		default:
			st.seq = s.seqBelow(key, list, st)
			err = s.extend(list, a, st)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range missing {
		if s.comesByMerge(parent, a) {
			continue
		}
		if err := s.addKey(parent, a, st); err != nil {
			return err
		}
	}
	return nil
}

// addKey adds a key with a list behind a mapping's last value.
func (s *splicer) addKey(parent *yaml.Node, a addition, st style) error {
	s.note(parent, a.key, a.id)
	if parent.Style&yaml.FlowStyle != 0 {
		return s.addFlow(parent, a.key, a.entries())
	}
	end, err := s.endOf(parent)
	if err != nil {
		return err
	}
	st.eol = s.text.eol(end)
	column := parent.Content[0].Column - 1
	return s.insertLines(end, column, s.lines(a, true, column, st), st.eol)
}

// lines writes an addition in block style: its entries at a column, or with its
// key there.
func (s *splicer) lines(a addition, withKey bool, column int, st style) string {
	key := memoKey{id: a.id, withKey: withKey, column: column, style: st}
	if out, ok := s.memo[key]; ok && a.id != "" {
		return out
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", column))
	if list := sequence(a.entries()...); withKey {
		b.WriteString(a.key + ":")
		writeValue(&b, list, column, st)
	} else {
		writeBlock(&b, list, column, st)
	}
	if s.memo != nil && a.id != "" {
		s.memo[key] = b.String()
	}
	return b.String()
}

// extend adds entries to a list that has some.
func (s *splicer) extend(list *yaml.Node, a addition, st style) error {
	if !s.usable(list, yaml.SequenceNode) {
		return errNoSplice
	}
	if done, err := s.doneAlready(list, "", a.id); done || err != nil {
		return err
	}
	if list.Style&yaml.FlowStyle != 0 {
		return s.addFlow(list, "", a.entries())
	}
	end, err := s.endOf(list)
	if err != nil {
		return err
	}
	column, err := s.dashColumn(list)
	if err != nil {
		return err
	}
	last := list.Content[len(list.Content)-1]
	st.dash = dashWidth(column+1, last)
	st.eol = s.text.eol(end)
	return s.insertLines(end, column+1, s.lines(a, false, column, st), st.eol)
}

// fill gives entries to a key whose value is null or an empty list.
func (s *splicer) fill(parent, key, value *yaml.Node, a addition, st style) error {
	if value.Anchor != "" || value.Style&yaml.TaggedStyle != 0 || value.Kind == yaml.AliasNode {
		return errNoSplice
	}
	start, err := s.text.offset(value)
	if err != nil {
		return err
	}
	flow := parent.Style&yaml.FlowStyle != 0
	end, err := s.text.end(value, -1, flow)
	if err != nil {
		return err
	}
	keyEnd, err := s.text.end(key, -1, flow)
	if err != nil || key.Line != value.Line {
		return errNoSplice
	}
	between := string(s.text.data[keyEnd:start])
	if colon := strings.TrimSpace(between); colon != ":" {
		return errNoSplice
	}
	if flow {
		var b strings.Builder
		writeFlow(&b, sequence(a.entries()...), s.flowStyle(parent))
		if start == end {
			return errNoSplice
		}
		s.edits = append(s.edits, edit{start, end, b.String()})
		return nil
	}
	if !s.text.restIsBlank(end) {
		return errNoSplice
	}
	colon := keyEnd + strings.IndexByte(between, ':') + 1
	if end > colon {
		s.edits = append(s.edits, edit{colon, end, ""})
	}
	if lineEnd := s.text.lineEnd(end); !s.stays {
		s.edits = append(s.edits, edit{lineEnd, lineEnd, " " + markWas(string(s.text.data[colon:end]))})
	}
	column := key.Column - 1 + st.seq
	st.eol = s.text.eol(end)
	return s.insertLines(end, key.Column, s.lines(a, false, column, st), st.eol)
}
