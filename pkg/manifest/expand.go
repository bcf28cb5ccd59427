package manifest

import (
	"fmt"
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
		out, err := expand(n.Alias, depth+1, budget)
		if err == nil {
			commentLike(out, n)
		}
		return out, err
	}
	out := *n
	out.Anchor, out.Content = "", nil
	if out.Tag == yaml.NodeTagMap || out.Tag == yaml.NodeTagSeq {
		out.Style &^= yaml.TaggedStyle // what it is anyway, and in the way of a later edit
	}
	content := n.Content
	if n.Kind == yaml.MappingNode {
		var err error
		if content, err = pairs(n); err != nil {
			return nil, err
		}
		if err = mergedLate(n); err != nil {
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
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content) && len(out.Content) > 0 && n.Style&yaml.FlowStyle == 0; i += 2 {
		if isMerge(n.Content[i]) {
			first := out.Content[0]
			lines := append(comments(n.Content[i]), comments(n.Content[i+1])...)
			first.HeadComment = joinComments(append(lines, first.HeadComment)...)
		}
	}
	return &out, nil
}

// mergedLate is an error about a merge key behind a key that it brings as well. In
// YAML the mapping's own wins wherever it stands; kubectl's parser takes the last.
func mergedLate(m *yaml.Node) error {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if !isMerge(m.Content[i]) {
			continue
		}
		merged, err := pairs(mapping(m.Content[i], m.Content[i+1]))
		if err != nil {
			return err
		}
		for j := 0; j < i; j += 2 {
			if k, _ := pair(mapping(merged...), m.Content[j].Value); k != nil && !isMerge(m.Content[j]) {
				return &fieldError{line: m.Content[i].Line, problem: fmt.Sprintf("tools don't agree on the value of %q, which the merge key behind it brings as well: move the merge key before it", k.Value)}
			}
		}
	}
	return nil
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

// sameLists is sameValue but for lists of an injection that hold nothing. Only a
// mark in the text tells whether one was null, empty or not there.
func sameLists(a, b *yaml.Node) bool {
	var x, y any
	if a.Decode(&x) != nil {
		return b.Decode(&y) != nil // as it was
	}
	if b.Decode(&y) != nil {
		return false
	}
	dropEmptyLists(x)
	dropEmptyLists(y)
	return reflect.DeepEqual(x, y)
}

func dropEmptyLists(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range []string{"env", "volumeMounts", "volumes"} {
			if list, isList := v[key].([]any); v[key] == nil || isList && len(list) == 0 {
				delete(v, key)
			}
		}
		for _, child := range v {
			dropEmptyLists(child)
		}
	case []any:
		for _, child := range v {
			dropEmptyLists(child)
		}
	}
}
