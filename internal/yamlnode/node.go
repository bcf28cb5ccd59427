// Package yamlnode reads, copies and compares YAML nodes.
//
// [Get] and the readers see what a mapping has once its merge keys and aliases are
// resolved; [Pair] and [Way.Follow] see what is written in it. [Expand] makes a
// copy without either. Errors are an [Error], whose path grows on its way up.
package yamlnode

import (
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
	if !slices.ContainsFunc(m.Content, IsMerge) {
		return nil
	}
	pairs, err := Pairs(m)
	if err != nil {
		return nil
	}
	if _, v := Pair(Mapping(pairs...), key); !IsNull(v) {
		return Deref(v)
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
