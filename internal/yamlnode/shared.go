package yamlnode

import (
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Owned tells whether a collection can be edited without changing another place:
// it is there, and no alias leads to it or from it.
func Owned(n *yaml.Node) bool {
	return n != nil && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) &&
		len(n.Content) > 0 && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
}

// HasAnchor tells whether a value holds an anchor that an alias elsewhere may
// need.
func HasAnchor(n *yaml.Node) bool {
	if n.Anchor != "" {
		return true
	}
	for _, child := range n.Content {
		if HasAnchor(child) {
			return true
		}
	}
	return false
}

// Shares tells whether anything in a node is written elsewhere: by an alias or a
// merge key.
func Shares(n *yaml.Node) bool { return FirstShared(n) != nil }

// FirstShared finds the first alias or merge key in a node; nil if there is none.
func FirstShared(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && IsMerge(child) {
			return child
		}
		if found := FirstShared(child); found != nil {
			return found
		}
	}
	return nil
}

// NeededBy finds an alias in a tree, outside of a part of it, that stands for something
// in that part; nil if there is none.
func NeededBy(root, part *yaml.Node) *yaml.Node {
	inside := map[*yaml.Node]bool{}
	var note func(n *yaml.Node)
	note = func(n *yaml.Node) {
		inside[n] = true
		for _, child := range n.Content {
			note(child)
		}
	}
	note(part)
	var needs func(n *yaml.Node) *yaml.Node
	needs = func(n *yaml.Node) *yaml.Node {
		switch {
		case n == part:
			return nil
		case n.Kind == yaml.AliasNode && inside[n.Alias]:
			return n
		}
		for _, child := range n.Content {
			if alias := needs(child); alias != nil {
				return alias
			}
		}
		return nil
	}
	return needs(root)
}

// Equal tells whether two nodes without aliases and merge keys hold the same:
// the same values of the same types in the same order, whatever their style and
// comments.
func Equal(a, b *yaml.Node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	if IsNull(a) && IsNull(b) {
		return true // "~" and nothing are the same
	}
	if a.Tag != b.Tag && a.ShortTag() != b.ShortTag() || a.Kind == yaml.ScalarNode && a.Value != b.Value || a.Kind == yaml.AliasNode {
		return false
	}
	for i := range a.Content {
		if !Equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// Alike compares nodes with their aliases as they stand. What it has compared it
// doesn't compare again, however often aliases lead there.
type Alike struct{ known map[[2]*yaml.Node]bool }

// Nodes tells whether two nodes read as the same.
func (l *Alike) Nodes(a, b *yaml.Node) bool {
	if a.Kind == yaml.AliasNode && b.Kind == yaml.AliasNode {
		return l.Nodes(a.Alias, b.Alias)
	}
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	if len(a.Content) == 0 {
		return Equal(a, b)
	}
	pair := [2]*yaml.Node{a, b}
	if same, ok := l.known[pair]; ok {
		return same
	}
	if l.known == nil {
		l.known = map[[2]*yaml.Node]bool{}
	}
	l.known[pair] = true // what holds itself is alike if all else is
	for i := range a.Content {
		if !l.Nodes(a.Content[i], b.Content[i]) {
			l.known[pair] = false
			return false
		}
	}
	return true
}

// SameValue tells whether two nodes mean the same, whatever the order of their keys.
func SameValue(a, b *yaml.Node) bool {
	var x, y any
	if a.Decode(&x) != nil || b.Decode(&y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
