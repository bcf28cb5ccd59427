package inject

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// findUnmarked adds to the marks of a pod template what an injection has put into
// it without one: in flow style, or in the cluster. It is all or nothing. The
// volume, and in each container that mounts it the mount and the variables, are
// what the engine adds under some settings to what remains, with nothing more or
// less in them. They may stand anywhere in their lists, the variables one after
// another: other webhooks add theirs in front and behind.
// It tells whether it has found anything.
func findUnmarked(o yamledit.Object, view *podtemplate.Template, have marks) (all marks, found bool) {
	spec := view.Spec().Follow(o.Node)
	if !yamlnode.Owned(spec) || !slices.ContainsFunc(view.Containers, mountsToken) {
		return have, false
	}
	// What could have been marked like the rest, and wasn't, is a person's.
	candidate := func(parent *yaml.Node, key string) bool {
		_, list := yamlnode.Pair(parent, key)
		return yamlnode.Owned(list) && (have.empty() || list.Style&yaml.FlowStyle != 0)
	}
	out := marks{containers: make([]containerMarks, len(view.Containers)), volumes: have.volumes}
	volume := len(have.volumes) == 0 && candidate(spec, "volumes")
	if volume {
		out.volumes = indexes(view.Typed.Spec.Volumes, tokenVolume)
	}
	var injected []unmarkedContainer
	for i, c := range view.Containers {
		cm := have.of(i)
		u := unmarkedContainer{Container: c}
		if mountsToken(c) && yamlnode.Owned(c.Node) && c.Way.Follow(o.Node) == c.Node {
			u.env = len(cm.env) == 0 && candidate(c.Node, "env")
			u.mount = len(cm.mounts) == 0 && candidate(c.Node, "volumeMounts")
		}
		if u.env {
			cm.env = u.injectedEnv()
		}
		if u.mount {
			cm.mounts = indexes(c.Typed.VolumeMounts, tokenMount)
		}
		if u.marks = cm; u.env || u.mount || volume && mountsToken(c) {
			injected = append(injected, u)
		}
		out.containers[i] = cm
	}
	remains := out.strip(view)
	if len(injected) == 0 || len(out.volumes) != 1 || holdsToken(remains) {
		return have, false
	}
	want, ok := reinject(o, injected, view.Typed.Spec.Volumes[out.volumes[0]])
	if !ok || holdsHalf(remains, want) || volume && !sameEntries(o, spec, "volumes", out.volumes, []*yaml.Node{volumeNode(want.Volume)}) {
		return have, false
	}
	return out, true
}

func tokenVolume(v corev1.Volume) bool { return v.Name == rrsa.VolumeName }

func tokenMount(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName }

// indexes are the places of entries in a list.
func indexes[T any](list []T, wanted func(T) bool) []int {
	var out []int
	for i, entry := range list {
		if wanted(entry) {
			out = append(out, i)
		}
	}
	return out
}

// mountsToken tells whether a container mounts the token volume.
func mountsToken(c podtemplate.Container) bool {
	return slices.ContainsFunc(c.Typed.VolumeMounts, tokenMount)
}

// holdsToken tells whether a pod has the token volume, or any mount of it.
func holdsToken(t *corev1.PodTemplateSpec) bool {
	for _, c := range slices.Concat(t.Spec.InitContainers, t.Spec.Containers) {
		if slices.ContainsFunc(c.VolumeMounts, tokenMount) {
			return true
		}
	}
	return slices.ContainsFunc(t.Spec.Volumes, tokenVolume)
}

// holdsHalf tells whether a container of what remains has a variable as it is
// injected into others, and not the mount. An SDK gets the credentials by three
// of them; an own region may well be the same.
func holdsHalf(remains *corev1.PodTemplateSpec, want rrsa.Mutation) bool {
	injected := map[corev1.EnvVar]bool{}
	for _, c := range want.Containers {
		for _, e := range c.Env {
			injected[e] = slices.Contains([]string{rrsa.EnvRoleARN, rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile}, e.Name)
		}
	}
	for _, c := range slices.Concat(remains.Spec.InitContainers, remains.Spec.Containers) {
		if slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return injected[e] }) {
			return true
		}
	}
	return false
}

// unmarkedContainer is a container in which something may be ours without a mark:
// its variables, its mount, or both.
type unmarkedContainer struct {
	podtemplate.Container
	env, mount bool
	marks      containerMarks
}

// injectedEnv returns the variables from the first one that an injection adds to the
// last one. If anything else is between them, they aren't as an injection writes them.
func (c unmarkedContainer) injectedEnv() map[int]envMark {
	names := rrsa.EnvNames()
	ours := indexes(c.Typed.Env, func(e corev1.EnvVar) bool { return slices.Contains(names, e.Name) })
	first := slices.IndexFunc(c.Typed.Env, func(e corev1.EnvVar) bool { return e.Name == rrsa.EnvRoleARN })
	if first < 0 {
		return nil
	}
	out := map[int]envMark{}
	for i := first; i <= ours[len(ours)-1]; i++ {
		out[i] = envMark{}
	}
	return out
}
