package preview

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

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

// difference is one thing in which the webhook's pod and ours differ, or what they
// are made of. A value that isn't there is "none".
type difference struct{ what, webhook, ours string }

// differing lists in which keys two sides differ.
func differing(webhook, ours map[string]string) []difference {
	both := maps.Clone(webhook)
	maps.Copy(both, ours)
	var out []difference
	for _, key := range slices.Sorted(maps.Keys(both)) {
		if webhook[key] != ours[key] {
			out = append(out, difference{key, cmp.Or(webhook[key], "none"), cmp.Or(ours[key], "none")})
		}
	}
	return out
}

// compareFields lists the fields of RRSA in which two pods differ.
func compareFields(webhook, ours *corev1.PodTemplateSpec) []difference {
	return differing(fieldsOf(webhook), fieldsOf(ours))
}

// fieldsOf gives each of a pod's fields that are RRSA's a path, and its value as JSON.
func fieldsOf(pod *corev1.PodTemplateSpec) map[string]string {
	out := map[string]string{}
	add := func(field string, value any) {
		data, _ := json.Marshal(value) // the API's types have nothing that can't be encoded
		out[field] = string(data)
	}
	fields := diagnose.FieldsOf(pod)
	for _, v := range fields.Volumes {
		add("spec.volumes["+v.Name+"]", v.VolumeSource)
	}
	for list, containers := range map[string][]diagnose.ContainerFields{"initContainers": fields.InitContainers, "containers": fields.Containers} {
		for _, c := range containers {
			at := "spec." + list + "[" + c.Name + "]."
			for _, e := range c.Env {
				if e.ValueFrom != nil {
					add(at+"env["+e.Name+"]", e.ValueFrom)
				} else {
					add(at+"env["+e.Name+"]", e.Value)
				}
			}
			for _, m := range c.Mounts {
				add(at+"volumeMounts["+m.MountPath+"]", m)
			}
		}
	}
	return out
}

// compareOrders lists the containers in which the same variables stand in another
// order: their names, and the order there and here.
func compareOrders(webhook, ours *corev1.PodTemplateSpec) []difference {
	var out []difference
	for _, c := range containers(ours) {
		for _, other := range containers(webhook) {
			// What only one of them has is a difference, or another webhook's.
			there, here := envOrder(other.Env, c.Env), envOrder(c.Env, other.Env)
			if other.Name == c.Name && there != here {
				out = append(out, difference{c.Name, there, here})
			}
		}
	}
	return out
}

func containers(pod *corev1.PodTemplateSpec) []corev1.Container {
	return slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
}

// envOrder is the order of those variables that another list has too.
func envOrder(list, other []corev1.EnvVar) string {
	var out []string
	for _, e := range list {
		if slices.ContainsFunc(other, func(o corev1.EnvVar) bool { return o.Name == e.Name }) {
			out = append(out, e.Name)
		}
	}
	return strings.Join(out, ", ")
}

// withoutForeign is a pod without the containers that another one doesn't have:
// other webhooks put them in. It also returns the names of those that were injected.
func withoutForeign(pod, other *corev1.PodTemplateSpec) (*corev1.PodTemplateSpec, []string) {
	out := pod.DeepCopy()
	var injected []string
	foreign := func(c corev1.Container) bool {
		if slices.ContainsFunc(containers(other), func(o corev1.Container) bool { return o.Name == c.Name }) {
			return false
		}
		alone := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
		if len(fieldsOf(alone)) > 0 {
			injected = append(injected, c.Name)
		}
		return true
	}
	out.Spec.InitContainers = slices.DeleteFunc(out.Spec.InitContainers, foreign)
	out.Spec.Containers = slices.DeleteFunc(out.Spec.Containers, foreign)
	return out, injected
}
