package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestExamineOrphaned(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after edit
		code  rrsa.Code
	}{
		{"§9: the Namespace's label is gone", nsNoLabel, rrsa.CodeNamespaceNotEnabled},
		{"§9: the ServiceAccount's annotation is gone", saNoNote, rrsa.CodeRoleNameMissing},
		{"§9: every container is skipped now", podNote(rrsa.SkipContainersKey, "app"), rrsa.CodeNoContainerSelected},
		{"§9: the account isn't needed to say so", func(cfg *rrsa.Config, in *rrsa.Input) { saNoNote(cfg, in); noAccount(cfg, in) }, rrsa.CodeRoleNameMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, in := live(oneStage(env(corev1.EnvVar{Name: "A", Value: "1"})), oneStage(tt.after))
			e := examine(t, cfg, in)
			if got := examinedOf(e); got.State != rrsa.StateOrphaned || got.Code != tt.code || len(got.Differences) != 8 {
				t.Errorf("want orphaned, %s and 8 differences, got %+v", tt.code, got)
			}
			if !strings.HasSuffix(e.Reason.Message, "; the pod has an injection all the same") || !strings.HasPrefix(e.Reason.Hint, "recreate the pod") {
				t.Errorf("want a reason about the pod, got %+v", e.Reason)
			}
			_, never := given(env(corev1.EnvVar{Name: "A", Value: "1"}), spec(func(s *corev1.PodSpec) { s.NodeName = "node-1" }))
			if diff := cmp.Diff(never.Template.Spec.Containers[0].Env, e.Expected(in.Template).Spec.Containers[0].Env); diff != "" {
				t.Errorf("the expected variables (-want +got):\n%s", diff)
			}
		})
	}
}

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
