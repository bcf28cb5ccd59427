package manifest

import (
	"bytes"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// findUnmarked adds to the marks of a pod template what an injection has put into
// it without one: in flow style, or in the cluster. It is all or nothing. The
// volume, and in each container that mounts it the mount and the variables, stand
// last in their lists, as an injection adds them, and are what the engine adds
// under some settings to what remains, with nothing more or less in them.
func (t *text) findUnmarked(it *Item, f found, typed *corev1.PodTemplateSpec, have marks) marks {
	_, spec := pair(f.node(), "spec")
	if !mountsToken(typed) || shared(it.above) || shared(f.nodes) || !owned(spec) {
		return have
	}
	// What could have been marked like the rest, and wasn't, is a person's.
	marked := len(have.containers)+len(have.volumes) > 0
	candidate := func(parent *yaml.Node, key string) bool {
		_, list := pair(parent, key)
		return owned(list) && (!marked || list.Style&yaml.FlowStyle != 0)
	}
	out := marks{containers: map[containerIndex]containerMarks{}, volumes: have.volumes}
	volume := len(have.volumes) == 0 && candidate(spec, "volumes")
	if volume {
		out.volumes = []int{len(typed.Spec.Volumes) - 1}
	}
	var injected []unmarkedContainer
	for _, init := range []bool{true, false} {
		list := typed.Spec.Containers
		if init {
			list = typed.Spec.InitContainers
		}
		_, nodes := pair(spec, listKey(init))
		for i := range list {
			at := containerIndex{init, i}
			cm := have.containers[at]
			c := unmarkedContainer{typed: &list[i]}
			if owned(nodes) && owned(nodes.Content[i]) && c.mountsToken() {
				c.node = nodes.Content[i]
				c.env = len(cm.env) == 0 && candidate(c.node, "env")
				c.mount = len(cm.mounts) == 0 && candidate(c.node, "volumeMounts")
			}
			if c.env {
				cm.env = c.lastEnv()
			}
			if c.mount {
				cm.mounts = []int{len(c.typed.VolumeMounts) - 1}
			}
			if c.marks = cm; c.env || c.mount || volume && c.mountsToken() {
				injected = append(injected, c)
			}
			out.containers[at] = cm
		}
	}
	remains := out.strip(typed)
	if len(injected) == 0 || len(out.volumes) != 1 || mountsToken(remains) || slices.ContainsFunc(remains.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName }) {
		return have
	}
	want, ok := t.reinject(injected, typed.Spec.Volumes[out.volumes[0]])
	if !ok || volume && !t.sameEntries(spec, "volumes", out.volumes, []*yaml.Node{volumeNode(want.Volume)}) {
		return have
	}
	return out
}

// unmarkedContainer is a container in which something may be ours without a mark:
// its variables, its mount, or both.
type unmarkedContainer struct {
	typed      *corev1.Container
	node       *yaml.Node
	env, mount bool
	marks      containerMarks
}

func (c unmarkedContainer) mountsToken() bool {
	return mountsToken(&corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{*c.typed}}})
}

// lastEnv returns the variables from the first one on that an injection adds.
func (c unmarkedContainer) lastEnv() map[int]mark {
	first := slices.IndexFunc(c.typed.Env, func(e corev1.EnvVar) bool { return e.Name == rrsa.EnvRoleARN })
	if first < 0 {
		return nil
	}
	out := map[int]mark{}
	for i := first; i < len(c.typed.Env); i++ {
		out[i] = mark{}
	}
	return out
}

// reinject injects into the containers as they would be without what may be ours,
// by settings that follow from it, and tells whether it comes back.
func (t *text) reinject(containers []unmarkedContainer, token corev1.Volume) (rrsa.Mutation, bool) {
	var pod corev1.PodTemplateSpec
	var env []corev1.EnvVar
	ours := marks{containers: map[containerIndex]containerMarks{}}
	for i, c := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, *c.typed)
		ours.containers[containerIndex{index: i}] = c.marks
		for _, at := range slices.Sorted(maps.Keys(c.marks.env)) {
			env = append(env, c.typed.Env[at])
		}
	}
	want := planLike(ours.strip(&pod), env, token)
	if want.Volume == nil || len(want.Containers) != len(containers) {
		return want, false
	}
	for i, c := range containers {
		w := want.Containers[i]
		if c.env && !t.sameEntries(c.node, "env", slices.Sorted(maps.Keys(c.marks.env)), envNodes(w.Env)) ||
			c.mount && !t.sameEntries(c.node, "volumeMounts", c.marks.mounts, mountNodes(w.Mounts)) {
			return want, false
		}
	}
	return want, true
}

// sameEntries compares entries of a list with what an injection writes, which has
// no comment, anchor or alias in it.
func (t *text) sameEntries(parent *yaml.Node, key string, indexes []int, want []*yaml.Node) bool {
	_, list := pair(parent, key)
	if !owned(list) || list.Kind != yaml.SequenceNode || len(indexes) != len(want) {
		return false
	}
	for i, at := range indexes {
		entry := list.Content[at]
		start, err := t.offset(entry)
		if err != nil {
			return false
		}
		flow := list.Style&yaml.FlowStyle != 0
		end, err := t.end(entry, -1, flow)
		if err != nil {
			return false
		}
		if !flow {
			end = t.lineEnd(end)
		}
		if bytes.ContainsAny(t.data[start:end], "#&*!") || !sameValue(entry, want[i]) {
			return false
		}
	}
	return true
}
