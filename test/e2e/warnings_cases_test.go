package e2e

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestWarningsAreEngine compares, for each object of the golden cases that the API server
// accepts, what the policy warns of with what the engine says of the same object: the same
// codes with the same messages, and no more.
func TestWarningsAreEngine(t *testing.T) {
	c := controlPlane(t)
	s := &warningRun{warner: newWarner(t, c), codes: map[rrsa.Code]int{}, other: map[string]string{}}
	cases := golden.Load(t, filepath.Join("..", ".."))
	t.Run("case", func(t *testing.T) {
		for _, g := range cases {
			t.Run(g.Name, func(t *testing.T) {
				t.Parallel()
				s.run(t, g)
			})
		}
	})
	t.Logf("golden cases: %d; objects compared: %d, without a warning: %d; warnings: %v; not compared: %d", len(cases), s.compared, s.quiet, s.codes, len(s.other))
	for _, code := range slices.Concat(keyCodes, valueCodes, conflictCodes) {
		if s.codes[code] == 0 {
			t.Errorf("%s never comes up", code)
		}
	}
}

type warningRun struct {
	*warner

	mu              sync.Mutex
	compared, quiet int
	codes           map[rrsa.Code]int
	// other tells of cases and objects that aren't compared why.
	other map[string]string
}

func (s *warningRun) run(t *testing.T, g golden.Case) {
	skip := func(what string, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.other[what] = err.Error()
	}
	settings, err := config.Parse("config.yaml", g.Config)
	if err != nil {
		skip(g.Name, err)
		return
	}
	injector, err := settings.Injector()
	if err != nil {
		skip(g.Name, err)
		return
	}
	cfg := rrsa.Default()
	cfg.WebhookVersion, cfg.AutoInjectSTSEnvVars, cfg.InitContainers = injector.Config.WebhookVersion, injector.Config.AutoInjectSTSEnvVars, injector.Config.InitContainers
	policy, err := admissionpolicy.Warnings(admissionpolicy.Settings{Config: cfg})
	if err != nil {
		skip(g.Name, err)
		return
	}
	name := "warn-" + policy.Validating.Labels[admissionpolicy.DigestLabel]
	if err := s.put(t, name, admissionpolicy.Settings{Config: cfg}); err != nil {
		t.Fatal(err)
	}
	input, err := objects(g.Input)
	if err != nil {
		skip(g.Name, err)
		return
	}
	world := newCaseWorld(s.client, g, input, settings.Namespace, policyLabel, name, name)
	made := map[string]string{}
	for _, o := range world.known {
		kind := at(o, "apiVersion") + " " + at(o, "kind")
		resource, ok := warnedResources[kind]
		if !ok {
			continue
		}
		what := g.Name + " " + at(o, "kind") + "/" + at(o, "metadata", "name")
		in := at(o, "metadata", "namespace")
		switch {
		case kind == "v1 Namespace":
			in = at(o, "metadata", "name")
		case in == "":
			in = world.fallback
		}
		if _, ok := made[in]; !ok {
			if made[in], err = world.make(t, in, name); err != nil {
				skip(what, err)
				made[in] = ""
			}
		}
		if made[in] == "" {
			continue
		}
		s.compare(t, what, cfg, o, resource, made[in], skip)
	}
}

// compare has the API server judge one object, and the engine.
func (s *warningRun) compare(t *testing.T, what string, cfg rrsa.Config, o object, resource, namespace string, skip func(string, error)) {
	t.Helper()
	manifest, path := renamed(t, o, namespace, at(o, "metadata", "name")+"-2"), strings.Replace(resource, "NAMESPACE", namespace, 1)
	if at(o, "kind") == "Namespace" {
		// As it is stored, so with the label of the policy.
		manifest = s.stored(t, namespace)
	}
	got, warnings, err := s.dryRun(t, path, manifest)
	if err != nil {
		skip(what, err)
		return
	}
	var text string
	for _, warning := range warnings {
		if _, message, ok := strings.Cut(warning, "with binding '"); ok {
			_, text, _ = strings.Cut(message, ": ")
		}
	}
	want, err := s.engine(t, cfg, got, namespace)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for _, r := range want {
		if !strings.Contains(text, string(r.Code)+": "+r.Message) {
			t.Errorf("%s: want %s, got %q", what, r, text)
		}
	}
	if given := regexp.MustCompile(`(?:^|; )[A-Z][A-Za-z]+: `).FindAllString(text, -1); len(given) != len(want) {
		t.Errorf("%s: want %v and no more, got %q", what, want, text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compared++
	if len(want) == 0 {
		s.quiet++
	}
	for _, r := range want {
		s.codes[r.Code]++
	}
}
