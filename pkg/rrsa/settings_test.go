package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
