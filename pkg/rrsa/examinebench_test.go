package rrsa_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// BenchmarkExamine measures one pod of each kind that a large cluster is full of.
func BenchmarkExamine(b *testing.B) {
	typical := spec(func(s *corev1.PodSpec) {
		s.Containers = append(s.Containers, corev1.Container{Name: "log"})
		s.InitContainers = []corev1.Container{{Name: "init"}}
		for i := range s.Containers {
			s.Containers[i].Env = []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}
		}
	})
	for _, tt := range []struct {
		name          string
		before, after []edit
	}{
		{"ok", oneStage(typical), nil},
		{"not-applicable", oneStage(typical, nsNoLabel), nil},
		{"missing", oneStage(typical, nsNoLabel), oneStage(func(_ *rrsa.Config, in *rrsa.Input) {
			in.Namespace.Labels = map[string]string{rrsa.InjectionKey: "on"}
		})},
		{"stale", oneStage(typical), oneStage(saNote(rrsa.RoleNameKey, "new-role"))},
	} {
		b.Run(tt.name, func(b *testing.B) {
			cfg, in := live(tt.before, tt.after)
			if got := string(rrsa.Examine(cfg, in).State); got != tt.name {
				b.Fatalf("the pod is %s", got)
			}
			b.ReportAllocs()
			for b.Loop() {
				rrsa.Examine(cfg, in)
			}
		})
	}
}
