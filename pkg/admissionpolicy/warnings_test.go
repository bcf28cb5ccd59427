package admissionpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func warningsOf(t *testing.T, s admissionpolicy.Settings) *admissionpolicy.WarningPolicy {
	t.Helper()
	p, err := admissionpolicy.Warnings(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWarningsDenyNothing(t *testing.T) {
	p := warningsOf(t, admissionpolicy.Settings{Config: config(), FailurePolicy: admissionregistrationv1.Fail})
	spec := p.Validating.Spec
	if *spec.FailurePolicy != admissionregistrationv1.Ignore || spec.ParamKind != nil || len(spec.AuditAnnotations) > 0 || len(spec.Validations) != 1 {
		t.Errorf("want one validation that can't fail, got %+v", spec)
	}
	if len(p.Bindings) != 1 {
		t.Fatalf("want one binding, got %+v", p.Bindings)
	}
	want := admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
		PolicyName:        admissionpolicy.WarningsName,
		ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn, admissionregistrationv1.Audit},
	}
	if diff := cmp.Diff(want, p.Bindings[0].Spec); diff != "" {
		t.Errorf("the binding (-want +got):\n%s", diff)
	}
	injects := policyOf(t, admissionpolicy.Settings{Config: config()})
	for _, meta := range []map[string]string{p.Validating.Labels, p.Bindings[0].Labels} {
		if diff := cmp.Diff(injects.Mutating.Labels, meta); diff != "" {
			t.Errorf("labels (-those of the policy that injects +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff(injects.Mutating.Annotations, p.Validating.Annotations); diff != "" {
		t.Errorf("annotations (-those of the policy that injects +got):\n%s", diff)
	}
}

func TestWarningsMatch(t *testing.T) {
	p := warningsOf(t, admissionpolicy.Settings{Config: config(), ExcludeNamespaces: []string{"kube-system", "billing"}})
	match := p.Validating.Spec.MatchConstraints
	if diff := cmp.Diff([]string{"billing", "kube-system"}, match.NamespaceSelector.MatchExpressions[0].Values); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	var got []string
	for _, r := range match.ResourceRules {
		for _, resource := range r.Resources {
			var operations []string
			for _, o := range r.Operations {
				operations = append(operations, string(o))
			}
			got = append(got, strings.Join([]string{string(*r.Scope), r.APIGroups[0], resource, strings.Join(operations, "+")}, " "))
		}
	}
	slices.Sort(got)
	want := []string{
		"Cluster  namespaces CREATE+UPDATE",
		"Namespaced  pods CREATE",
		"Namespaced  replicationcontrollers CREATE+UPDATE",
		"Namespaced  serviceaccounts CREATE+UPDATE",
		"Namespaced apps daemonsets CREATE+UPDATE",
		"Namespaced apps deployments CREATE+UPDATE",
		"Namespaced apps replicasets CREATE+UPDATE",
		"Namespaced apps statefulsets CREATE+UPDATE",
		"Namespaced batch cronjobs CREATE+UPDATE",
		"Namespaced batch jobs CREATE+UPDATE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is matched (-want +got):\n%s", diff)
	}
}

func TestWarningsOfVersions(t *testing.T) {
	for _, tt := range []struct {
		version string
		auto    bool
		// has are the warnings that not every version has.
		has []string
	}{
		{"0.1.0", true, nil},
		{"0.2.1", true, []string{"PodLabelNoOptOut"}},
		{"0.3.0", true, []string{"PodLabelNoOptOut", "STSEndpointIgnored"}},
		{"0.4.0", true, []string{"PodLabelNoOptOut"}},
		{"0.4.0", false, []string{"PodLabelNoOptOut", "STSEndpointIgnored"}},
		{"", true, []string{"PodLabelNoOptOut", "OverrideEnvIgnored"}},
		{"0.9.0", false, []string{"PodLabelNoOptOut", "STSEndpointIgnored", "OverrideEnvIgnored"}},
	} {
		t.Run(tt.version, func(t *testing.T) {
			c := config()
			c.WebhookVersion, c.AutoInjectSTSEnvVars = tt.version, tt.auto
			text, err := warningsOf(t, admissionpolicy.Settings{Config: c}).YAML("v1")
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range []string{"PodLabelNoOptOut", "STSEndpointIgnored", "OverrideEnvIgnored"} {
				if strings.Contains(text, code) != slices.Contains(tt.has, code) {
					t.Errorf("want %s: %v", code, slices.Contains(tt.has, code))
				}
			}
		})
	}
}

// Each variable reads those before it, each has its rule's section next to it, and all are
// what releases from 1.33 on can read.
func TestWarningsReadable(t *testing.T) {
	for _, version := range []string{"0.1.0", "0.3.0", "0.4.2"} {
		c := config()
		c.WebhookVersion = version
		s := admissionpolicy.Settings{Config: c, Selector: "rrsa=yes"}
		p := warningsOf(t, s)
		for _, v := range p.Validating.Spec.Variables {
			for _, newer := range []string{".flatten(", ".slice(", ".sort(", "sets.", "cel.bind(", "regex.", "Object{"} {
				if strings.Contains(v.Expression, newer) {
					t.Errorf("%s: %s has %s, which isn't in all releases", version, v.Name, newer)
				}
			}
		}
		text := readable(t, version, p.Validating.Spec.Variables, func() (string, error) { return warningsOf(t, s).YAML("v1") })
		for _, sample := range []string{"NAMESPACE", "ACCOUNT", "CONTAINER", "TEMPLATE", "VALUE", "SAMPLE"} {
			if strings.Contains(text, sample) {
				t.Errorf("%s: a sample's %s is left in the text", version, sample)
			}
		}
	}
}

func TestWarningsAPIVersion(t *testing.T) {
	text, err := warningsOf(t, admissionpolicy.Settings{Config: config()}).YAML("v1beta1")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text, "apiVersion: admissionregistration.k8s.io/v1beta1\n"); n != 2 || strings.Contains(text, "k8s.io/v1\n") || strings.Contains(text, "status:") {
		t.Errorf("want two objects of v1beta1, got %d in\n%s", n, text)
	}
}

func TestWarningsFaults(t *testing.T) {
	if _, err := admissionpolicy.Warnings(admissionpolicy.Settings{Config: rrsa.Default()}); err != nil {
		t.Errorf("want no need of a value to inject, got %v", err)
	}
	_, err := admissionpolicy.Warnings(admissionpolicy.Settings{Config: rrsa.Config{WebhookVersion: "latest"}, Selector: "rrsa"})
	for _, want := range []string{"checking the policy's settings: ", `parsing webhookVersion "latest"`, `checking the selector "rrsa"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
