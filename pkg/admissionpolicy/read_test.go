package admissionpolicy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
)

// stored is a policy as the API server has it: with what it fills in.
func stored(p *admissionpolicy.Policy) *admissionpolicy.Policy {
	out := &admissionpolicy.Policy{Mutating: *p.Mutating.DeepCopy()}
	fill := func(meta *metav1.ObjectMeta, m *admissionregistrationv1.MatchResources) {
		meta.UID, meta.ResourceVersion, meta.Generation = "7", "42", 1
		meta.Annotations["kubectl.kubernetes.io/last-applied-configuration"] = "{}"
		m.MatchPolicy = new(admissionregistrationv1.Equivalent)
		if m.NamespaceSelector == nil {
			m.NamespaceSelector = &metav1.LabelSelector{}
		}
		if m.ObjectSelector == nil {
			m.ObjectSelector = &metav1.LabelSelector{}
		}
	}
	fill(&out.Mutating.ObjectMeta, out.Mutating.Spec.MatchConstraints)
	for i := len(p.Bindings) - 1; i >= 0; i-- { // in whatever order
		b := p.Bindings[i].DeepCopy()
		fill(&b.ObjectMeta, b.Spec.MatchResources)
		out.Bindings = append(out.Bindings, *b)
	}
	return out
}

func TestRead(t *testing.T) {
	settings := admissionpolicy.Settings{
		Config: config(), ExcludeNamespaces: []string{"billing"}, FailurePolicy: admissionregistrationv1.Ignore, Selector: "rrsa=yes",
	}
	for _, tt := range []struct {
		name   string
		change func(p *admissionpolicy.Policy)
		want   string
	}{
		{"as it was made", func(*admissionpolicy.Policy) {}, ""},
		{"another binding is somebody else's", func(p *admissionpolicy.Policy) {
			b := p.Bindings[0].DeepCopy()
			b.Name, b.Spec.PolicyName = "other", "other"
			p.Bindings = append(p.Bindings, *b)
		}, ""},
		{"an expression", func(p *admissionpolicy.Policy) { p.Mutating.Spec.Variables[1].Expression += " + 'x'" }, "the policy's spec"},
		{"a failure policy", func(p *admissionpolicy.Policy) {
			p.Mutating.Spec.FailurePolicy = new(admissionregistrationv1.Fail)
		}, "the policy's spec"},
		{"settings", func(p *admissionpolicy.Policy) {
			text := p.Mutating.Annotations[admissionpolicy.SettingsAnnotation]
			p.Mutating.Annotations[admissionpolicy.SettingsAnnotation] = strings.ReplaceAll(text, "cn-hangzhou", "cn-beijing")
		}, "the policy's spec"},
		{"no settings", func(p *admissionpolicy.Policy) { p.Mutating.Annotations[admissionpolicy.SettingsAnnotation] = "{}" }, "settings without a policy"},
		{"no JSON", func(p *admissionpolicy.Policy) { p.Mutating.Annotations[admissionpolicy.SettingsAnnotation] = "yes" }, "can't be read"},
		{"a key of later", func(p *admissionpolicy.Policy) {
			p.Mutating.Annotations[admissionpolicy.SettingsAnnotation] = `{"mode":"x"}`
		}, "can't be read"},
		{"a binding is gone", func(p *admissionpolicy.Policy) { p.Bindings = p.Bindings[:1] }, `the binding "inject-rrsa-by-namespace", which isn't there`},
		{"a binding selects others", func(p *admissionpolicy.Policy) {
			p.Bindings[0].Spec.MatchResources.ObjectSelector.MatchLabels["more"] = "yes"
		}, `the binding "inject-rrsa-by-pod"`},
		{"a binding has been added", func(p *admissionpolicy.Policy) {
			b := p.Bindings[0].DeepCopy()
			b.Name = "everywhere"
			p.Bindings = append(p.Bindings, *b)
		}, `the binding "everywhere", which isn't its own`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			made := policyOf(t, settings)
			live := stored(made)
			tt.change(live)
			got, altered := admissionpolicy.Read(live.Mutating, live.Bindings)
			if got == nil {
				t.Fatal("want it recognised")
			}
			if text := strings.Join(altered, "; "); text != tt.want && (tt.want == "" || !strings.Contains(text, tt.want)) {
				t.Fatalf("want altered: %q, got %q", tt.want, text)
			}
			if tt.want != "" {
				return
			}
			if diff := cmp.Diff(made.Settings, got.Settings); diff != "" {
				t.Errorf("the settings (-made +read):\n%s", diff)
			}
			want, err := made.YAML("v1")
			if err != nil {
				t.Fatal(err)
			}
			if text, err := got.YAML("v1"); err != nil || text != want {
				t.Errorf("the text (%v) (-made +read):\n%s", err, cmp.Diff(want, text))
			}
		})
	}
	if got, _ := admissionpolicy.Read(admissionregistrationv1.MutatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "other"}}, nil); got != nil {
		t.Errorf("want a policy without settings to be somebody else's, got %+v", got)
	}
}
