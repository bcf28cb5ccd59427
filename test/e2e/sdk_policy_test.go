package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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

	got, stderr := runSDK(t, s, c.token(t, pod, "").env)
	s.mu.Lock()
	defer s.mu.Unlock()
	want, ok := s.issued["system:serviceaccount:"+ns+":app"]
	if !ok || stderr != "" {
		t.Fatalf("want credentials, got %q; STS was asked at %q", stderr, s.hosts)
	}
	if diff := cmp.Diff([]string{want.AccessKeyId, want.AccessKeySecret, want.SecurityToken, "default/oidc_role_arn"},
		[]string{*got.AccessKeyId, *got.AccessKeySecret, *got.SecurityToken, *got.ProviderName}); diff != "" {
		t.Errorf("what the SDK got (-issued +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{vpcSTS + ":443"}, s.hosts); diff != "" {
		t.Errorf("the hosts that the SDK asked (-want +got):\n%s", diff)
	}
}
