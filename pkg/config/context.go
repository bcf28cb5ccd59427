package config

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// contextFields are those of a Namespace or ServiceAccount that say something.
func contextFields() []Field {
	return []Field{
		{Name: "apiVersion", Required: true, Values: []string{"v1"}},
		{Name: "kind", Required: true, Values: []string{"Namespace", "ServiceAccount"}},
		{Name: "metadata", Required: true, Fields: []Field{
			{Name: "name", Required: true}, {Name: "namespace"}, {Name: "labels", Texts: true}, {Name: "annotations", Texts: true},
		}},
	}
}

func (d *decoder) context(n *yaml.Node, path string) {
	if n == nil || n.Tag == yaml.NodeTagNull {
		return
	}
	items, err := manifest.ContextItems(n)
	if err != nil {
		d.fault(n, "%s: %v", path, err)
	}
	for _, it := range items {
		it.Origin.Line += d.shift
	}
	d.config.Context = items
}

func (c *InjectRRSA) contextObjects() ([]any, error) {
	var out []any
	for _, it := range c.Context {
		var object any
		if err := it.Node().Decode(&object); err != nil {
			return nil, fmt.Errorf("encoding the config's context: %s: %w", it, err)
		}
		out = append(out, object)
	}
	return out, nil
}
