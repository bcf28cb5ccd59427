package yamlnode

import (
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

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

// SameValue tells whether two nodes mean the same, whatever the order of their keys.
func SameValue(a, b *yaml.Node) bool {
	var x, y any
	if a.Decode(&x) != nil || b.Decode(&y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
