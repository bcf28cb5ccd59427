package rrsa_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func extras(list string, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, "extra "+list+".env[ALIBABA_CLOUD_"+n)
	}
	return out
}

func TestExamineStale(t *testing.T) {
	stale := func(d ...string) examined { return examined{rrsa.StateStale, rrsa.CodeInjectionStale, d} }
	const volume, note = "spec.volumes[rrsa-oidc-token]", " (or the container sets it itself)"
	const source = volume + ".projected.sources[0].serviceAccountToken"
	renamed := saNote(rrsa.RoleNameKey, "new-role")
	const roles = "changed app[ROLE_ARN]: acs:ram::1488999589000000:role/new-role, " + roleARN
	const mount = "spec.containers[0].volumeMounts[rrsa-oidc-token]"
	token := func(change func(*corev1.ServiceAccountTokenProjection)) edit {
		return spec(func(s *corev1.PodSpec) { change(s.Volumes[0].Projected.Sources[0].ServiceAccountToken) })
	}
	second := "spec.containers[1]"
	all := []string{"ROLE_ARN]", "OIDC_PROVIDER_ARN]", "OIDC_TOKEN_FILE]", "STS_ENDPOINT]", "STS_REGION]", "VPC_ENDPOINT_ENABLED]"}
	values := []string{roleARN, providerARN, rrsa.TokenFile, "sts-vpc.cn-hangzhou.aliyuncs.com", "cn-hangzhou", "true"}
	var unselected, partial []string
	for i, d := range extras(second, all...) {
		unselected = append(unselected, d+": , "+values[i])
		partial = append(partial, strings.Replace(d, "extra", "missing", 1)+": "+values[i]+", ")
	}
	unselected = append(unselected, "extra "+second+".volumeMounts[rrsa-oidc-token]")
	partial = append(partial, "missing "+second+".volumeMounts[rrsa-oidc-token]")
	checkLived(t, []lived{
		{"§9: the role has another name", nil, oneStage(renamed), stale(roles + note)},
		{"§9: with override-env the variable isn't the container's own", oneStage(podNote(rrsa.OverrideEnvKey, "true")), oneStage(renamed), stale(roles)},
		{"§9: override-env against a valueFrom", oneStage(env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: &corev1.EnvVarSource{}})), oneStage(nsLabel(rrsa.OverrideEnvKey, "true")),
			stale("changed app[ROLE_ARN]: " + roleARN + ", (valueFrom)")},
		{"§9: an expiration is set now", nil, oneStage(saNote(rrsa.TokenExpirationKey, "7200")), stale("changed " + source + ".expirationSeconds: 7200, 3600")},
		{"§9: the token's path", nil, oneStage(token(func(s *corev1.ServiceAccountTokenProjection) { s.Path = "jwt" })), stale("changed " + source + ".path: token, jwt")},
		{"§9: the volume's mode", nil, oneStage(spec(func(s *corev1.PodSpec) { *s.Volumes[0].Projected.DefaultMode = 0o600 })), stale("changed " + volume + ".projected.defaultMode: 0644, 0600")},
		{"§9: no mount", nil, oneStage(app(func(c *corev1.Container) { c.VolumeMounts = nil })), stale("missing " + mount)},
		{"§9: a mount that can be written", nil, oneStage(app(func(c *corev1.Container) { c.VolumeMounts[0].ReadOnly = false })), stale("changed " + mount + ".readOnly: true, false")},
		{"§9: one variable is gone", nil, oneStage(app(func(c *corev1.Container) { c.Env = c.Env[1:] })), stale("missing app[ROLE_ARN]: " + roleARN + ", ")},
		{"§9: the webhook is newer", oneStage(webhook("0.3.1")), oneStage(webhook("0.4.2")), stale(
			"missing app[STS_ENDPOINT]: sts-vpc.cn-hangzhou.aliyuncs.com, ", "missing app[STS_REGION]: cn-hangzhou, ", "missing app[VPC_ENDPOINT_ENABLED]: true, ")},
		{"§9: the webhook is older", oneStage(webhook("0.4.2")), oneStage(webhook("0.3.1")), stale(
			"extra app[STS_ENDPOINT]: , sts-vpc.cn-hangzhou.aliyuncs.com"+note, "extra app[STS_REGION]: , cn-hangzhou"+note, "extra app[VPC_ENDPOINT_ENABLED]: , true"+note)},
		{"§9: a container isn't selected any more", oneStage(sidecar), oneStage(podNote(rrsa.SkipContainersKey, "log")), stale(unselected...)},
		{"§9: one container of two is injected", nil, oneStage(sidecar), stale(partial...)},
	})
}
