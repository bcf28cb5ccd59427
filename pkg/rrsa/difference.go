package rrsa

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// DifferenceKind says what is wrong with a field.
type DifferenceKind string

const (
	// DifferenceMissing means that the pod lacks something.
	DifferenceMissing DifferenceKind = "missing"
	// DifferenceExtra means that the pod has something it would not get.
	DifferenceExtra DifferenceKind = "extra"
	// DifferenceChanged means that the pod has another value.
	DifferenceChanged DifferenceKind = "changed"
)

// Difference is one field in which a pod is not as an injection would make it.
type Difference struct {
	Kind DifferenceKind
	// Container is the container's name, or its place where it has none; empty for
	// the volume.
	Container string
	// Field is the path in the pod; variables, mounts and volumes are under their
	// names in it.
	Field string
	// Want is the expected value; empty if the field should not be there, and for a
	// whole volume or mount.
	Want string
	// Got is the pod's value; empty if the field is not there, and for a whole
	// volume or mount. A variable's valueFrom is "(valueFrom)".
	Got string
	// Note says what else may be behind the difference; empty mostly.
	Note string
}

const volumeField = "spec.volumes[" + VolumeName + "]"

// compare fills in the differences between a pod and its bare form with the
// Decision's Mutation.
func (e *Examination) compare(pod, bare *corev1.PodTemplateSpec) {
	e.compareVolume(pod)
	override := e.Decision.value("override-env") == True
	injected := slices.ContainsFunc(pod.Spec.Volumes, injectedVolume)
	for sel := range containers(pod) {
		want := e.wanted(sel, bare)
		for v := range variables {
			e.compareEnv(sel, want, v.name, override)
		}
		if injected || want.mount() {
			e.compareMount(sel, want)
		}
	}
}

// wanted is what one container is to have: what the Mutation adds, and its own.
type wanted struct {
	ContainerMutation
	own []corev1.EnvVar
}

func (e *Examination) wanted(sel selection, bare *corev1.PodTemplateSpec) wanted {
	w := wanted{own: containerAt(bare, sel.init, sel.index).Env}
	for _, c := range e.Decision.Mutation.Containers {
		if c.Init == sel.init && c.Index == sel.index {
			w.ContainerMutation = c
		}
	}
	return w
}

// env returns a variable as it is to be, and whether there is to be one.
func (w *wanted) env(name string) (corev1.EnvVar, bool) {
	for _, list := range [...][]corev1.EnvVar{w.Override, w.Env} {
		if e, ok := lastEnv(list, name); ok {
			return e, true
		}
	}
	return lastEnv(w.own, name)
}

func (w *wanted) mount() bool { return len(w.Mounts) > 0 }

func (e *Examination) compareVolume(pod *corev1.PodTemplateSpec) {
	want, i := e.Decision.Mutation.Volume, slices.IndexFunc(pod.Spec.Volumes, injectedVolume)
	switch {
	case want == nil && i < 0:
	case want == nil:
		e.Differences = append(e.Differences, Difference{Kind: DifferenceExtra, Field: volumeField})
	case i < 0:
		e.Differences = append(e.Differences, Difference{Kind: DifferenceMissing, Field: volumeField})
	default:
		wantToken, wantMode := projectedToken(*want)
		token, mode := projectedToken(pod.Spec.Volumes[i])
		const source = volumeField + ".projected.sources[0].serviceAccountToken."
		compareValue(e, source+"path", "%s", wantToken.Path, token.Path)
		compareValue(e, source+"expirationSeconds", "%d", lifetime(wantToken), lifetime(token))
		compareValue(e, volumeField+".projected.defaultMode", "%#o", wantMode, mode)
	}
}

// compareValue compares a value of the volume, which a format writes.
func compareValue[T comparable](e *Examination, field, format string, want, got T) {
	if want != got {
		e.Differences = append(e.Differences, Difference{
			Kind: DifferenceChanged, Field: field, Want: fmt.Sprintf(format, want), Got: fmt.Sprintf(format, got),
		})
	}
}

func (e *Examination) compareEnv(sel selection, w wanted, name string, override bool) {
	want, due := w.env(name)
	got, there := lastEnv(sel.container.Env, name)
	d := Difference{Kind: DifferenceChanged, Want: want.Value, Got: got.Value}
	switch {
	case due == there && (!there || want.ValueFrom == got.ValueFrom && want.Value == got.Value):
		return
	case !there:
		d.Kind = DifferenceMissing
	case !due:
		d.Kind = DifferenceExtra
	}
	if got.ValueFrom != nil {
		d.Got = "(valueFrom)"
	} else if there && !w.empty() && (!override || !due) {
		// A webhook now would leave such a variable as it is.
		d.Note = "or the container sets it itself"
	}
	d.Container, d.Field = sel.name(), sel.envField(name)
	e.Differences = append(e.Differences, d)
}

func (e *Examination) compareMount(sel selection, want wanted) {
	i := slices.IndexFunc(sel.container.VolumeMounts, tokenMounted)
	d, part := Difference{}, ""
	switch {
	case i < 0 && want.mount():
		d.Kind = DifferenceMissing
	case i >= 0 && !want.mount():
		d.Kind = DifferenceExtra
	case i >= 0 && !sel.container.VolumeMounts[i].ReadOnly:
		d.Kind, d.Want, d.Got, part = DifferenceChanged, "true", "false", ".readOnly"
	default:
		return
	}
	d.Container, d.Field = sel.name(), sel.mountField()+part
	e.Differences = append(e.Differences, d)
}
