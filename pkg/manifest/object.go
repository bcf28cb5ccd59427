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
	n, err := it.Node()
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	expanded, err := yamlnode.Expand(n)
	if err != nil {
		return nil, it.Wrap(err)
	}
	text, err := kyaml.Marshal(expanded)
	if err == nil {
		text, err = yaml.YAMLToJSON(text)
	}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return nil, it.Wrap(fmt.Errorf("reading the object as kubectl does: %w", err))
	}
	// An entry of a List may have them from the List.
	out["apiVersion"], out["kind"] = it.APIVersion, it.Kind
	return out, nil
}
