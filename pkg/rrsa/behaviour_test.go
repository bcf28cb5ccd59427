package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestBehaviour: configs with the same behaviour make the same of a pod, whatever it is.
func TestBehaviour(t *testing.T) {
	configs := []rrsa.Config{}
	for _, r := range rrsa.Releases() {
		for _, set := range []bool{true, false} {
			for _, init := range []bool{true, false} {
				cfg, _ := given()
				cfg.WebhookVersion, cfg.AutoInjectSTSEnvVars, cfg.InitContainers = r.Version, set, init
				configs = append(configs, cfg)
			}
		}
	}
	for name, edits := range map[string][]edit{
		"nothing":                   nil,
		"a label of the pod":        {nsNoLabel, podLabel(rrsa.InjectionKey, "on")},
		"another label of the pod":  {nsNoLabel, podLabel(rrsa.InjectionKey, "ON")},
		"an endpoint":               {saNoteNew(rrsa.InjectSTSEndpointKey, "on")},
		"override by the Namespace": {nsLabel(rrsa.OverrideEnvKey, "true"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})},
		"override by the pod":       {podNote(rrsa.OverrideEnvKey, "true"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})},
		"init containers":           {initAndSide},
		"an unknown Namespace":      {noNamespace},
		"an unknown ServiceAccount": {noServiceAccount},
		"all of it":                 {podLabel(rrsa.InjectionKey, "on"), saNoteNew(rrsa.InjectSTSEndpointKey, "on"), nsLabel(rrsa.OverrideEnvKey, "true"), initAndSide},
		"no role":                   {saNoNote},
	} {
		t.Run(name, func(t *testing.T) {
			made := map[rrsa.Behaviour]rrsa.Decision{}
			for _, cfg := range configs {
				_, in := given(edits...)
				b, err := cfg.Behaviour(in)
				if err != nil {
					t.Fatal(err)
				}
				d := rrsa.Plan(cfg, in)
				before, ok := made[b]
				if !ok {
					made[b] = d
					continue
				}
				if diff := cmp.Diff(before.Mutation, d.Mutation); diff != "" || before.Verdict != d.Verdict {
					t.Errorf("%s, %t, %t: want what another config of the same behaviour makes, %s, got %s\n%s",
						cfg.WebhookVersion, cfg.AutoInjectSTSEnvVars, cfg.InitContainers, before.Verdict, d.Verdict, diff)
				}
			}
			if len(made) == len(configs) {
				t.Error("want configs that make no difference")
			}
		})
	}
	if _, err := (rrsa.Config{WebhookVersion: "new"}).Behaviour(rrsa.Input{}); err == nil {
		t.Error("want an error for what is no version")
	}
}
