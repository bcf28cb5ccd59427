package rrsa

import (
	"slices"

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
	each(out, bare, e.Decision.Mutation, func(sel selection, want wanted) {
		c := sel.container
		var m ContainerMutation
		for v := range variables {
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
		if want.mount() {
			m.Mounts = want.mutation.Mounts
		}
		i := tokenMountIndex(c)
		switch {
		case !injected || i < 0:
		case want.mount():
			c.VolumeMounts[i].ReadOnly = true
			m.Mounts = nil
		default:
			c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, tokenMounted)
		}
		m.apply(c)
	})
	e.expectVolume(out)
	return out
}

func (e Examination) expectVolume(out *corev1.PodTemplateSpec) {
	volume := Examination{Decision: e.Decision}
	volume.compareVolume(out)
	want, i := e.Decision.Mutation.Volume, tokenVolumeIndex(out)
	switch {
	case len(volume.Differences) == 0:
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
