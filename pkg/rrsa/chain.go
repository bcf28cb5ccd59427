package rrsa

import (
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// PlanChain is [Plan] for several configs that act on a pod one after the other, each on
// what those before it have made of it: as a policy of the API server and a webhook do
// that are both there. The Mutation is what they add together, and all else is that of the
// last one that injects. What one of them refuses, or can't be said of, isn't known.
func PlanChain(in Input, configs ...Config) Decision {
	if len(configs) == 1 {
		return Plan(configs[0], in)
	}
	if in.Template == nil {
		in.Template = &corev1.PodTemplateSpec{}
	}
	var out Decision
	step := in
	for _, cfg := range configs {
		d := Plan(cfg, step)
		switch {
		case d.Verdict == Unknown || d.Verdict == Refused:
			return d
		case d.Verdict == Injected:
			names := out.Containers
			out = Plan(cfg, in) // its reasons are about the pod as it is
			out.Containers = either(in.Template, names, out.Containers)
		case out.Verdict != Injected:
			out = d
		}
		step.Template = step.Template.DeepCopy()
		d.Mutation.Apply(step.Template)
	}
	if out.Verdict == Injected {
		out.Mutation = between(in.Template, step.Template)
	}
	return out
}

// either are the names of containers that one of two lists has, in the pod's order.
func either(pod *corev1.PodTemplateSpec, one, other []string) []string {
	var out []string
	for sel := range containers(pod) {
		if name := sel.name(); slices.Contains(one, name) || slices.Contains(other, name) {
			out = append(out, name)
		}
	}
	return out
}

// between is the Mutation that has made one pod of another.
func between(before, after *corev1.PodTemplateSpec) Mutation {
	var out Mutation
	for sel := range containers(before) {
		to := containerAt(after, sel.init, sel.index)
		c := ContainerMutation{Init: sel.init, Index: sel.index, Name: sel.name(), Mounts: slices.Clone(to.VolumeMounts[len(sel.container.VolumeMounts):])}
		for i, e := range to.Env {
			switch {
			case i >= len(sel.container.Env):
				c.Env = append(c.Env, e)
			case !reflect.DeepEqual(e, sel.container.Env[i]):
				c.Override = append(c.Override, e)
			}
		}
		if !c.empty() {
			out.Containers = append(out.Containers, c)
		}
	}
	if n := len(before.Spec.Volumes); n < len(after.Spec.Volumes) {
		out.Volume = after.Spec.Volumes[n].DeepCopy()
	}
	return out
}
