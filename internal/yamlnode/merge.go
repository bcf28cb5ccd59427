package yamlnode

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Pairs returns the keys and values that a mapping has, merge keys resolved:
// its own keys win, then the earlier merged mapping. A key that stands twice is
// an error, as it is for the API server.
func Pairs(m *yaml.Node) ([]*yaml.Node, error) {
	var merge *yaml.Node
	var seen map[string]*yaml.Node
	if len(m.Content) > 32 {
		seen = make(map[string]*yaml.Node, len(m.Content)/2)
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k := m.Content[i]
		var first *yaml.Node
		if IsMerge(k) {
			if merge != nil {
				return nil, &Error{Line: k.Line, Problem: "the merge key stands twice", First: merge.Line}
			}
			merge = k
			continue
		}
		if seen != nil {
			first = seen[k.Value]
			seen[k.Value] = k
		} else {
			for j := 0; j < i; j += 2 {
				if m.Content[j].Value == k.Value && m.Content[j].Kind == k.Kind {
					first = m.Content[j]
				}
			}
		}
		if first != nil && k.Kind == yaml.ScalarNode {
			return nil, &Error{Line: k.Line, Problem: fmt.Sprintf("key %q stands twice", k.Value), First: first.Line}
		}
	}
	if merge == nil {
		return m.Content, nil
	}
	if err := mergedLate(m, merge); err != nil {
		return nil, err
	}
	var f flattened
	err := f.add(m, 0)
	return f.pairs, err
}

// mergedLate is an error about a merge key behind a key that it brings as well. In
// YAML the mapping's own wins wherever it stands; kubectl's parser takes the last.
func mergedLate(m, merge *yaml.Node) error {
	at := slices.Index(m.Content, merge)
	if at == 0 {
		return nil
	}
	var f flattened
	if err := f.add(Mapping(m.Content[at], m.Content[at+1]), 0); err != nil {
		return err
	}
	for i := 0; i < at; i += 2 {
		if k := m.Content[i]; k.Kind == yaml.ScalarNode && f.have[k.Value] {
			return &Error{Line: m.Content[at].Line, Problem: fmt.Sprintf("tools don't agree on the value of %q, which the merge key behind it brings as well: move the merge key before it", k.Value)}
		}
	}
	return nil
}

// flattened is what a mapping has by its own keys and its merge keys. A mapping that is
// merged again brings nothing new, so that each is looked at once.
type flattened struct {
	pairs []*yaml.Node
	have  map[string]bool
	done  map[*yaml.Node]bool
}

func (f *flattened) add(m *yaml.Node, depth int) error {
	if depth > maxAliases {
		return &Error{Line: m.Line, Problem: "merge keys are nested too deeply"}
	}
	if f.done == nil {
		f.have, f.done = map[string]bool{}, map[*yaml.Node]bool{}
	}
	f.done[m] = true
	var merges []int
	for i := 0; i+1 < len(m.Content); i += 2 {
		if IsMerge(m.Content[i]) {
			merges = append(merges, i)
		} else if key := m.Content[i].Value; !f.have[key] {
			f.have[key] = true
			f.pairs = append(f.pairs, m.Content[i], m.Content[i+1])
		}
	}
	for _, i := range merges {
		sources := []*yaml.Node{m.Content[i+1]}
		if v := Deref(m.Content[i+1]); v != nil && v.Kind == yaml.SequenceNode {
			sources = v.Content
		}
		for _, source := range sources {
			source = Deref(source)
			if source == nil || source.Kind != yaml.MappingNode {
				return &Error{Line: m.Content[i].Line, Problem: "a merge key wants a mapping or a list of mappings"}
			}
			if f.done[source] {
				continue
			}
			if err := f.add(source, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
