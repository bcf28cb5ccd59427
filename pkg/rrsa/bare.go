package rrsa

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// uninjected returns a pod as it was before it was created and injected, and
// whether it was injected. The pod itself stays as it is; what it shares with the
// result must not be changed. What is removed leaves an empty entry, so that
// Field paths of the result are right in the pod too.
func uninjected(pod *corev1.PodTemplateSpec) (*corev1.PodTemplateSpec, bool) {
	bare := *pod
	bare.UID, bare.Spec.NodeName = "", ""
	if tokenVolumeIndex(pod) < 0 {
		return &bare, false
	}
	bare.Spec.Volumes = slices.Clone(pod.Spec.Volumes)
	for i := tokenVolumeIndex(&bare); i >= 0; i = tokenVolumeIndex(&bare) {
		bare.Spec.Volumes[i] = corev1.Volume{}
	}
	bare.Spec.InitContainers = bareContainers(pod.Spec.InitContainers)
	bare.Spec.Containers = bareContainers(pod.Spec.Containers)
	return &bare, true
}

// bareContainers removes the injection from containers of an injected pod.
func bareContainers(list []corev1.Container) []corev1.Container {
	copied := false
	for i := range list {
		if tokenMountIndex(&list[i]) < 0 {
			continue // its variables are its own
		}
		if !copied {
			list, copied = slices.Clone(list), true
		}
		c := &list[i]
		c.VolumeMounts = slices.Clone(c.VolumeMounts)
		for j := tokenMountIndex(c); j >= 0; j = tokenMountIndex(c) {
			c.VolumeMounts[j] = corev1.VolumeMount{}
		}
		c.Env = slices.Clone(c.Env)
		for j := range c.Env {
			if injectable(&c.Env[j]) {
				c.Env[j] = corev1.EnvVar{}
			}
		}
	}
	return list
}

// injectable tells whether an injection may have put a variable there: it gives
// plain values only.
func injectable(e *corev1.EnvVar) bool {
	return e.ValueFrom == nil && injectedName(e.Name)
}

// injectedVolume tells whether a volume is what an injection puts into a pod,
// with whatever path, lifetime and mode.
func injectedVolume(v corev1.Volume) bool {
	token, _ := projectedToken(v)
	return v.Name == VolumeName && token != nil && token.Audience == Audience
}

// tokenVolumeIndex finds the injected volume in a pod; -1 if there is none.
func tokenVolumeIndex(pod *corev1.PodTemplateSpec) int {
	return slices.IndexFunc(pod.Spec.Volumes, injectedVolume)
}

// tokenMountIndex finds the token's mount in a container; -1 if there is none.
func tokenMountIndex(c *corev1.Container) int {
	return slices.IndexFunc(c.VolumeMounts, tokenMounted)
}
