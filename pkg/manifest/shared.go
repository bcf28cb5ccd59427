package manifest

import (
	"bytes"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Containers may share parts by aliases and merge keys. Where all that share a
// part need the same change, one edit of the part makes it for all of them, and
// the text keeps its anchors. Whether it is so isn't reasoned out: the edited text
// is read again and compared with the changed nodes, see [document.means].

// place is a node and a key in it; an empty key is the node itself.
type place struct {
	node *yaml.Node
	key  string
}

// list returns a key of a mapping and its value, aliases followed. Without a key
// the value comes through a merge key, or there is none.
func (s *splicer) list(parent *yaml.Node, key string) (k, list *yaml.Node) {
	k, list = pair(parent, key)
	switch {
	case k == nil:
		list = get(parent, key)
	case list.Kind == yaml.AliasNode && deref(list) != nil && len(deref(list).Content) > 0:
		s.asked = put(s.asked, list, true)
		list = deref(list)
	default:
		return k, list
	}
	s.shares = s.shares || list != nil
	return k, list
}

// usable tells whether a collection can be edited: it is owned, or it has an
// anchor, which is noted.
func (s *splicer) usable(n *yaml.Node, kind yaml.Kind) bool {
	if n == nil || n.Kind != kind || len(n.Content) == 0 || n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	s.shares = s.shares || n.Anchor != ""
	return true
}

// doneAlready tells whether a change was planned at a node before, through another
// alias of it, and notes it if not. Two different ones can't both be made.
func (s *splicer) doneAlready(n *yaml.Node, key, change string) (bool, error) {
	done, ok := s.done[place{n, key}]
	if ok && done != change {
		return false, errNoSplice
	}
	if !ok {
		s.note(n, key, change)
	}
	return ok, nil
}

func (s *splicer) note(n *yaml.Node, key, change string) {
	if s.text.anchors {
		s.done = put(s.done, place{n, key}, change)
	}
}

// comesByMerge tells whether a mapping gets a key that is added to one which it
// merges.
func (s *splicer) comesByMerge(m *yaml.Node, a addition) bool {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if !isMerge(m.Content[i]) {
			continue
		}
		if done, ok := s.done[place{deref(m.Content[i+1]), a.key}]; ok && done == a.id {
			s.shares = true
			return true
		}
	}
	return false
}

// dashColumn returns the column of a block list's dashes, counted from 0.
func (s *splicer) dashColumn(list *yaml.Node) (int, error) {
	if len(list.Content) == 0 {
		return 0, errNoSplice
	}
	at, err := s.text.offset(list.Content[0])
	if err != nil {
		return 0, err
	}
	start := s.text.lineStart(at)
	lead := bytes.TrimRight(s.text.data[start:at], " ")
	if list.Anchor == "" {
		at, err = s.text.offset(list)
		if err != nil || !s.text.hasPrefix(at, "-") {
			return 0, errNoSplice
		}
		return list.Column - 1, nil
	}
	if dash := len(lead) - 1; dash >= 0 && len(bytes.Trim(lead, " ")) == 1 && lead[dash] == '-' {
		return dash, nil
	}
	return 0, errNoSplice
}

// seqBelow returns how far a block list's dashes are indented below their key; as
// the style has it where they don't stand there.
func (s *splicer) seqBelow(key, list *yaml.Node, st style) int {
	column, err := s.dashColumn(list)
	if err != nil || key == nil || list.Content[0].Line <= key.Line {
		return st.seq
	}
	return max(column+1-key.Column, 0)
}

// in finds an item's object in another parse of its document; nil if it isn't
// there.
func (it *Item) in(root *yaml.Node) *yaml.Node {
	way := append(it.above[:len(it.above):len(it.above)], it.node)
	for i := 0; i+1 < len(way); i++ {
		at := slices.Index(way[i].Content, way[i+1])
		if at < 0 || at >= len(root.Content) {
			return nil
		}
		root = root.Content[at]
	}
	return root
}
