package manifest

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// work is what has to be done in one pod template so that it holds what its
// decision says: additions, and changes of what an earlier run has put in.
type work struct {
	containers []containerWork
	// addVolume is appended; removeVolumes are taken out, by index, and
	// replaceVolumes written anew as newVolume.
	addVolume, newVolume *corev1.Volume
	removeVolumes        []int
	replaceVolumes       []int
	// stuck says that a volume is ours and stays, as a mount without a mark needs it.
	stuck bool
}

// containerWork is the work in one container. Indexes are those of the entries
// that are there.
type containerWork struct {
	containerIndex
	name string
	// ours are the marked variables.
	ours map[int]mark
	// override are variables of others to replace; the mark keeps what they were.
	override []corev1.EnvVar
	// update are new values of what is ours, restore the texts to put back, and
	// remove what to take out.
	update       map[int]corev1.EnvVar
	restore      map[int]mark
	remove       []int
	add          []corev1.EnvVar
	removeMounts []int
	addMounts    []corev1.VolumeMount
}

func (w work) empty() bool {
	return len(w.containers) == 0 && w.addVolume == nil && len(w.removeVolumes)+len(w.replaceVolumes) == 0
}

func (w containerWork) empty() bool {
	return len(w.override)+len(w.update)+len(w.restore)+len(w.remove)+len(w.add)+len(w.removeMounts)+len(w.addMounts) == 0
}

// newWork compares what a pod template is to get with what an earlier run has put
// into it. t is the template as it is, with what is marked; needed says that a
// mount without a mark holds on to the volume.
func newWork(t *corev1.PodTemplateSpec, have marks, want rrsa.Mutation, needed bool) work {
	var out work
	wanted := map[containerIndex]rrsa.ContainerMutation{}
	for _, cm := range want.Containers {
		wanted[containerIndex{cm.Init, cm.Index}] = cm
	}
	for _, init := range []bool{true, false} {
		list := t.Spec.Containers
		if init {
			list = t.Spec.InitContainers
		}
		for i := range list {
			at := containerIndex{init, i}
			if w := newContainerWork(at, list[i], have.containers[at], wanted[at]); !w.empty() {
				out.containers = append(out.containers, w)
			}
		}
	}
	out.addVolume, out.newVolume = want.Volume, want.Volume
	for _, i := range have.volumes {
		switch {
		case out.addVolume == nil && needed:
			out.stuck = true
		case out.addVolume == nil:
			out.removeVolumes = append(out.removeVolumes, i)
		case !sameToken(t.Spec.Volumes[i], *out.addVolume):
			out.replaceVolumes = append(out.replaceVolumes, i)
			out.addVolume = nil
		default:
			out.addVolume = nil
		}
	}
	return out
}

func newContainerWork(at containerIndex, c corev1.Container, have containerMarks, want rrsa.ContainerMutation) containerWork {
	w := containerWork{containerIndex: at, name: c.Name, ours: have.env, override: want.Override, add: want.Env, addMounts: want.Mounts}
	if len(have.env)+len(have.mounts) == 0 {
		return w
	}
	w.add, w.addMounts = slices.Clone(w.add), slices.Clone(w.addMounts)
	for _, i := range slices.Sorted(maps.Keys(have.env)) {
		m, now := have.env[i], c.Env[i]
		named := func(e corev1.EnvVar) bool { return e.Name == now.Name }
		from := w.add
		if m.replaced {
			from = want.Override
		}
		var e corev1.EnvVar
		at := slices.IndexFunc(from, named)
		ok := at >= 0
		if ok {
			e = from[at]
		}
		if ok && !m.replaced {
			w.add = slices.Delete(w.add, at, at+1)
		}
		switch {
		case ok && now.Value == e.Value && now.ValueFrom == nil:
		case ok:
			w.update = put(w.update, i, e)
		case m.replaced:
			w.restore = put(w.restore, i, m)
		default:
			w.remove = append(w.remove, i)
		}
	}
	// What is left to override are the variables that carry no mark yet.
	w.override = slices.DeleteFunc(slices.Clone(want.Override), func(e corev1.EnvVar) bool {
		for i, now := range c.Env {
			if _, ours := have.env[i]; !ours && now.Name == e.Name {
				return false
			}
		}
		return true
	})
	for _, i := range have.mounts {
		if len(w.addMounts) > 0 && w.addMounts[0].MountPath == c.VolumeMounts[i].MountPath {
			w.addMounts = w.addMounts[1:]
		} else {
			w.removeMounts = append(w.removeMounts, i)
		}
	}
	return w
}

func put[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	if m == nil {
		m = map[K]V{}
	}
	m[k] = v
	return m
}

// mountsToken tells whether any container mounts the token volume.
func mountsToken(t *corev1.PodTemplateSpec) bool {
	for _, c := range slices.Concat(t.Spec.InitContainers, t.Spec.Containers) {
		if slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName }) {
			return true
		}
	}
	return false
}

// sameToken compares the token volumes as far as one can differ from another.
func sameToken(a, b corev1.Volume) bool {
	token := func(v corev1.Volume) string {
		if v.Projected == nil || v.Projected.DefaultMode == nil || len(v.Projected.Sources) != 1 {
			return ""
		}
		t := v.Projected.Sources[0].ServiceAccountToken
		if t == nil || t.ExpirationSeconds == nil {
			return ""
		}
		return fmt.Sprint(*v.Projected.DefaultMode, t.Audience, t.Path, *t.ExpirationSeconds)
	}
	return token(a) != "" && token(a) == token(b)
}
