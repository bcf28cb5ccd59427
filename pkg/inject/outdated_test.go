package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// another is a Lookup whose ServiceAccounts have another role, a longer token, or none.
type another struct {
	everyone
	annotations map[string]string
}

func (a another) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	return &Known[corev1.ServiceAccount]{Source: "test", Object: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Annotations: a.annotations}}}, nil
}

// TestOutdated: an injection without a mark stays, and where it would turn out
// differently now that is said, and the template isn't settled.
func TestOutdated(t *testing.T) {
	const json = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, \"spec\": {\"containers\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}}\n"
	const flow = podHead + "spec: {containers: [{name: a}]}\n"
	role := func(name string) map[string]string { return map[string]string{rrsa.RoleNameKey: name} }
	unmarked := func(s string) string { return withoutMarks(s) }
	for _, tt := range []struct {
		name, in    string
		edit        func(string) string
		annotations map[string]string
		region      string
		summary     string
		unsettled   string
	}{
		{"the same", json, nil, role("role"), "", "role role of ServiceAccount default/default, already in a, b", ""},
		{"another role", json, nil, role("r2"), "", "role role stays in a, role role stays in b, and not role r2 of ServiceAccount default/default",
			"change spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], change spec.containers[1].env[ALIBABA_CLOUD_ROLE_ARN], in an injection without a mark"},
		{"another role, in flow style", flow, nil, role("r2"), "", "role role stays in a, and not role r2 of ServiceAccount default/default",
			"change spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], in an injection without a mark"},
		{"another role, the marks gone", podHead + "spec:\n  containers:\n  - name: a\n", unmarked, role("r2"), "", "role role stays in a, and not role r2 of ServiceAccount default/default",
			"change spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], in an injection without a mark"},
		{"another region", json, nil, role("role"), "cn-beijing", "role role of ServiceAccount default/default, already in a, b",
			"change spec.containers[0].env[ALIBABA_CLOUD_STS_ENDPOINT], change spec.containers[0].env[ALIBABA_CLOUD_STS_REGION], change spec.containers[1].env[ALIBABA_CLOUD_STS_ENDPOINT], change spec.containers[1].env[ALIBABA_CLOUD_STS_REGION], in an injection without a mark"},
		{"a longer token", flow, nil, map[string]string{rrsa.RoleNameKey: "role", rrsa.TokenExpirationKey: "7200"}, "", "role role of ServiceAccount default/default, already in a",
			"change spec.volumes[rrsa-oidc-token], in an injection without a mark"},
		{"no role any more", flow, nil, nil, "", "", "remove spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], "},
		{"marked", podHead + "spec:\n  containers:\n  - name: a\n", nil, role("r2"), "", "role r2 of ServiceAccount default/default, into a", "change spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]"},
		{"a person's role alone", podHead + "spec:\n  containers:\n  - name: a\n    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: mine\n", nil, role("r2"), "",
			"its own ALIBABA_CLOUD_ROLE_ARN stays in a, and not role r2 of ServiceAccount default/default", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := render(t, tt.in)
			if tt.edit != nil {
				text = tt.edit(text)
			}
			in := testInjector()
			in.Lookup = another{annotations: tt.annotations}
			if tt.region != "" {
				in.Config.Region = tt.region
			}
			_, report := planned(t, in, text)
			got := report.Templates[0]
			if tt.summary != "" {
				if diff := cmp.Diff(tt.summary, got.Summary()); diff != "" {
					t.Errorf("summary (-want +got):\n%s", diff)
				}
			}
			if unsettled := got.Unsettled(); !strings.HasPrefix(unsettled, tt.unsettled) || tt.unsettled == "" && unsettled != "" || report.Settled() != (tt.unsettled == "") {
				t.Errorf("want %q, got %q; settled is %v", tt.unsettled, unsettled, report.Settled())
			}
		})
	}
}
