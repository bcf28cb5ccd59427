package manifest

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// ContextItems reads a list of Namespace and ServiceAccount objects, which stand
// in a config and not in the input. Any other object is an error.
func ContextItems(list *yaml.Node) ([]*Item, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("want a list of objects, got %s", yamlnode.Describe(list))
	}
	doc := &document{file: "config", line: 1}
	var out []*Item
	for i, n := range list.Content {
		it := newItem(doc, n, nil, "", "")
		if it.APIVersion != "v1" || it.Kind != "Namespace" && it.Kind != "ServiceAccount" || it.Name == "" {
			return nil, fmt.Errorf("[%d]: want a Namespace or ServiceAccount of v1 with a name, got kind %q in %q", i, it.Kind, it.APIVersion)
		}
		it.Origin = Origin{File: fmt.Sprintf("config, context[%d]", i), Line: n.Line}
		out = append(out, it)
	}
	return out, nil
}
