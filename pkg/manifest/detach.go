package manifest

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A container that is not injected may share a list by an alias with one that is.
// Its alias is then written out, with a mark that keeps it:
//
//	env: # inject-rrsa was: " *env"
//	- name: LOG
//
// The alias comes back once the copy is again what the alias stands for.

// detach writes out the aliases of a pod's containers that lead to lists which are
// extended, and not for these containers.
func (s *splicer) detach(spec *yaml.Node, st style) error {
	return s.eachList(spec, func(container, key, v *yaml.Node) error {
		if _, extended := s.done[place{deref(v), ""}]; v.Kind != yaml.AliasNode || !extended || s.asked[v] {
			return nil
		}
		list := deref(v)
		lines, err := s.rawLines(list, key.Column-1+st.like(container).seq)
		if err != nil || container.Style&yaml.FlowStyle != 0 || slices.ContainsFunc(list.Content, sharesAny) {
			return errNoSplice
		}
		start, end, err := s.aliasPlace(key, v)
		if err != nil || !s.text.restIsBlank(end) {
			return errNoSplice
		}
		lineEnd := s.text.lineEnd(end)
		s.edits = append(s.edits,
			edit{start, end, ""},
			edit{lineEnd, lineEnd, " " + markWas(string(s.text.data[start:end]))})
		return s.insertLines(end, key.Column, lines, s.text.eol(end))
	})
}

// reattach puts aliases back that detach has written out.
func (s *splicer) reattach(root, spec *yaml.Node) error {
	return s.eachList(spec, func(_, key, list *yaml.Node) error {
		m, ok := s.text.markIn(s.lineOf(key), s.lineOf(key))
		name, isAlias := strings.CutPrefix(strings.TrimSpace(m.was), "*")
		if !ok || !isAlias || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 {
			return nil
		}
		anchored := anchorBefore(root, name, key)
		if anchored == nil {
			return nil
		}
		colon, err := s.text.end(key, -1, false)
		if err != nil || !s.text.hasPrefix(colon, ":") {
			return nil
		}
		column, err := s.dashColumn(list)
		if err != nil {
			return nil
		}
		start, end, err := s.listLines(list)
		if err != nil || start != s.text.nextLine(colon) {
			return nil
		}
		want, err := s.rawLines(anchored, column)
		if have := s.after(start, end); err != nil || strings.TrimRight(want, "\r\n") != strings.TrimRight(have, "\r\n") {
			return nil
		}
		s.edits = slices.DeleteFunc(s.edits, func(e edit) bool { return start <= e.start && e.start < end && e.end <= end })
		s.edits = append(s.edits, edit{colon + 1, colon + 1, m.was}, edit{m.start, m.end, ""}, edit{start, end, ""})
		s.shares = true
		return nil
	})
}

// eachList calls a function for the lists of a pod's containers that an injection
// extends.
func (s *splicer) eachList(spec *yaml.Node, do func(container, key, list *yaml.Node) error) error {
	for _, init := range []bool{true, false} {
		list := get(spec, listKey(init))
		for i := 0; list != nil && i < len(list.Content); i++ {
			container := list.Content[i]
			for _, key := range []string{"env", "volumeMounts"} {
				if k, v := pair(container, key); k != nil && container.Kind == yaml.MappingNode {
					if err := do(container, k, v); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// lineOf is where a node's line starts; the start of the text if it isn't known.
func (s *splicer) lineOf(n *yaml.Node) int {
	at, err := s.text.offset(n)
	if err != nil {
		return 0
	}
	return s.text.lineStart(at)
}

// aliasPlace returns what stands behind a key's colon, up to the end of its alias.
func (s *splicer) aliasPlace(key, alias *yaml.Node) (start, end int, err error) {
	if start, err = s.text.end(key, -1, false); err != nil {
		return 0, 0, err
	}
	if end, err = s.text.end(alias, -1, false); err != nil {
		return 0, 0, err
	}
	at, err := s.text.offset(alias)
	if err != nil || at < start || strings.TrimRight(string(s.text.data[start:at]), " ") != ":" {
		return 0, 0, errNoSplice
	}
	return start + 1, end, nil
}

// listLines returns the lines of a list in block style.
func (s *splicer) listLines(list *yaml.Node) (start, end int, err error) {
	if end, err = s.text.end(list, -1, false); err != nil || !s.text.restIsBlank(end) {
		return 0, 0, errNoSplice
	}
	return s.lineOf(list.Content[0]), s.text.nextLine(end), nil
}

// rawLines returns a list's lines with the edits so far, moved to a column.
func (s *splicer) rawLines(list *yaml.Node, column int) (string, error) {
	if list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 || len(list.Content) == 0 {
		return "", errNoSplice
	}
	from, err := s.dashColumn(list)
	if err != nil {
		return "", err
	}
	start, end, err := s.listLines(list)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for line := range strings.Lines(s.after(start, end)) {
		moved, indented := strings.CutPrefix(line, strings.Repeat(" ", from))
		switch {
		case indented:
			b.WriteString(strings.Repeat(" ", column) + moved)
		case strings.TrimSpace(line) == "":
			b.WriteString(line)
		default:
			return "", errNoSplice
		}
	}
	if out := b.String(); strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\r") {
		return out, nil
	}
	return b.String() + s.text.eol(end), nil
}

// after returns a stretch of whole lines as the edits in it leave it.
func (s *splicer) after(start, end int) string {
	var inside []edit
	for _, e := range s.edits {
		if start <= e.start && e.start < end && e.end <= end {
			inside = append(inside, edit{e.start - start, e.end - start, e.text})
		}
	}
	slices.SortStableFunc(inside, func(a, b edit) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	return string(applyEdits(s.text.data[start:end], inside))
}

// anchorBefore finds what an alias at a node's place would stand for: the last node
// with the anchor before it.
func anchorBefore(n *yaml.Node, name string, place *yaml.Node) *yaml.Node {
	var out *yaml.Node
	if n.Anchor == name && n.Line <= place.Line {
		out = n
	}
	for _, child := range n.Content {
		if found := anchorBefore(child, name, place); found != nil {
			out = found
		}
	}
	return out
}

// sharesAny tells whether a node holds an anchor or an alias.
func sharesAny(n *yaml.Node) bool {
	return n.Anchor != "" || n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, sharesAny)
}
