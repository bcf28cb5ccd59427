package inject

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// findUnmarked adds to the marks of a pod template what an injection has put into
// it without one: in flow style, or in the cluster. It is all or nothing. The
// volume, and in each container that mounts it the mount and the variables, stand
// last in their lists, as an injection adds them, and are what the engine adds
// under some settings to what remains, with nothing more or less in them.
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
		out.volumes = []int{len(view.Typed.Spec.Volumes) - 1}
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
			cm.env = u.lastEnv()
		}
		if u.mount {
			cm.mounts = []int{len(c.Typed.VolumeMounts) - 1}
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
	if !ok || volume && !sameEntries(o, spec, "volumes", out.volumes, []*yaml.Node{volumeNode(want.Volume)}) {
		return have, false
	}
	return out, true
}

// mountsToken tells whether a container mounts the token volume.
func mountsToken(c podtemplate.Container) bool {
	return slices.ContainsFunc(c.Typed.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName })
}

// holdsToken tells whether a pod has the token volume, or any mount of it.
func holdsToken(t *corev1.PodTemplateSpec) bool {
	for _, c := range slices.Concat(t.Spec.InitContainers, t.Spec.Containers) {
		if mountsToken(podtemplate.Container{Typed: &c}) {
			return true
		}
	}
	return slices.ContainsFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName })
}

// unmarkedContainer is a container in which something may be ours without a mark:
// its variables, its mount, or both.
type unmarkedContainer struct {
	podtemplate.Container
	env, mount bool
	marks      containerMarks
}

// lastEnv returns the variables from the first one on that an injection adds.
func (c unmarkedContainer) lastEnv() map[int]envMark {
	first := slices.IndexFunc(c.Typed.Env, func(e corev1.EnvVar) bool { return e.Name == rrsa.EnvRoleARN })
	if first < 0 {
		return nil
	}
	out := map[int]envMark{}
	for i := first; i < len(c.Typed.Env); i++ {
		out[i] = envMark{}
	}
	return out
}

// reinject injects into the containers as they would be without what may be ours,
// by settings that follow from it, and tells whether it comes back.
func reinject(o yamledit.Object, containers []unmarkedContainer, token corev1.Volume) (rrsa.Mutation, bool) {
	var pod corev1.PodTemplateSpec
	var env []corev1.EnvVar
	for _, c := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, c.marks.strip(*c.Typed))
		for _, at := range slices.Sorted(maps.Keys(c.marks.env)) {
			env = append(env, c.Typed.Env[at])
		}
	}
	want := planLike(&pod, env, token)
	if want.Volume == nil || len(want.Containers) != len(containers) {
		return want, false
	}
	for i, c := range containers {
		w := want.Containers[i]
		if c.env && !sameEntries(o, c.Node, "env", slices.Sorted(maps.Keys(c.marks.env)), envNodes(w.Env)) ||
			c.mount && !sameEntries(o, c.Node, "volumeMounts", c.marks.mounts, mountNodes(w.Mounts)) {
			return want, false
		}
	}
	return want, true
}

// sameEntries compares entries of a list with what an injection writes, which has
// no comment, anchor or alias in it. The order of keys doesn't matter.
func sameEntries(o yamledit.Object, parent *yaml.Node, key string, indexes []int, want []*yaml.Node) bool {
	_, list := yamlnode.Pair(parent, key)
	if !yamlnode.Owned(list) || list.Kind != yaml.SequenceNode || len(indexes) != len(want) {
		return false
	}
	for i, at := range indexes {
		entry := list.Content[at]
		start, err := o.Text.Offset(entry)
		if err != nil {
			return false
		}
		flow := list.Style&yaml.FlowStyle != 0
		end, err := o.Text.End(entry, -1, flow)
		if err != nil {
			return false
		}
		if !flow {
			end = o.Text.LineEnd(end)
		}
		if bytes.ContainsAny(o.Text.Data[start:end], "#&*!") || !yamlnode.SameValue(entry, want[i]) {
			return false
		}
	}
	return true
}

var (
	roleARN     = regexp.MustCompile(`^acs:ram::([0-9]+):role/(.+)$`)
	stsEndpoint = regexp.MustCompile(`^sts-vpc\.(.+)\.aliyuncs\.com$`)
)

// planLike asks the engine what it adds to all containers of a pod under the
// settings that follow from variables and a token volume.
func planLike(pod *corev1.PodTemplateSpec, env []corev1.EnvVar, token corev1.Volume) rrsa.Mutation {
	value := func(name string) string {
		for _, e := range env {
			if e.Name == name {
				return e.Value
			}
		}
		return ""
	}
	role, provider := roleARN.FindStringSubmatch(value(rrsa.EnvRoleARN)), value(rrsa.EnvOIDCProviderARN)
	if role == nil || provider == "" {
		// Without them the variables don't come back, but the rest may.
		role, provider = []string{"", "1", "none"}, "acs:ram::1:oidc-provider/none"
	}
	cfg := rrsa.Default()
	cfg.AccountID, cfg.OIDCProviderARN, cfg.Region = role[1], provider, value(rrsa.EnvSTSRegion)
	cfg.AutoInjectSTSEnvVars = value(rrsa.EnvSTSRegion)+value(rrsa.EnvVPCEndpointEnabled) != ""
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{rrsa.RoleNameKey: role[2]}}}
	if region := stsEndpoint.FindStringSubmatch(value(rrsa.EnvSTSEndpoint)); region != nil {
		cfg.Region = cmp.Or(cfg.Region, region[1])
		account.Annotations[rrsa.InjectSTSEndpointKey] = rrsa.On
	}
	cfg.Region = cmp.Or(cfg.Region, "cn-none")
	if p := token.Projected; p != nil && len(p.Sources) == 1 && p.Sources[0].ServiceAccountToken != nil && p.Sources[0].ServiceAccountToken.ExpirationSeconds != nil {
		account.Annotations[rrsa.TokenExpirationKey] = strconv.FormatInt(*p.Sources[0].ServiceAccountToken.ExpirationSeconds, 10)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}}
	return rrsa.Plan(cfg, rrsa.Input{Template: pod, Namespace: namespace, ServiceAccount: account}).Mutation
}
