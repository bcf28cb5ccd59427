package yamlnode

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Step is a key of a mapping or, with an empty key, an index of a list.
type Step struct {
	Key   string
	Index int
}

// Way is the steps from an object to a place in it.
type Way []Step

// To returns the way some keys further.
func (w Way) To(keys ...string) Way {
	out := w[:len(w):len(w)]
	for _, key := range keys {
		out = append(out, Step{Key: key})
	}
	return out
}

// At returns the way to an entry of the list that it leads to.
func (w Way) At(index int) Way { return append(w[:len(w):len(w)], Step{Index: index}) }

// String writes the way as a field path; empty for the object itself.
func (w Way) String() string {
	var b strings.Builder
	for _, s := range w {
		switch {
		case s.Key == "":
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
			continue
		case b.Len() > 0:
			b.WriteByte('.')
		}
		b.WriteString(s.Key)
	}
	return b.String()
}

// Follow goes a way through mappings and lists as they stand, and through no alias
// and no merge key; nil if it leads nowhere.
func (w Way) Follow(n *yaml.Node) *yaml.Node {
	for _, s := range w {
		switch {
		case n == nil:
			return nil
		case s.Key != "" && n.Kind == yaml.MappingNode:
			_, n = Pair(n, s.Key)
		case s.Key == "" && n.Kind == yaml.SequenceNode && s.Index < len(n.Content):
			n = n.Content[s.Index]
		default:
			return nil
		}
	}
	return n
}

// Get goes a way as it reads: through aliases and merge keys; nil if it leads
// nowhere.
func (w Way) Get(n *yaml.Node) *yaml.Node {
	for _, s := range w {
		switch {
		case s.Key != "":
			n = Get(n, s.Key)
		case n != nil && n.Kind == yaml.SequenceNode && s.Index < len(n.Content):
			n = Deref(n.Content[s.Index])
		default:
			return nil
		}
	}
	return n
}
