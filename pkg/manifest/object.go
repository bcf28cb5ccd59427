package manifest

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/json"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Object returns the object as kubectl would send it: read by YAML 1.1, with what
// aliases and merge keys stand for.
func (it *Item) Object() (map[string]any, error) {
	out, err := AsSent(it.node)
	if err != nil {
		return nil, it.Wrap(err)
	}
	// An entry of a List may have them from the List.
	out["apiVersion"], out["kind"] = it.APIVersion, it.Kind
	return out, nil
}

// AsSent is a node as the JSON that kubectl makes of it.
func AsSent(n *kyaml.Node) (map[string]any, error) {
	expanded, err := yamlnode.Expand(n)
	if err != nil {
		return nil, err
	}
	text, err := kyaml.Marshal(expanded)
	if err == nil {
		text, err = yaml.YAMLToJSON(text)
	}
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the object as kubectl does: %w", err)
	}
	return out, nil
}
