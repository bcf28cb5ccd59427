package rrsa

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Mutation is what an injection changes in a pod, and all that it changes.
type Mutation struct {
	// Volume is appended to the pod's volumes; nil if the pod has it already.
	Volume *corev1.Volume
	// Containers holds the containers that something is added to, init containers
	// first.
	Containers []ContainerMutation
}

// ContainerMutation is what changes in one container.
type ContainerMutation struct {
	// Init says that Index counts init containers.
	Init bool
	// Index is the container's place in its list.
	Index int
	// Name is the container's name.
	Name string
	// Override replaces the value of variables that the container has, in place.
	Override []corev1.EnvVar
	// Env is appended to the container's variables.
	Env []corev1.EnvVar
	// Mounts are appended to the container's mounts.
	Mounts []corev1.VolumeMount
}

// Empty tells whether nothing changes.
func (m Mutation) Empty() bool { return m.Volume == nil && len(m.Containers) == 0 }

// Apply makes the change in a pod template, the one that the Mutation was planned
// for. What the template has already is not added again, so applying twice is the
// same as applying once. Nothing of the Mutation is shared with the template.
func (m Mutation) Apply(t *corev1.PodTemplateSpec) {
	for _, c := range m.Containers {
		if to := containerAt(t, c.Init, c.Index); to != nil {
			c.apply(to)
		}
	}
	sameName := func(v corev1.Volume) bool { return v.Name == m.Volume.Name }
	if m.Volume != nil && !slices.ContainsFunc(t.Spec.Volumes, sameName) {
		t.Spec.Volumes = append(slices.Clip(t.Spec.Volumes), *m.Volume.DeepCopy())
	}
}

func (c *ContainerMutation) empty() bool { return len(c.Env)+len(c.Override)+len(c.Mounts) == 0 }

func (c *ContainerMutation) apply(to *corev1.Container) {
	for _, e := range c.Override {
		for i := range to.Env {
			if to.Env[i].Name == e.Name {
				to.Env[i] = *e.DeepCopy()
			}
		}
	}
	for _, e := range c.Env {
		if _, there := lastEnv(to.Env, e.Name); !there {
			to.Env = append(slices.Clip(to.Env), *e.DeepCopy())
		}
	}
	for _, m := range c.Mounts {
		sameDir := func(have corev1.VolumeMount) bool { return have.MountPath == m.MountPath }
		if !slices.ContainsFunc(to.VolumeMounts, sameDir) {
			to.VolumeMounts = append(slices.Clip(to.VolumeMounts), *m.DeepCopy())
		}
	}
}

// tokenVolume is the volume as the webhook writes it. (§2)
func tokenVolume(expiration int64) *corev1.Volume {
	mode := VolumeMode
	return &corev1.Volume{
		Name: VolumeName,
		VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			DefaultMode: &mode,
			Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
				Audience:          Audience,
				ExpirationSeconds: &expiration,
				Path:              tokenPath,
			}}},
		}},
	}
}

// tokenMount is the mount as the webhook writes it. (§2)
func tokenMount() corev1.VolumeMount {
	return corev1.VolumeMount{Name: VolumeName, MountPath: TokenDir, ReadOnly: true}
}
