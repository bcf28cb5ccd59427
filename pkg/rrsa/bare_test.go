package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestUninjected: what is left is the pod as it was, and what it has itself.
func TestUninjected(t *testing.T) {
	own := corev1.EnvVar{Name: rrsa.EnvSTSRegion, ValueFrom: &corev1.EnvVarSource{}}
	for _, tt := range []struct {
		name string
		pod  []edit
	}{
		{"§9: with variables and a volume of its own", oneStage(initAndSide, env(own, corev1.EnvVar{Name: "A", Value: "1"}), spec(func(s *corev1.PodSpec) {
			s.Volumes = []corev1.Volume{{Name: "data"}}
		}))},
		{"§9: with a container that isn't injected", oneStage(sidecar, podNote(rrsa.SkipContainersKey, "app"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}))},
		{"§9: never injected", oneStage(nsNoLabel, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, before := given(tt.pod...)
			cfg, in := given(tt.pod...)
			rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
			injected := in.Template.DeepCopy()
			got := rrsa.Uninjected(in.Template)
			if diff := cmp.Diff(before.Template, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("uninjected (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(injected, in.Template); diff != "" {
				t.Errorf("the pod itself (-want +got):\n%s", diff)
			}
		})
	}
}
