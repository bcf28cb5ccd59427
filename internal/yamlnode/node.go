// Package yamlnode reads, copies and compares YAML nodes.
//
// [Get] and the readers see what a mapping has once its merge keys and aliases are
// resolved; [Pair] and [Way.Follow] see what is written in it. [Expand] makes a
// copy without either. Errors are an [Error], whose path grows on its way up.
package yamlnode

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// maxAliases bounds how far aliases and merge keys are followed, so that one that
// contains itself ends.
const maxAliases = 64

// Deref follows aliases to the node they stand for; nil stays nil.
func Deref(n *yaml.Node) *yaml.Node {
	for range maxAliases {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

// IsNull tells whether a value is missing or null, which Kubernetes takes for
// the same.
func IsNull(n *yaml.Node) bool {
	n = Deref(n)
	return n == nil || n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagNull
}

func IsMerge(key *yaml.Node) bool { return key.Tag == "!!merge" || key.Value == "<<" && key.Style == 0 }

// Pair returns a key and its value as they stand in a mapping; nil if the mapping
// doesn't have the key itself.
func Pair(m *yaml.Node, key string) (k, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key && m.Content[i].Kind == yaml.ScalarNode {
			return m.Content[i], m.Content[i+1]
		}
	}
	return nil, nil
}

// Get returns the value of a key, also through merge keys and aliases; nil if
// there is none or it is null.
func Get(m *yaml.Node, key string) *yaml.Node {
	if m = Deref(m); m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	if _, v := Pair(m, key); v != nil {
		if IsNull(v) {
			return nil
		}
		return Deref(v)
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if IsMerge(m.Content[i]) {
			pairs, err := Pairs(m)
			if err != nil {
				return nil
			}
			flat := &yaml.Node{Kind: yaml.MappingNode, Content: pairs}
			if _, v := Pair(flat, key); !IsNull(v) {
				return Deref(v)
			}
			return nil
		}
	}
	return nil
}

// GetString returns a scalar's text at a path of keys; empty if there is none.
func GetString(m *yaml.Node, path ...string) string {
	for _, key := range path {
		m = Get(m, key)
	}
	if m == nil || m.Kind != yaml.ScalarNode {
		return ""
	}
	return m.Value
}

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
	budget := MaxNodes
	return flatten(m, 0, &budget)
}

// mergedLate is an error about a merge key behind a key that it brings as well. In
// YAML the mapping's own wins wherever it stands; kubectl's parser takes the last.
func mergedLate(m, merge *yaml.Node) error {
	at := slices.Index(m.Content, merge)
	if at == 0 {
		return nil
	}
	budget := MaxNodes
	merged, err := flatten(Mapping(m.Content[at], m.Content[at+1]), 0, &budget)
	if err != nil {
		return err
	}
	for i := 0; i < at; i += 2 {
		if k, _ := Pair(Mapping(merged...), m.Content[i].Value); k != nil {
			return &Error{Line: m.Content[at].Line, Problem: fmt.Sprintf("tools don't agree on the value of %q, which the merge key behind it brings as well: move the merge key before it", k.Value)}
		}
	}
	return nil
}

// MaxNodes bounds what aliases and merge keys may expand to in one object. An
// object of that many nodes is far beyond what the API server takes.
const MaxNodes = 200_000

func flatten(m *yaml.Node, depth int, budget *int) ([]*yaml.Node, error) {
	if depth > maxAliases {
		return nil, &Error{Line: m.Line, Problem: "merge keys are nested too deeply"}
	}
	var out []*yaml.Node
	have := map[string]bool{}
	add := func(content []*yaml.Node) error {
		for i := 0; i+1 < len(content); i += 2 {
			if key := content[i].Value; !have[key] {
				have[key] = true
				out = append(out, content[i], content[i+1])
			}
			if *budget--; *budget < 0 {
				return &Error{Line: m.Line, Problem: "merge keys expand to too much"}
			}
		}
		return nil
	}
	var own, merged []*yaml.Node
	for i := 0; i+1 < len(m.Content); i += 2 {
		if !IsMerge(m.Content[i]) {
			own = append(own, m.Content[i], m.Content[i+1])
			continue
		}
		sources := []*yaml.Node{m.Content[i+1]}
		if v := Deref(m.Content[i+1]); v != nil && v.Kind == yaml.SequenceNode {
			sources = v.Content
		}
		for _, source := range sources {
			source = Deref(source)
			if source == nil || source.Kind != yaml.MappingNode {
				return nil, &Error{Line: m.Content[i].Line, Problem: "a merge key wants a mapping or a list of mappings"}
			}
			content, err := flatten(source, depth+1, budget)
			if err != nil {
				return nil, err
			}
			merged = append(merged, content...)
		}
	}
	err := add(append(own, merged...))
	return out, err
}
