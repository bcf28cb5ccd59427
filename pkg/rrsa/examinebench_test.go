package rrsa_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

type commonPod struct {
	state         rrsa.State
	before, after []edit
	limit         float64
}

// commonPods lists one pod of each kind that a large cluster is full of. An
// audit looks at all of them, so the two commonest have a limit of allocations.
func commonPods() []commonPod {
	typical := spec(func(s *corev1.PodSpec) {
		s.Containers = append(s.Containers, corev1.Container{Name: "log"})
		s.InitContainers = []corev1.Container{{Name: "init"}}
		for i := range s.Containers {
			s.Containers[i].Env = []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}
		}
	})
	labelled := func(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Labels = map[string]string{rrsa.InjectionKey: "on"} }
	return []commonPod{
		{rrsa.StateOK, oneStage(typical), nil, 50},
		{rrsa.StateNotApplicable, oneStage(typical, nsNoLabel), nil, 16},
		{rrsa.StateMissing, oneStage(typical, nsNoLabel), oneStage(labelled), 0},
		{rrsa.StateStale, oneStage(typical), oneStage(saNote(rrsa.RoleNameKey, "new-role")), 0},
	}
}

func BenchmarkExamine(b *testing.B) {
	for _, tt := range commonPods() {
		b.Run(string(tt.state), func(b *testing.B) {
			cfg, in := live(tt.before, tt.after)
			b.ReportAllocs()
			for b.Loop() {
				rrsa.Examine(cfg, in)
			}
		})
	}
}

func TestExamineAllocations(t *testing.T) {
	for _, tt := range commonPods() {
		t.Run(string(tt.state), func(t *testing.T) {
			cfg, in := live(tt.before, tt.after)
			if got := rrsa.Examine(cfg, in).State; got != tt.state {
				t.Fatalf("want a pod that is %s, got %s", tt.state, got)
			}
			if got := testing.AllocsPerRun(100, func() { rrsa.Examine(cfg, in) }); tt.limit > 0 && got > tt.limit {
				t.Errorf("want %v allocations at most, got %v", tt.limit, got)
			}
		})
	}
}
