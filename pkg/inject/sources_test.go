package inject_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestSources: the Namespace stands in the input and the ServiceAccount in the
// config; of another pod neither is known.
func TestSources(t *testing.T) {
	settings, err := config.Parse("rrsa.yaml", []byte(`apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
spec:
  context:
  - apiVersion: v1
    kind: ServiceAccount
    metadata: {name: default, namespace: shop}
`))
	if err != nil {
		t.Fatal(err)
	}
	const pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: "
	stream, err := manifest.Parse("app.yaml", []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"+
		pod+"shop}\nspec: {containers: [{name: app}]}\n"+pod+"other}\nspec: {containers: [{name: app}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := inject.Injector{Config: rrsa.Default(), Context: settings.Context}.Plan(stream.Items())
	if err != nil {
		t.Fatal(err)
	}
	place := func(s inject.Source) string {
		if s.Item == nil {
			return s.From
		}
		return s.From + ": " + s.Item.String() + " in " + s.Item.Origin.String()
	}
	var got []string
	for _, c := range report.Templates {
		known := c.Sources()
		got = append(got, place(known.Namespace), place(known.ServiceAccount))
		for _, s := range []inject.Source{known.Namespace, known.ServiceAccount} {
			if want := s.From != ""; want != (s.Meta != nil) {
				t.Errorf("want metadata of what is known, and of nothing else, got %+v", s)
			}
		}
	}
	want := []string{
		"input: namespace/shop in app.yaml, document 1, line 1",
		"config: serviceaccount/default in config, context[0], line 5",
		"", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

// TestPodLabels: those of the pod template, not those of the object around it.
func TestPodLabels(t *testing.T) {
	for _, tt := range []struct {
		name, object string
		want         map[string]string
	}{
		{"a pod", "kind: Pod\nmetadata: {name: x, labels: {app: cart}}\nspec: {containers: [{name: app}]}", map[string]string{"app": "cart"}},
		{"no labels", "kind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: app}]}", nil},
		{"a workload", "kind: ReplicationController\nmetadata: {name: x, labels: {a: b}}\nspec: {template: {metadata: {labels: {app: cart}}, spec: {}}}", map[string]string{"app": "cart"}},
		{"a kind that isn't known", "kind: Strange\nmetadata: {name: x, labels: {a: b}}\nspec: {containers: [{name: app}]}", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stream, err := manifest.Parse("app.yaml", []byte("apiVersion: v1\n"+tt.object))
			if err != nil {
				t.Fatal(err)
			}
			report, err := inject.Injector{Config: rrsa.Default()}.Plan(stream.Items())
			if err != nil || len(report.Templates) != 1 {
				t.Fatalf("want one pod template, got %d, %v", len(report.Templates), err)
			}
			if diff := cmp.Diff(tt.want, report.Templates[0].PodLabels()); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}
