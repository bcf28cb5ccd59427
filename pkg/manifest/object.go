package manifest

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/json"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"
)

// Object returns the object as kubectl would send it: read by YAML 1.1, with what
// aliases and merge keys stand for. Edits that a report has made are not in it.
func (it *Item) Object() (map[string]any, error) {
	out, err := asSent(it.node)
	if err != nil {
		return nil, it.wrap(err)
	}
	// An entry of a List may have them from the List.
	out["apiVersion"], out["kind"] = it.APIVersion, it.Kind
	return out, nil
}

// LocalConfig tells whether the object is marked as one that never reaches a
// cluster.
func (it *Item) LocalConfig() bool { return it.local }

// PodTemplate returns the pod template as kubectl would send it, as it was when
// the change was planned; for a Pod all of it. It is nil for a kind whose pod
// templates aren't known.
func (c *Change) PodTemplate() (map[string]any, error) {
	if len(c.template.nodes) == 0 {
		return nil, nil
	}
	out, err := asSent(c.template.node())
	if err != nil {
		return nil, c.Item.wrap(below(c.Path, err))
	}
	return out, nil
}

// asSent is a node as the JSON that kubectl makes of it.
func asSent(n *kyaml.Node) (map[string]any, error) {
	budget := maxNodes
	expanded, err := expand(n, 0, &budget)
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
