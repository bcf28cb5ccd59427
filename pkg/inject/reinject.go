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

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

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
			len(c.marks.env) == 0 && len(w.Env) > 0 ||
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
