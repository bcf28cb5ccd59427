package preview

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// podOf makes the pod that a controller would make of a change's pod template as it
// is, in a manifest or live. Its name is left to the API server.
func podOf(c *inject.Template, live bool) (*unstructured.Unstructured, error) {
	template, err := c.PodTemplate()
	if err != nil {
		return nil, err
	}
	spec, _ := template["spec"].(map[string]any)
	if spec == nil {
		spec = map[string]any{} // the API server says what is missing
	}
	if live {
		// Containers for debugging come into a pod later.
		delete(spec, "ephemeralContainers")
	}
	if c.ServiceAccount != "default" && spec["serviceAccountName"] == nil && spec["serviceAccount"] == nil {
		spec["serviceAccountName"] = c.ServiceAccount // of a kind that keeps it elsewhere
	}
	object, err := c.Item.Object()
	if err != nil {
		return nil, err
	}
	if c.Path == "spec.template" {
		claims, _, _ := unstructured.NestedSlice(object, "spec", "volumeClaimTemplates")
		addClaims(spec, claims, c.Item.Name)
	}
	prefix, _, _ := unstructured.NestedString(object, "metadata", "generateName")
	if name := c.Item.Name; name != "" {
		prefix = name + "-"
	}
	metadata := map[string]any{"namespace": c.Namespace, "generateName": cmp.Or(prefix, "rrsa-")}
	given, _ := template["metadata"].(map[string]any)
	for _, field := range []string{"labels", "annotations"} {
		if value, ok := given[field]; ok {
			metadata[field] = value
		}
	}
	return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}}, nil
}

// addClaims adds the volumes that the controller of a StatefulSet makes of its claims.
// They take the place of volumes with the same name.
func addClaims(spec map[string]any, claims []any, owner string) {
	for _, claim := range claims {
		claim, _ := claim.(map[string]any)
		name, _, _ := unstructured.NestedString(claim, "metadata", "name")
		volumes, _ := spec["volumes"].([]any)
		volumes = slices.DeleteFunc(volumes, func(v any) bool {
			volume, _ := v.(map[string]any)
			return volume["name"] == name
		})
		spec["volumes"] = append(volumes, map[string]any{"name": name, "persistentVolumeClaim": map[string]any{"claimName": name + "-" + owner + "-0"}})
	}
}

// typedTemplate is a pod that the API server has taken, as the engine takes it.
func typedTemplate(pod *unstructured.Unstructured) (*corev1.PodTemplateSpec, error) {
	out, err := diagnose.AsPod(pod)
	if err != nil {
		return nil, err
	}
	return diagnose.Template(out), nil
}
