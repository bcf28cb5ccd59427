package e2e

import (
	"path/filepath"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestAdmissionPolicy has a control plane of its own with many policies, and at first no webhook.
func TestAdmissionPolicy(t *testing.T) {
	t.Parallel()
	p := newPolicies(t, ownControlPlane(t))
	t.Run("golden", func(t *testing.T) { policyIsEngine(t, p) })
	t.Run("generated", func(t *testing.T) { policyGenerated(t, p) })
	t.Run("budget", func(t *testing.T) { policyBudget(t, p) })
	t.Run("reinvoked", func(t *testing.T) { policyReinvoked(t, p) })
	t.Run("webhook", func(t *testing.T) { policyAndWebhook(t, p) })
}

// policyIsEngine compares, for each pod and pod template of the golden cases that the
// API server accepts, what it makes of the pod with the policy of the case's settings and
// no webhook with what the engine makes of the same pod without the policy, field by field.
// What comes to no comparison is listed in notPolicies.
func policyIsEngine(t *testing.T, p *policies) {
	s := &policyRun{policies: p, other: map[string]string{}, verdicts: map[rrsa.Verdict]int{}}
	cases := golden.Load(t, filepath.Join("..", ".."))
	t.Run("case", func(t *testing.T) {
		for _, g := range cases {
			t.Run(g.Name, func(t *testing.T) {
				t.Parallel()
				s.run(t, g)
			})
		}
	})
	t.Logf("golden cases: %d; policies: %d; pods compared: %v; not compared: %d", len(cases), len(s.made), s.verdicts, len(s.other))
	if s.verdicts[rrsa.Injected] == 0 || s.verdicts[rrsa.Refused] == 0 || s.verdicts[rrsa.NotInjected] == 0 {
		t.Error("a verdict never comes up")
	}
	expected(t, notPolicies, s.other)
}

type policyRun struct {
	*policies

	mu       sync.Mutex
	verdicts map[rrsa.Verdict]int
	// other tells of cases and pods that aren't compared why.
	other map[string]string
}

func (s *policyRun) skip(what, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.other[what] = why
}

func (s *policyRun) run(t *testing.T, g golden.Case) {
	settings, err := config.Parse("config.yaml", g.Config)
	if err != nil {
		s.skip(g.Name, "the config: "+err.Error())
		return
	}
	injector, err := settings.Injector()
	if err != nil {
		s.skip(g.Name, "the settings: "+err.Error())
		return
	}
	value, err := s.put(t, admissionpolicy.Settings{Config: injector.Config})
	if err != nil {
		s.skip(g.Name, "the policy: "+err.Error())
		return
	}
	input, err := objects(g.Input)
	if err != nil {
		s.skip(g.Name, err.Error())
		return
	}
	world := newCaseWorld(s.client, g, input, settings.Namespace, policyLabel, value, "none")
	for _, original := range podManifests(input, world.fallback) {
		what := g.Name + " " + original.name
		admission, plain, err := world.namespaces(t, original.namespace)
		if err != nil {
			s.skip(what, err.Error())
			continue
		}
		base, err := dryRun(t, s.client, renamed(t, original.pod, plain, ""))
		if err != nil {
			s.skip(what, "the API server: "+err.Error())
			continue
		}
		want, decision := s.engine(t, injector.Config, base, plain)
		comparable(want)
		diff, err := differs(t, want, decision, func() (*corev1.Pod, error) { return dryRun(t, s.client, renamed(t, original.pod, admission, "")) })
		if err != nil {
			t.Errorf("%s: the API server accepts the pod, but not with the policy: %v", what, err)
			continue
		}
		if diff != "" {
			t.Errorf("%s, %s (-engine +policy):\n%s", what, decision, diff)
			continue
		}
		s.mu.Lock()
		s.verdicts[decision.Verdict]++
		s.mu.Unlock()
	}
}
