package diagnose

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Difference is one thing in which the webhook's pod and ours differ, or what they
// are made of. A value that isn't there is "none".
type Difference struct{ What, Webhook, Ours string }

// Differing lists in which keys two sides differ.
func Differing(webhook, ours map[string]string) []Difference {
	both := maps.Clone(webhook)
	maps.Copy(both, ours)
	var out []Difference
	for _, key := range slices.Sorted(maps.Keys(both)) {
		if webhook[key] != ours[key] {
			out = append(out, Difference{key, cmp.Or(webhook[key], "none"), cmp.Or(ours[key], "none")})
		}
	}
	return out
}

// CompareFields lists the fields of RRSA in which two pods differ. (§2)
func CompareFields(webhook, ours *corev1.PodTemplateSpec) []Difference {
	return Differing(fieldsByPath(webhook), fieldsByPath(ours))
}

// fieldsByPath gives each of a pod's fields that are RRSA's a path, and its value as JSON.
func fieldsByPath(pod *corev1.PodTemplateSpec) map[string]string {
	out := map[string]string{}
	add := func(field string, value any) {
		data, _ := json.Marshal(value) // the API's types have nothing that can't be encoded
		out[field] = string(data)
	}
	fields := FieldsOf(pod)
	for _, v := range fields.Volumes {
		add("spec.volumes["+v.Name+"]", v.VolumeSource)
	}
	for list, containers := range map[string][]ContainerFields{"initContainers": fields.InitContainers, "containers": fields.Containers} {
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

// CompareOrders lists the containers in which the same variables stand in another
// order: their names, and the order there and here. (§2)
func CompareOrders(webhook, ours *corev1.PodTemplateSpec) []Difference {
	var out []Difference
	for _, c := range allContainers(ours) {
		for _, other := range allContainers(webhook) {
			// What only one of them has is a difference, or another webhook's.
			there, here := envOrder(other.Env, c.Env), envOrder(c.Env, other.Env)
			if other.Name == c.Name && there != here {
				out = append(out, Difference{c.Name, there, here})
			}
		}
	}
	return out
}

func allContainers(pod *corev1.PodTemplateSpec) []corev1.Container {
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

// WithoutForeign is a pod without the containers that another one doesn't have:
// other webhooks put them in. It also returns the names of those that were injected.
func WithoutForeign(pod, other *corev1.PodTemplateSpec) (*corev1.PodTemplateSpec, []string) {
	out := pod.DeepCopy()
	var injected []string
	foreign := func(c corev1.Container) bool {
		if slices.ContainsFunc(allContainers(other), func(o corev1.Container) bool { return o.Name == c.Name }) {
			return false
		}
		only := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
		if len(fieldsByPath(only)) > 0 {
			injected = append(injected, c.Name)
		}
		return true
	}
	out.Spec.InitContainers = slices.DeleteFunc(out.Spec.InitContainers, foreign)
	out.Spec.Containers = slices.DeleteFunc(out.Spec.Containers, foreign)
	return out, injected
}
