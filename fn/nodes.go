package fn

import (
	"strconv"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// nodes writes results as the nodes that go into the ResourceList. The SDK would
// encode and parse each of them again for that.
type nodes struct {
	// keys are shared: nothing changes a node once it is made.
	keys map[string]*yaml.Node
}

// results makes the nodes of all results.
func (n nodes) results(all fn.Results) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(all))
	for _, r := range all {
		out = append(out, n.result(r))
	}
	return out
}

// result makes the node of one result.
func (n nodes) result(r *fn.Result) *yaml.Node {
	out := object()
	n.put(out, "message", r.Message)
	n.put(out, "severity", string(r.Severity))
	if ref := r.ResourceRef; ref != nil {
		o := object()
		n.put(o, "apiVersion", ref.APIVersion)
		n.put(o, "kind", ref.Kind)
		n.put(o, "name", ref.Name)
		n.put(o, "namespace", ref.Namespace)
		n.putNode(out, "resourceRef", o)
	}
	if r.Field != nil {
		o := object()
		n.put(o, "path", r.Field.Path)
		n.putNode(out, "field", o)
	}
	if r.File != nil {
		o := object()
		n.put(o, "path", r.File.Path)
		if r.File.Index > 0 {
			n.putNode(o, "index", &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: strconv.Itoa(r.File.Index)})
		}
		n.putNode(out, "file", o)
	}
	if code := r.Tags[reasonTag]; code != "" {
		o := object()
		n.put(o, reasonTag, code)
		n.putNode(out, "tags", o)
	}
	return out
}

func object() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap} }

func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: s}
}

// put adds a string to an object; an empty one is left out.
func (n nodes) put(m *yaml.Node, key, value string) {
	if value != "" {
		n.putNode(m, key, text(value))
	}
}

// putNode adds a value to an object; an empty object is left out.
func (n nodes) putNode(m *yaml.Node, key string, value *yaml.Node) {
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		return
	}
	k := n.keys[key]
	if k == nil {
		k = text(key)
		n.keys[key] = k
	}
	m.Content = append(m.Content, k, value)
}
