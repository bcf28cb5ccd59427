package fn

import (
	"strconv"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// nodes makes of results the nodes that go into the ResourceList. The SDK would
// encode and parse each of them again for that.
func nodes(results fn.Results) []*yaml.Node {
	// Shared: nothing changes a node once it is made.
	keys, words := map[string]*yaml.Node{}, map[string]*yaml.Node{}
	word := func(s string) *yaml.Node {
		if words[s] == nil {
			words[s] = text(s)
		}
		return words[s]
	}
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
			about = object(pair{"apiVersion", word(o.APIVersion)}, pair{"kind", word(o.Kind)}, pair{"name", text(o.Name)}, pair{"namespace", word(o.Namespace)})
		}
		if r.Field != nil {
			field = object(pair{"path", word(r.Field.Path)})
		}
		if r.File != nil {
			if r.File.Index > 0 {
				index = &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: strconv.Itoa(r.File.Index)}
			}
			file = object(pair{"path", text(r.File.Path)}, pair{"index", index})
		}
		out = append(out, object(
			pair{"message", text(r.Message)},
			pair{"severity", word(string(r.Severity))},
			pair{"resourceRef", about},
			pair{"field", field},
			pair{"file", file},
			pair{"tags", object(pair{reasonTag, word(r.Tags[reasonTag])})},
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
