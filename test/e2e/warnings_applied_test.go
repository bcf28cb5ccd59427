package e2e

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestWarningsApplied applies the policy as it is written, for all namespaces but one, and
// then what people apply.
func TestWarningsApplied(t *testing.T) {
	c := ownControlPlane(t)
	w := newWarner(t, c)
	policy, err := admissionpolicy.Warnings(admissionpolicy.Settings{Config: rrsa.Default(), ExcludeNamespaces: []string{"legacy"}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := policy.YAML("v1")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.kubectlWith(t, text, "apply", "-f", "-"); got.code != 0 || got.stderr != "" {
		t.Fatal(got)
	}
	// The API server's own check of the expressions, for each kind of object.
	eventually(t, "the check of the policy", func() error {
		got, err := w.client.AdmissionregistrationV1().ValidatingAdmissionPolicies().Get(t.Context(), admissionpolicy.WarningsName, metav1.GetOptions{})
		if err == nil && got.Status.TypeChecking == nil {
			err = errors.New("it isn't checked")
		}
		if err == nil {
			for _, warning := range got.Status.TypeChecking.ExpressionWarnings {
				t.Errorf("%s: %s", warning.FieldRef, warning.Warning)
			}
		}
		return err
	})
	line := func(message string) string { return warningLine(admissionpolicy.WarningsName, message) }
	wrong := line(`NamespaceNotEnabled: namespace "rrsa-demo" has the label ` + rrsa.InjectionKey + `="yes"; only "on" counts (label it ` +
		rrsa.InjectionKey + `: "on" in its manifest, or run: kubectl label namespace rrsa-demo ` + rrsa.InjectionKey + `=on --overwrite)`)
	noOptOut := line(`PodLabelNoOptOut: the pod's label ` + rrsa.InjectionKey + `="yes" is not "on" and so does nothing: the Namespace's label decides (write "on", or remove it)`)
	patch := `{"spec":{"template":{"metadata":{"labels":{"` + rrsa.InjectionKey + `":"yes"}}}}}`
	example := func(name string) string { return filepath.Join(top(t), "examples", "kpt", name) }
	for _, step := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"the example's Namespace", "", []string{"apply", "-f", example("namespace.yaml")}, ""},
		{"the example's ServiceAccount", "", []string{"apply", "-f", example("serviceaccount.yaml")}, ""},
		{"the example's Deployment", "", []string{"apply", "-f", example("deployment.yaml")}, ""},
		{"the example's Pod", "", []string{"apply", "-f", example("pod.yaml")}, ""},
		{"a change of the Namespace", "", []string{"label", "namespace", "rrsa-demo", rrsa.InjectionKey + "=yes", "--overwrite"}, wrong},
		{"a change of the Deployment", "", []string{"patch", "deployment", "demo", "-n", "rrsa-demo", "-p", patch}, noOptOut},
		{"its scale is a subresource", "", []string{"scale", "deployment", "demo", "-n", "rrsa-demo", "--replicas=1"}, ""},
		{"a ServiceAccount's change", "", []string{"annotate", "serviceaccount", "demo-sa", "-n", "rrsa-demo", rrsa.RoleNameKey + "-", rrsa.TokenExpirationKey + "=1d"},
			line(`ExpirationInvalid: the token expiration "1d" is not a whole number of seconds; 3600 is used (write the seconds as digits, 600 to 43200)`)},
		{"a pod's change", "", []string{"annotate", "pod", "demo", "-n", "rrsa-demo", rrsa.RoleNameKey + "=shop"}, ""},
		{"an excluded namespace", "", []string{"create", "namespace", "legacy"}, ""},
		{"an excluded namespace's label", "", []string{"label", "namespace", "legacy", rrsa.InjectionKey + "=yes"}, ""},
		{"in an excluded namespace", "", []string{"annotate", "serviceaccount", "default", "-n", "legacy", rrsa.RoleNameKey + "="}, ""},
		{"a pod with a controller", podOwned(true), []string{"create", "--dry-run=server", "-n", "rrsa-demo", "-f", "-"}, ""},
		{"a pod with an owner", podOwned(false), []string{"create", "--dry-run=server", "-n", "rrsa-demo", "-f", "-"}, noOptOut},
	} {
		got := c.kubectlWith(t, step.stdin, step.args...)
		for strings.Contains(got.stderr, `serviceaccounts "default" not found`) { // its controller makes it
			got = c.kubectlWith(t, step.stdin, step.args...)
		}
		if got.code != 0 || got.stderr != step.want {
			t.Errorf("%s: want\n%s\ngot\n%s(exit code %d)", step.name, step.want, got.stderr, got.code)
		}
	}
}

// podOwned is a pod that has an owner.
func podOwned(controller bool) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: owned, labels: {%s: "yes"},
 ownerReferences: [{apiVersion: example.com/v1, kind: Own, name: own, uid: "1", controller: %v}]}, spec: {serviceAccountName: demo-sa, containers: [{name: app, image: "app:1"}]}}`,
		rrsa.InjectionKey, controller)
}

// TestWarningsOld: the policy that warns does so on the oldest version of Kubernetes that it
// is documented for, which the API server emulates.
func TestWarningsOld(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t, "--emulated-version=1.33")
	if got := applyPolicy(t, c, "--warnings"); got.code != 0 || strings.Contains(got.stderr, "arning") {
		t.Fatalf("%+v", got)
	}
	eventually(t, "the warning", func() error {
		got := c.kubectlWith(t, `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "yes"}}}`, "apply", "--dry-run=server", "-f", "-")
		if got.code != 0 || !strings.Contains(got.stderr, `Warning: Validation failed for ValidatingAdmissionPolicy 'warn-rrsa' with binding 'warn-rrsa': NamespaceNotEnabled: `) {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
}
