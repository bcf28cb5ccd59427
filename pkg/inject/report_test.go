package inject

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestSaid: what a person is told of a template, before and after it is injected.
func TestSaid(t *testing.T) {
	s, err := manifest.Parse("input.yaml", []byte(podWith("  containers:\n  - name: one\n    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: mine\n  - name: two\n")))
	if err != nil {
		t.Fatal(err)
	}
	in := settings{override: rrsa.True, without: true}.injector()
	report, err := in.Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	streams, _, err := report.Rewrite(s)
	if err != nil {
		t.Fatal(err)
	}
	after, err := in.Plan(streams[0].Items())
	if err != nil {
		t.Fatal(err)
	}
	type said struct{ Difference, Summary string }
	var got []said
	for _, r := range []*Report{report, after} {
		template := r.Templates[0]
		if !template.Known() || r.Unresolved() {
			t.Error("a pod is a kind that is known, and nothing of it is unresolved")
		}
		got = append(got, said{template.Difference(), template.Summary()})
	}
	want := []said{
		{
			"change spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], add spec.containers[0].env[ALIBABA_CLOUD_OIDC_PROVIDER_ARN], " +
				"add spec.containers[0].env[ALIBABA_CLOUD_OIDC_TOKEN_FILE], add spec.containers[0].volumeMounts[rrsa-oidc-token], " +
				"add spec.containers[1].env[ALIBABA_CLOUD_ROLE_ARN], add spec.containers[1].env[ALIBABA_CLOUD_OIDC_PROVIDER_ARN], " +
				"add spec.containers[1].env[ALIBABA_CLOUD_OIDC_TOKEN_FILE], add spec.containers[1].volumeMounts[rrsa-oidc-token], add spec.volumes[rrsa-oidc-token]",
			"role role of ServiceAccount default/default, into one, two",
		},
		{"", "role role of ServiceAccount default/default, already in one, two"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// inVain is a Lookup that asks and gets no answer.
type inVain struct{ everyone }

func (inVain) Namespace(string) (*Known[corev1.Namespace], error) {
	return &Known[corev1.Namespace]{Source: "live", Reasons: []rrsa.Reason{{Code: "Forbidden", Message: "may not read it"}}}, nil
}

// TestInVain: why a source was asked in vain is said in the place of the engine's own
// reason, and nothing is taken out meanwhile.
func TestInVain(t *testing.T) {
	injected := render(t, podWith("  containers:\n  - name: one\n"))
	s, err := manifest.Parse("input.yaml", []byte(injected))
	if err != nil {
		t.Fatal(err)
	}
	in := testInjector()
	in.Lookup = inVain{}
	report, err := in.Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	reason := report.Templates[0].Decision.Reasons[0]
	if !report.Unresolved() || report.Differs() || reason.Code != "Forbidden" || !reason.Blocking {
		t.Errorf("unresolved is %v, differs is %v, for %+v", report.Unresolved(), report.Differs(), reason)
	}
}
