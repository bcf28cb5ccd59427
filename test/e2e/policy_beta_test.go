package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const servesBeta = "--runtime-config=admissionregistration.k8s.io/v1beta1=true"

// applyPolicy applies what admission-policy prints.
func applyPolicy(t *testing.T, c *cluster, args ...string) result {
	t.Helper()
	printed := c.rrsa(t, "", append([]string{"admission-policy", "--local", "--account-id", "1488999589000000", "--cluster-id", clusterID, "--region", "cn-hangzhou"}, args...)...)
	if printed.code != 0 {
		t.Fatalf("%+v", printed)
	}
	dir := t.TempDir()
	write(t, printed.stdout, dir, "policy.yaml")
	return c.kubectl(t, "apply", "-f", filepath.Join(dir, "policy.yaml"))
}

// TestAdmissionPolicyBeta: the API server injects by what --api-version v1beta1 prints.
func TestAdmissionPolicyBeta(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t, servesBeta)
	if got := applyPolicy(t, c, "--api-version", "v1beta1"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	p := newPolicies(t, c)
	ns := p.namespace(t, map[string]string{rrsa.InjectionKey: rrsa.On})
	p.account(t, ns, "web", nil, map[string]string{rrsa.RoleNameKey: "web"})
	waitInjected(t, p, ns, podOf("web"))
}

// TestAdmissionPolicyOld: an API server that emulates Kubernetes 1.34 accepts the policies,
// whose expressions may use no newer function. It can't evaluate them: of the emulated
// version it has the API alone.
func TestAdmissionPolicyOld(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t, servesBeta, "--emulated-version=1.34", "--feature-gates=MutatingAdmissionPolicy=true", "--disable-admission-plugins=MutatingAdmissionPolicy")
	for _, version := range []string{"0.1.0", "0.3.1", "0.4.2"} {
		if got := applyPolicy(t, c, "--api-version", "v1beta1", "--webhook-version", version); got.code != 0 || strings.Contains(got.stderr, "arning") {
			t.Errorf("%s: %+v", version, got)
		}
	}
	// A function of 1.34 itself is too new there, which shows that the test can fail.
	dir := t.TempDir()
	write(t, `apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicy
metadata: {name: newer}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  failurePolicy: Fail
  reinvocationPolicy: Never
  variables: [{name: one, expression: "[[1]].flatten()"}]
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: "[]"}}]
`, dir, "newer.yaml")
	if got := c.kubectl(t, "apply", "-f", filepath.Join(dir, "newer.yaml")); got.code == 0 || !strings.Contains(got.stderr, "flatten") {
		t.Errorf("want flatten refused, got %+v", got)
	}
}
