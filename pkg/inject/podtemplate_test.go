package inject_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestPodTemplate: a pod template has what kubectl would send, merge keys and all.
func TestPodTemplate(t *testing.T) {
	stream, err := manifest.Parse("app.yaml", []byte(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: &labels {app: web}}
spec:
  template:
    metadata:
      labels:
        <<: *labels
        tier: front
    spec: {containers: [{name: web, unknown: 1.5}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	report, err := inject.Injector{Config: rrsa.Default()}.Plan(stream.Items())
	if err != nil || len(report.Templates) != 1 {
		t.Fatalf("want one pod template, got %d, %v", len(report.Templates), err)
	}
	want := map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"app": "web", "tier": "front"}},
		"spec":     map[string]any{"containers": []any{map[string]any{"name": "web", "unknown": 1.5}}},
	}
	got, err := report.Templates[0].PodTemplate()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("pod template (-want +got):\n%s%v", diff, err)
	}
}

// TestPodTemplateUnknown: a kind that isn't known has no pod template.
func TestPodTemplateUnknown(t *testing.T) {
	stream, err := manifest.Parse("app.yaml", []byte("apiVersion: v1\nkind: Strange\nmetadata: {name: x}\nspec: {containers: [{name: app}]}"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := inject.Injector{Config: rrsa.Default()}.Plan(stream.Items())
	if err != nil || len(report.Templates) != 1 {
		t.Fatalf("want one decision, got %d, %v", len(report.Templates), err)
	}
	if got, err := report.Templates[0].PodTemplate(); got != nil || err != nil {
		t.Errorf("want nothing, got %v, %v", got, err)
	}
}
