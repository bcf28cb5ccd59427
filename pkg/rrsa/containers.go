package rrsa

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// selection is a container that is injected.
type selection struct {
	container *corev1.Container
	init      bool
	index     int
}

// name is the container's, or its place where it has none: Knative's may do
// without.
func (s selection) name() string {
	if s.container.Name != "" {
		return s.container.Name
	}
	return strings.TrimPrefix(s.field(), "spec.")
}

// selectContainers applies only-containers and skip-containers; a name in both is
// skipped, and an empty only-containers is as good as none. Native sidecars are
// init containers; ephemeral containers are never injected. (§3)
func (p *planner) selectContainers(s settings) []selection {
	most := len(p.in.Template.Spec.InitContainers) + len(p.in.Template.Spec.Containers)
	out := make([]selection, 0, most)
	p.containers = make([]string, 0, most)
	pick := func(list []corev1.Container, init bool) {
		for i := range list {
			name := list[i].Name
			if slices.Contains(s.skip, name) || (len(s.only) > 0 && !slices.Contains(s.only, name)) {
				continue
			}
			sel := selection{container: &list[i], init: init, index: i}
			out = append(out, sel)
			p.containers = append(p.containers, sel.name())
		}
	}
	if p.cfg.InitContainers {
		pick(p.in.Template.Spec.InitContainers, true)
	}
	pick(p.in.Template.Spec.Containers, false)
	return out
}

// env makes the variables to inject, in their order. It reports false, with a
// reason for each, when a component setting that they need isn't known. (§2)
func (p *planner) env(s settings) ([]corev1.EnvVar, bool) {
	ok := true
	known := func(value string, err error) string {
		if err != nil {
			ok = false
			p.missing(err, s)
		}
		return value
	}
	env := append(make([]corev1.EnvVar, 0, len(EnvNames())),
		corev1.EnvVar{Name: EnvRoleARN, Value: known(p.cfg.RoleARN(s.roleName))},
		corev1.EnvVar{Name: EnvOIDCProviderARN, Value: known(p.cfg.ProviderARN())},
		corev1.EnvVar{Name: EnvOIDCTokenFile, Value: TokenFile})
	if s.stsAll || s.stsEndpoint {
		env = append(env, corev1.EnvVar{Name: EnvSTSEndpoint, Value: known(p.cfg.STSEndpoint())})
	}
	if s.stsAll {
		env = append(env,
			corev1.EnvVar{Name: EnvSTSRegion, Value: p.cfg.Region},
			corev1.EnvVar{Name: EnvVPCEndpointEnabled, Value: True})
	}
	return env, ok
}

// missing says once for each component setting that it isn't known.
func (p *planner) missing(err error, s settings) {
	r := Reason{Severity: Error, Blocking: true, Level: LevelComponent, Message: err.Error()}
	switch err {
	case errAccountUnknown:
		r.Code, r.Field = CodeAccountIDUnknown, "accountID"
		r.Hint = "the account that owns the cluster and its RAM roles, in digits"
	case errClusterUnknown:
		r.Code, r.Field = CodeClusterIDUnknown, "clusterID"
		r.Hint = "the ACK cluster's id, as the console shows it"
	default:
		r.Code, r.Field = CodeRegionUnknown, "region"
		r.Hint = "the cluster's region, such as cn-hangzhou; or set autoInjectSTSEnvVars to false if the webhook runs so"
		if !s.stsAll {
			r.Hint = fmt.Sprintf("the cluster's region, such as cn-hangzhou; or remove inject-sts-endpoint from ServiceAccount %q", p.qualified(p.in.ServiceAccount.Name))
		}
	}
	for _, have := range p.reasons {
		if have.Code == r.Code {
			return
		}
	}
	p.add(r)
}
