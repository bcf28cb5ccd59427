package manifest

import (
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// expand copies a node with everything that aliases and merge keys stand for. It
// fails when that is too much, or without an end.
func expand(n *yaml.Node, depth int, budget *int) (*yaml.Node, error) {
	if *budget--; *budget < 0 || depth > maxDepth {
		return nil, &fieldError{line: n.Line, problem: "YAML aliases expand to too much"}
	}
	if n.Kind == yaml.AliasNode {
		return expand(n.Alias, depth+1, budget)
	}
	out := *n
	out.Anchor, out.Content = "", nil
	content := n.Content
	if n.Kind == yaml.MappingNode {
		var err error
		if content, err = pairs(n); err != nil {
			return nil, err
		}
	}
	for _, child := range content {
		expanded, err := expand(child, depth+1, budget)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, expanded)
	}
	return &out, nil
}

// maxDepth bounds the nesting of an object that is expanded.
const maxDepth = 1000

// sameValue tells whether two nodes mean the same, whatever their style.
func sameValue(a, b *yaml.Node) bool {
	var x, y any
	if a.Decode(&x) != nil || b.Decode(&y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
