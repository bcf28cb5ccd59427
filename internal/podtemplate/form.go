package podtemplate

import (
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// bare tells whether a pod spec stands at a place, and not a pod template. What is
// neither, or isn't what the kind has there, is an error.
func (r Row) bare(n *yaml.Node) (bool, error) {
	if n.Kind != yaml.MappingNode {
		problem := "want a pod template or a pod spec, got " + yamlnode.Describe(n)
		if n.Kind == yaml.SequenceNode {
			problem += `: a path has "[]" behind the key of a list`
		}
		return false, &yamlnode.Error{Line: n.Line, Problem: problem}
	}
	content, err := yamlnode.Pairs(n)
	if err != nil || r.Form == SpecForm {
		return true, err
	}
	var keys []string
	template, containers, spec := true, false, false
	for i := 0; i+1 < len(content); i += 2 {
		key := content[i].Value
		keys = append(keys, key)
		template = template && slices.Contains([]string{"apiVersion", "kind", "metadata", "spec", "status"}, key)
		containers = containers || slices.Contains([]string{ListKey(true), ListKey(false)}, key)
		spec = spec || key == "spec" && !yamlnode.IsNull(content[i+1])
	}
	isSpec := slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(specFields, key) })
	switch {
	case spec && containers:
		return false, &yamlnode.Error{Line: n.Line, Problem: "it has a spec and containers next to it, so it is not clear whether it is a pod template or a pod spec"}
	case spec, template: // an empty one too
		return false, nil
	case isSpec && r.Form == AnyForm:
		return true, nil
	case isSpec:
		return false, &yamlnode.Error{Line: n.Line, Problem: "want a pod template, got a pod spec: put it into " + `"spec"`}
	}
	return false, &yamlnode.Error{Line: n.Line, Problem: "it is neither a pod template, which has a spec, nor a pod spec, which has containers: correct the path, or what is there"}
}

// steps are the path's.
func (r Row) steps() []string {
	if r.Path.Path == "" {
		return nil
	}
	return strings.Split(r.Path.Path, ".")
}

// account is the name of the ServiceAccount of a kind that has its own, which wins.
func (r Row) account(object *yaml.Node) string {
	if r.ServiceAccountPath == "" {
		return ""
	}
	return yamlnode.GetString(object, strings.Split(r.ServiceAccountPath, ".")...)
}

// specFields are the names of a pod spec's fields.
var specFields = jsonNames(reflect.TypeFor[corev1.PodSpec]())

func jsonNames(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out = append(out, name)
	}
	return out
}

// SpecFields are the names of a pod spec's fields. What else stands next to them
// belongs to the object's kind.
func SpecFields() []string { return slices.Clone(specFields) }
