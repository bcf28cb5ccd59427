package e2e

import (
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestSDKWithPolicy follows a Deployment that nobody has rendered to the SDK's credentials,
// in a cluster with nothing but the policy: the API server injects the pod, issues the
// token of its volume, and STS lets it in by the policy of trust-policy.
func TestSDKWithPolicy(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t)
	if got := applyPolicy(t, c); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	ns := c.namespace(t, rrsa.InjectionKey, rrsa.On)
	s := c.startSTS(t)
	account := serviceAccount(ns, "app", "app-oss")
	c.must(t, account, "apply", "-f", "-")
	waitInjected(t, newPolicies(t, c), ns, podOf("app"))
	c.must(t, deploymentYAML(ns, "app", "app"), "apply", "-f", "-")
	pod := c.created(t, ns, "app")
	s.trust(t, c, "app-oss", account, "-f", "-")

	gotCredentials(t, s, ns, c.token(t, pod, "").env, vpcSTS)
}
