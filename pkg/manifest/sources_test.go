package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
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
	report, err := manifest.Injector{Config: rrsa.Default(), Context: settings.Context}.Plan(stream.Items())
	if err != nil {
		t.Fatal(err)
	}
	place := func(s manifest.Source) string {
		if s.Item == nil {
			return s.From
		}
		return s.From + ": " + s.Item.String() + " in " + s.Item.Origin.String()
	}
	var got []string
	for _, c := range report.Changes {
		known := c.Sources()
		got = append(got, place(known.Namespace), place(known.ServiceAccount))
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
