package rrsa

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Verdict says what becomes of a pod.
type Verdict string

const (
	// Injected means that the pod gets what is in the Mutation, or has it already.
	Injected Verdict = "Injected"
	// NotInjected means that the webhook leaves the pod alone.
	NotInjected Verdict = "NotInjected"
	// Unknown means that a rule's input isn't known: the pod may be injected.
	Unknown Verdict = "Unknown"
	// Refused means that the pod is to be injected and an Error is in the way:
	// a setting that isn't known, or a conflict with what is in the pod.
	Refused Verdict = "Refused"
)

// Setting is one setting of a decision and where it comes from.
type Setting struct {
	// Name is the setting's own name, such as "role-name".
	Name string
	// Value is the value in force.
	Value string
	// Level tells which kind of object the value comes from; LevelComponent also
	// for a default.
	Level Level
	// Object is that object's name; empty for the component.
	Object string
	// Key is the label's or annotation's full name; empty for a default.
	Key string
}

// Decision is the answer of [Plan].
type Decision struct {
	Verdict Verdict
	// Reasons holds every reason, the blocking ones first.
	Reasons []Reason
	// Settings holds every setting in force; only for a pod that is injected.
	Settings []Setting
	// Containers names the selected containers, init containers first.
	Containers []string
	// Mutation is what is missing from the pod; empty unless Injected.
	Mutation Mutation
}

// String is the Decision in a line: what becomes of the pod and, if it isn't
// injected, every reason that blocks. Warnings are left out. For example
//
//	injected: role demo-role into app
//	not injected: NamespaceNotEnabled: namespace "shop" has no label … (label it …)
func (d Decision) String() string {
	if d.Verdict == Injected {
		done := "into"
		if d.Mutation.Empty() {
			done = "already in"
		}
		return fmt.Sprintf("injected: role %s %s %s", d.value("role-name"), done, strings.Join(d.Containers, ", "))
	}
	outcome := "not injected"
	if d.Verdict != NotInjected {
		outcome = strings.ToLower(string(cmp.Or(d.Verdict, Unknown)))
	}
	separator := ": "
	for _, r := range d.Reasons {
		if r.Blocking {
			outcome += separator + r.String()
			separator = "; "
		}
	}
	return outcome
}

// value is the value of a setting in force; empty if it isn't.
func (d Decision) value(name string) string {
	if i := slices.IndexFunc(d.Settings, func(s Setting) bool { return s.Name == name }); i >= 0 {
		return d.Settings[i].Value
	}
	return ""
}

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
