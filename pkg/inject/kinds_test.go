package inject

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// object writes an object in flow style with a pod template at a path.
func object(p podtemplate.Path) string {
	value := "{spec: {containers: [{name: app}]}}"
	if p.Path == "" {
		return fmt.Sprintf("{apiVersion: v1, kind: %s, metadata: {name: x}, spec: {containers: [{name: app}]}}\n", p.Kind)
	}
	steps := strings.Split(p.Path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(steps[i], "[]")
		if list {
			value = "[" + value + "]"
		}
		if key == "*" {
			key = "any.name"
		}
		value = "{" + key + ": " + value + "}"
	}
	version := "v1"
	if p.Group != "" {
		version = p.Group + "/v1"
	}
	return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: x}, %s\n", version, p.Kind, strings.TrimPrefix(value, "{"))
}

// TestEveryKind injects into an object of every kind in the table, at every path,
// and finds nothing to report as unknown.
func TestEveryKind(t *testing.T) {
	for _, p := range slices.Concat(slices.Collect(maps.Values(podtemplate.NewTable(nil)))...) {
		t.Run(p.Kind+"."+p.Group+"/"+p.Path, func(t *testing.T) {
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			s, err := manifest.Parse("in.yaml", []byte(object(p)))
			if err != nil {
				t.Fatal(err)
			}
			report, err := testInjector().Plan(s.Items())
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Templates) != 1 || report.Templates[0].Decision.Verdict != rrsa.Injected {
				t.Fatalf("want one injected pod template, got %+v", report.Templates)
			}
			if out := written(t, s, report); strings.Count(out, "ALIBABA_CLOUD_") != 6 || strings.Count(out, "serviceAccountToken") != 1 {
				t.Errorf("output:\n%s", out)
			}
		})
	}
}

// TestFindContainers pins what counts as a container in kinds that aren't known.
func TestFindContainers(t *testing.T) {
	for _, c := range []struct{ name, object, want string }{
		{"a list", "kind: A\nspec:\n  x:\n  - containers:\n    - image: a\n", "spec.x[0].containers"},
		{"a single one", "kind: A\nspec:\n  container:\n    image: a\n", "spec.container"},
		{"one without an image", "kind: A\nspec:\n  containers:\n  - name: a\n", "spec.containers"},
		{"a name of a container", "kind: A\nspec:\n  container: a\n", ""},
		{"names of containers", "kind: A\nspec:\n  containers: [a, b]\n", ""},
		{"containers of another sort", "kind: A\nspec:\n  containers:\n  - size: 40ft\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := manifest.Parse("in.yaml", []byte(c.object))
			if err != nil {
				t.Fatal(err)
			}
			report, err := testInjector().Plan(s.Items())
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(report.Templates) > 0 {
				got = report.Templates[0].Decision.Reasons[0].Field
			}
			if got != c.want {
				t.Errorf("want %q, got %q", c.want, got)
			}
		})
	}
}
