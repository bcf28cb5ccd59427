package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestOverrideEnv(t *testing.T) {
	const key = rrsa.OverrideEnvKey
	own := env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})
	openPod := podLabel(rrsa.InjectionKey, "on")
	kept := []string{"warning EnvKept"}
	for _, tt := range []struct {
		row
		override bool
	}{
		{row{"§3: the container's own env wins", []edit{own}, rrsa.Injected, kept}, false},
		{row{"§3: the pod's true overrides", []edit{own, podNote(key, "true")}, rrsa.Injected, nil}, true},
		{row{"§3: the namespace's true overrides", []edit{own, nsLabel(key, "true")}, rrsa.Injected, nil}, true},
		{row{"§3: True is not true", []edit{own, podNote(key, "True")}, rrsa.Injected, []string{"warning OverrideEnvIgnored", "warning EnvKept"}}, false},
		{row{"§3: on is not true", []edit{own, nsLabel(key, "on")}, rrsa.Injected, []string{"warning OverrideEnvIgnored", "warning EnvKept"}}, false},
		{row{"§3: true is not trimmed", []edit{own, podNote(key, "true ")}, rrsa.Injected, []string{"warning OverrideEnvIgnored", "warning EnvKept"}}, false},
		{row{"§3: a pod's false falls back to the namespace's true", []edit{own, nsLabel(key, "true"), podNote(key, "false")}, rrsa.Injected, []string{"warning OverrideEnvIgnored"}}, true},
		{row{"§3: false says what happens anyway", []edit{own, nsLabel(key, "false")}, rrsa.Injected, kept}, false},
		{row{"§3: a pod label is not read", []edit{own, podLabel(key, "true")}, rrsa.Injected, []string{"warning EnvKept", "warning KeyMisplaced"}}, false},
		{row{"§3: a namespace annotation is not read", []edit{own, nsNote(key, "true")}, rrsa.Injected, []string{"warning EnvKept", "warning KeyMisplaced"}}, false},
		{row{"§4: not before 0.4.2, on the pod", []edit{own, webhook("0.4.1"), podNote(key, "true")}, rrsa.Injected, []string{"warning NewerWebhookNeeded", "warning EnvKept"}}, false},
		{row{"§4: not before 0.4.2, on the namespace", []edit{own, webhook("0.4.0"), nsLabel(key, "true")}, rrsa.Injected, []string{"warning NewerWebhookNeeded", "warning EnvKept"}}, false},
		{row{"§4: an unknown namespace changes nothing before 0.4.2", []edit{own, webhook("0.4.0"), openPod, noNamespace}, rrsa.Injected, kept}, false},
		{row{"§3: an unknown namespace could override", []edit{own, openPod, noNamespace}, rrsa.Unknown, []string{"!warning NamespaceUnknown"}}, false},
		{row{"§3: it is said once for all variables", []edit{env(corev1.EnvVar{Name: rrsa.EnvRoleARN}, corev1.EnvVar{Name: rrsa.EnvSTSRegion}), openPod, noNamespace}, rrsa.Unknown, []string{"!warning NamespaceUnknown"}}, false},
		{row{"§3: and could with a pod's false", []edit{own, openPod, noNamespace, podNote(key, "false")}, rrsa.Unknown, []string{"!warning NamespaceUnknown"}}, false},
		{row{"§3: the pod's true needs no namespace", []edit{own, openPod, noNamespace, podNote(key, "true")}, rrsa.Injected, nil}, true},
		{row{"§3: an unknown namespace is no matter without a conflict", []edit{openPod, noNamespace}, rrsa.Injected, nil}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			var want, got []corev1.EnvVar
			if tt.override {
				want = []corev1.EnvVar{{Name: rrsa.EnvRoleARN, Value: roleARN}}
			}
			if !d.Mutation.Empty() {
				got = d.Mutation.Containers[0].Override
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("override (-want +got):\n%s", diff)
			}
		})
	}
}

// The sentence must not promise what the unknown Namespace may change.
func TestOverrideEnvUnknownNamespace(t *testing.T) {
	d := plan(podLabel(rrsa.InjectionKey, "on"), noNamespace, podNote(rrsa.OverrideEnvKey, "yes"))
	want := `override-env is "yes"; only "true" counts, so the Namespace's label decides`
	if diff := cmp.Diff(want, reason(t, d, rrsa.CodeOverrideEnvIgnored).Message); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestEnvKeptHint(t *testing.T) {
	mine := env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})
	for _, tt := range []struct{ name, version, want string }{
		{"§3: override-env is offered", "0.4.2", `remove it, or annotate the pod (in a workload its pod template) with pod-identity.alibabacloud.com/override-env: "true"`},
		{"§4: but not before 0.4.2", "0.4.1", "remove it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := reason(t, plan(mine, webhook(tt.version)), rrsa.CodeEnvKept)
			if diff := cmp.Diff(tt.want, got.Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]", got.Field); diff != "" {
				t.Errorf("field (-want +got):\n%s", diff)
			}
		})
	}
}
