package preview

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// fieldDifference is one of RRSA's fields in which two pods differ. A value that
// isn't there is "none".
type fieldDifference struct{ field, webhook, ours string }

// withoutForeign is a pod without the containers that another one doesn't have:
// other webhooks put them in. It also returns the names of those that were injected.
func withoutForeign(pod, other *corev1.PodTemplateSpec) (*corev1.PodTemplateSpec, []string) {
	out := pod.DeepCopy()
	var injected []string
	for _, list := range []struct {
		from  *[]corev1.Container
		other []corev1.Container
	}{{&out.Spec.InitContainers, other.Spec.InitContainers}, {&out.Spec.Containers, other.Spec.Containers}} {
		*list.from = slices.DeleteFunc(*list.from, func(c corev1.Container) bool {
			foreign := !slices.ContainsFunc(list.other, func(o corev1.Container) bool { return o.Name == c.Name })
			if foreign && hasFields(c) {
				injected = append(injected, c.Name)
			}
			return foreign
		})
	}
	return out, injected
}

// hasFields tells whether a container has anything of RRSA.
func hasFields(c corev1.Container) bool {
	pod := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
	f := diagnose.FieldsOf(pod).Containers[0]
	return len(f.Env)+len(f.Mounts) > 0
}

// compareFields lists the fields in which the webhook's pod and ours differ, and
// the containers in which the same variables stand in another order: their names,
// and the order there and here.
func compareFields(webhook, ours *corev1.PodTemplateSpec) (differences []fieldDifference, orders []fieldDifference, err error) {
	there, err := flatten(diagnose.FieldsOf(webhook))
	if err != nil {
		return nil, nil, err
	}
	here, err := flatten(diagnose.FieldsOf(ours))
	if err != nil {
		return nil, nil, err
	}
	both := maps.Clone(there)
	maps.Copy(both, here)
	for _, field := range slices.Sorted(maps.Keys(both)) {
		if there[field] != here[field] {
			differences = append(differences, fieldDifference{field, term.OrNone(there[field]), term.OrNone(here[field])})
		}
	}
	for _, lists := range [][2][]corev1.Container{{webhook.Spec.InitContainers, ours.Spec.InitContainers}, {webhook.Spec.Containers, ours.Spec.Containers}} {
		for _, c := range lists[1] {
			i := slices.IndexFunc(lists[0], func(other corev1.Container) bool { return other.Name == c.Name })
			if i < 0 {
				continue
			}
			// What only one of them has is a difference, or another webhook's.
			there, here := envOrder(lists[0][i].Env, c.Env), envOrder(c.Env, lists[0][i].Env)
			if there != here {
				orders = append(orders, fieldDifference{c.Name, there, here})
			}
		}
	}
	return differences, orders, nil
}

// flatten gives each field a path and its value as JSON.
func flatten(f diagnose.Fields) (map[string]string, error) {
	out := map[string]string{}
	add := func(field string, value any) error {
		data, err := json.Marshal(value)
		out[field] = string(data)
		return err
	}
	for _, v := range f.Volumes {
		if err := add("spec.volumes["+v.Name+"]", v.VolumeSource); err != nil {
			return nil, fmt.Errorf("encoding a volume: %w", err)
		}
	}
	for _, list := range []struct {
		field      string
		containers []diagnose.ContainerFields
	}{{"initContainers", f.InitContainers}, {"containers", f.Containers}} {
		for _, c := range list.containers {
			at := "spec." + list.field + "[" + c.Name + "]."
			for _, e := range c.Env {
				value := any(e.Value)
				if e.ValueFrom != nil {
					value = e.ValueFrom
				}
				if err := add(at+"env["+e.Name+"]", value); err != nil {
					return nil, fmt.Errorf("encoding a variable: %w", err)
				}
			}
			for _, m := range c.Mounts {
				if err := add(at+"volumeMounts["+m.MountPath+"]", m); err != nil {
					return nil, fmt.Errorf("encoding a mount: %w", err)
				}
			}
		}
	}
	return out, nil
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
