package fn

import (
	"strconv"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// nodes makes of results the nodes that go into the ResourceList. The SDK would
// encode and parse each of them again for that.
func nodes(results fn.Results) []*yaml.Node {
	keys := map[string]*yaml.Node{} // shared: nothing changes a node once it is made
	object := func(pairs ...pair) *yaml.Node {
		out := &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap}
		for _, p := range pairs {
			if p.value == nil || p.value.Value == "" && len(p.value.Content) == 0 {
				continue // what is empty is left out
			}
			if keys[p.key] == nil {
				keys[p.key] = text(p.key)
			}
			out.Content = append(out.Content, keys[p.key], p.value)
		}
		return out
	}
	out := make([]*yaml.Node, 0, len(results))
	for _, r := range results {
		var about, field, file, index *yaml.Node
		if o := r.ResourceRef; o != nil {
			about = object(pair{"apiVersion", text(o.APIVersion)}, pair{"kind", text(o.Kind)}, pair{"name", text(o.Name)}, pair{"namespace", text(o.Namespace)})
		}
		if r.Field != nil {
			field = object(pair{"path", text(r.Field.Path)})
		}
		if r.File != nil {
			if r.File.Index > 0 {
				index = &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: strconv.Itoa(r.File.Index)}
			}
			file = object(pair{"path", text(r.File.Path)}, pair{"index", index})
		}
		out = append(out, object(
			pair{"message", text(r.Message)},
			pair{"severity", text(string(r.Severity))},
			pair{"resourceRef", about},
			pair{"field", field},
			pair{"file", file},
			pair{"tags", object(pair{reasonTag, text(r.Tags[reasonTag])})},
		))
	}
	return out
}

// pair is a key of an object and its value.
type pair struct {
	key   string
	value *yaml.Node
}

func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: s}
}
