package yamlnode

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Size is how much a node is once all is written out that its aliases and merge keys
// stand for.
type Size struct {
	Nodes int
	Text  int // bytes
}

// More tells whether there is more than a size of anything.
func (s Size) More(than Size) bool { return s.Nodes > than.Nodes || s.Text > than.Text }

// Max bounds what is written out: an object of that size is far beyond what the API
// server takes.
var Max = Size{Nodes: 1_000_000, Text: 64 << 20}

// endless is the size of what holds itself; adding to it a few times overflows nothing.
const endless = 1 << 40

func (s Size) plus(other Size) Size {
	return Size{min(s.Nodes+other.Nodes, endless), min(s.Text+other.Text, endless)}
}

// Sizer measures nodes. It looks at each once, however often aliases lead there.
type Sizer struct {
	// Weigh is what is added for a value, of a mapping's key; nil for nothing.
	Weigh func(key string, v *yaml.Node) Size

	known map[*yaml.Node]Size
}

// Of is a node's size, written out.
func (s *Sizer) Of(n *yaml.Node) Size {
	if n.Kind == yaml.AliasNode {
		if n.Alias == nil {
			return Size{Nodes: 1}
		}
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode {
		return Size{1, len(n.Value)}
	}
	if size, ok := s.known[n]; ok {
		return size
	}
	if s.known == nil {
		s.known = map[*yaml.Node]Size{}
	}
	s.known[n] = Size{endless, endless}
	size := Size{Nodes: 1}
	content := n.Content
	if n.Kind == yaml.MappingNode {
		var looked int
		content, looked = merged(n)
		size.Nodes += looked // it takes time, if nothing comes of it
	}
	for i, child := range content {
		size = size.plus(s.Of(child))
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			size = size.plus(s.weight(content[i-1], child))
		}
	}
	s.known[n] = size
	return size
}

func (s *Sizer) weight(key, v *yaml.Node) Size {
	if s.Weigh == nil {
		return Size{}
	}
	return s.Weigh(key.Value, Deref(v))
}

// merged is what a mapping has with its merge keys, and how many mappings were looked
// at for them.
func merged(n *yaml.Node) (content []*yaml.Node, looked int) {
	for i := 0; i < len(n.Content); i += 2 {
		if IsMerge(n.Content[i]) {
			var f flattened
			if f.add(n, 0) != nil {
				return n.Content, 0 // it can't be written out
			}
			return f.pairs, len(f.done)
		}
	}
	return n.Content, 0
}

// Written is a node's size as it stands.
func (s *Sizer) Written(n *yaml.Node) Size {
	size := Size{1, len(n.Value)}
	for i, child := range n.Content {
		size = size.plus(s.Written(child))
		if n.Kind == yaml.MappingNode && i%2 == 1 && child.Kind != yaml.AliasNode {
			size = size.plus(s.weight(n.Content[i-1], child))
		}
	}
	return size
}
