package rrsa

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Expected returns a copy of the examined pod in which the Differences are fixed
// and nothing else is touched: what is there keeps its place, what is missing
// comes last. The pod must be the one that was examined, and stays as it is.
func (e Examination) Expected(pod *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	out := pod.DeepCopy()
	if len(e.Differences) == 0 {
		return out
	}
	bare, injected := uninjected(pod)
	for sel := range containers(out) {
		c, want := sel.container, e.wanted(sel, bare)
		m := ContainerMutation{}
		for v := range variables {
			if !e.differs(sel.envField(v.name)) {
				continue
			}
			value, due := want.env(v.name)
			_, there := lastEnv(c.Env, v.name)
			switch {
			case due && there:
				m.Override = append(m.Override, value)
			case due:
				m.Env = append(m.Env, value)
			case there:
				c.Env = slices.DeleteFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == v.name })
			}
		}
		i := slices.IndexFunc(c.VolumeMounts, tokenMounted)
		switch {
		case !e.differs(sel.mountField()):
		case !injected || i < 0:
			m.Mounts = want.Mounts
		case want.mount():
			c.VolumeMounts[i].ReadOnly = true
		default:
			c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, tokenMounted)
		}
		m.apply(c)
	}
	e.expectVolume(out)
	return out
}

// differs tells whether there is a difference in a field, or in a part of it.
func (e *Examination) differs(field string) bool {
	return slices.ContainsFunc(e.Differences, func(d Difference) bool { return d.Field == field || strings.HasPrefix(d.Field, field+".") })
}

// expectVolume leaves a volume that differs in nothing as it is written.
func (e *Examination) expectVolume(out *corev1.PodTemplateSpec) {
	want, i := e.Decision.Mutation.Volume, slices.IndexFunc(out.Spec.Volumes, injectedVolume)
	switch {
	case !slices.ContainsFunc(e.Differences, func(d Difference) bool { return d.Container == "" }):
	case want == nil:
		out.Spec.Volumes = slices.DeleteFunc(out.Spec.Volumes, injectedVolume)
	case i < 0:
		out.Spec.Volumes = append(out.Spec.Volumes, *want.DeepCopy())
	default:
		out.Spec.Volumes[i] = *want.DeepCopy()
	}
}

// Uninjected returns a copy of a pod that exists without what an injection has put
// into it, as [Examine] tells it from the pod's own. (§9)
func Uninjected(pod *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	var e Examination
	bare, _ := uninjected(pod)
	e.compare(pod, bare)
	return e.Expected(pod)
}

// uninjected returns a pod as it was before it was created and injected, and
// whether it was injected. The pod itself stays as it is; what it shares with the
// result must not be changed. What is removed leaves an empty entry, so that
// Field paths of the result are right in the pod too.
func uninjected(pod *corev1.PodTemplateSpec) (*corev1.PodTemplateSpec, bool) {
	bare := *pod
	bare.UID, bare.Spec.NodeName = "", ""
	if !slices.ContainsFunc(pod.Spec.Volumes, injectedVolume) {
		return &bare, false
	}
	bare.Spec.Volumes = blank(pod.Spec.Volumes, injectedVolume)
	bare.Spec.InitContainers = slices.Clone(pod.Spec.InitContainers)
	bare.Spec.Containers = slices.Clone(pod.Spec.Containers)
	for sel := range containers(&bare) {
		c := sel.container
		if slices.ContainsFunc(c.VolumeMounts, tokenMounted) { // else its variables are its own
			c.VolumeMounts = blank(c.VolumeMounts, tokenMounted)
			c.Env = blank(c.Env, injectable)
		}
	}
	return &bare, true
}

// blank returns a copy of a list with empty entries in the place of some.
func blank[T any](list []T, remove func(T) bool) []T {
	out := slices.Clone(list)
	for i := range out {
		if remove(out[i]) {
			clear(out[i : i+1])
		}
	}
	return out
}

// injectedVolume tells whether a volume is what an injection puts into a pod,
// with whatever path, lifetime and mode.
func injectedVolume(v corev1.Volume) bool {
	token, _ := projectedToken(v)
	return v.Name == VolumeName && token != nil && token.Audience == Audience
}
