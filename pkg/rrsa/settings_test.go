package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// §3: each setting says where it comes from; what doesn't count is not in force.
func TestSettings(t *testing.T) {
	component := func(name, value string) rrsa.Setting {
		return rrsa.Setting{Name: name, Value: value, Level: rrsa.LevelComponent}
	}
	onPod := func(name, value, key string) rrsa.Setting {
		return rrsa.Setting{Name: name, Value: value, Level: rrsa.LevelPod, Key: key}
	}
	onAccount := func(name, value, key string) rrsa.Setting {
		return rrsa.Setting{Name: name, Value: value, Level: rrsa.LevelServiceAccount, Object: "app-sa", Key: key}
	}
	onNamespace := func(name, value, key string) rrsa.Setting {
		return rrsa.Setting{Name: name, Value: value, Level: rrsa.LevelNamespace, Object: "demo", Key: key}
	}
	for _, tt := range []struct {
		name  string
		edits []edit
		want  rrsa.Setting
	}{
		{"§1: injection from the pod", []edit{podLabel(rrsa.InjectionKey, "on")}, onPod("injection", "on", rrsa.InjectionKey)},
		{"§1: injection from the namespace", nil, onNamespace("injection", "on", rrsa.InjectionKey)},
		{"§3: expiration from the pod", []edit{podNote(rrsa.TokenExpirationKey, "900")}, onPod("service-account-token-expiration", "900", rrsa.TokenExpirationKey)},
		{"§3: expiration from the ServiceAccount", []edit{saNote(rrsa.TokenExpirationKey, "900")}, onAccount("service-account-token-expiration", "900", rrsa.TokenExpirationKey)},
		{"§3: expiration by default", []edit{podNote(rrsa.TokenExpirationKey, "9")}, component("service-account-token-expiration", "3600")},
		{"§3: only-containers", []edit{podNote(rrsa.OnlyContainersKey, " app ,,")}, onPod("only-containers", "app", rrsa.OnlyContainersKey)},
		{"§3: skip-containers", []edit{podNote(rrsa.SkipContainersKey, "")}, onPod("skip-containers", "", rrsa.SkipContainersKey)},
		{"§3: override-env from the pod", []edit{podNote(rrsa.OverrideEnvKey, "true")}, onPod("override-env", "true", rrsa.OverrideEnvKey)},
		{"§3: override-env from the namespace", []edit{nsLabel(rrsa.OverrideEnvKey, "true")}, onNamespace("override-env", "true", rrsa.OverrideEnvKey)},
		{"§3: override-env by default", []edit{podNote(rrsa.OverrideEnvKey, "yes")}, component("override-env", "false")},
		{"§2: AutoInjectSTSEnvVars", []edit{noAutoInject}, component("AutoInjectSTSEnvVars", "false")},
		{"§2: inject-sts-endpoint", []edit{noAutoInject, saNote(rrsa.InjectSTSEndpointKey, "on")}, onAccount("inject-sts-endpoint", "on", rrsa.InjectSTSEndpointKey)},
		{"§2: another value of inject-sts-endpoint is off", []edit{noAutoInject, saNote(rrsa.InjectSTSEndpointKey, "yes")}, component("inject-sts-endpoint", "off")},
		{"§2: inject-sts-endpoint by default", []edit{noAutoInject}, component("inject-sts-endpoint", "off")},
		{"§3: initContainers", []edit{noInit}, component("initContainers", "false")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []rrsa.Setting
			for _, s := range plan(tt.edits...).Settings {
				if s.Name == tt.want.Name {
					got = append(got, s)
				}
			}
			if diff := cmp.Diff([]rrsa.Setting{tt.want}, got); diff != "" {
				t.Errorf("setting (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpiration(t *testing.T) {
	const none rrsa.Code = ""
	onPod := func(v string) []edit { return []edit{podNote(rrsa.TokenExpirationKey, v)} }
	onAccount := func(v string) []edit { return []edit{saNote(rrsa.TokenExpirationKey, v)} }
	for _, tt := range []struct {
		name  string
		edits []edit
		want  int64
		code  rrsa.Code
	}{
		{"§3: 3600 by default", nil, 3600, none},
		{"§3: from the ServiceAccount", onAccount("7200"), 7200, none},
		{"§3: from the pod", onPod("7200"), 7200, none},
		{"§3: the pod before the ServiceAccount", append(onAccount("7200"), onPod("900")...), 900, none},
		{"§3: an invalid pod value hides the ServiceAccount's", append(onAccount("7200"), onPod("1h")...), 3600, rrsa.CodeExpirationInvalid},
		{"§3: an empty pod value hides the ServiceAccount's", append(onAccount("7200"), onPod("")...), 3600, rrsa.CodeExpirationInvalid},
		{"§3: a pod label is not read", []edit{podLabel(rrsa.TokenExpirationKey, "900")}, 3600, rrsa.CodeKeyMisplaced},
		{"§3: the shortest", onPod("600"), 600, none},
		{"§3: one below is not clamped", onPod("599"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: the longest", onPod("43200"), 43200, none},
		{"§3: one above is not clamped", onPod("43201"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: negative", onPod("-600"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: more than an integer holds", onAccount("99999999999999999999"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: base 10 alone", onPod("0x1000"), 3600, rrsa.CodeExpirationInvalid},
		{"§3: no leading-zero octal", onPod("01000"), 1000, none},
		{"§3: an integer", onPod("3600.0"), 3600, rrsa.CodeExpirationInvalid},
		{"§3: no white space", onAccount(" 7200"), 3600, rrsa.CodeExpirationInvalid},
		{"§5: a duration", onPod("7200s"), 3600, rrsa.CodeExpirationInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			got := *d.Mutation.Volume.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("expirationSeconds (-want +got):\n%s", diff)
			}
			var want []string
			if tt.code != none {
				want = []string{"warning " + string(tt.code)}
			}
			if diff := cmp.Diff(want, outcomeOf(d).Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}

// §5: a duration has one right spelling, and the hint gives it if it is in range.
func TestExpirationHint(t *testing.T) {
	const digits = "write the seconds as digits, 600 to 43200"
	for _, tt := range []struct{ name, value, want string }{
		{"§5: hours", "2h", digits + `: "2h" is "7200"`},
		{"§5: seconds with a unit", "3600s", digits + `: "3600s" is "3600"`},
		{"§3: a duration out of range has no spelling", "24h", digits},
		{"§3: nor has a part of a second", "3600.5s", digits},
		{"§3: nor a word", "long", digits},
		{"§3: out of range", "60", "write 600 to 43200; a value out of range is not moved to the nearest bound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(podNote(rrsa.TokenExpirationKey, tt.value))
			if diff := cmp.Diff(tt.want, d.Reasons[1].Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}

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
