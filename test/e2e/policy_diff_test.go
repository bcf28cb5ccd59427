package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAdmissionPolicyDiff: what somebody has changed in the cluster is shown, and nothing
// of what the API server itself has added.
func TestAdmissionPolicyDiff(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t)
	settings := []string{"--account-id", accountID, "--cluster-id", clusterID, "--region", "cn-hangzhou"}
	diff := func(c *cluster, args ...string) result {
		return c.rrsa(t, "", slices.Concat([]string{"admission-policy", "--diff"}, settings, args)...)
	}
	for _, kind := range [][]string{nil, {"--warnings"}} {
		if got := diff(c, kind...); got.code != 1 || !strings.Contains(got.stdout, "\n+kind: ") || !strings.Contains(got.stderr, "the cluster has no policy of this name") {
			t.Errorf("%v: want all of it, got %+v", kind, got)
		}
		if got := applyPolicy(t, c, kind...); got.code != 0 {
			t.Fatalf("%+v", got)
		}
		if diff := cmp.Diff(result{}, diff(c, kind...), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%v: a policy that was just applied differs (-want +got):\n%s", kind, diff)
		}
	}
	for _, tt := range []struct {
		name  string
		patch []string
		args  []string
		want  []string
	}{
		{"failure policy", []string{"patch", "mutatingadmissionpolicy", "inject-rrsa", "--type=merge", "-p", `{"spec":{"failurePolicy":"Ignore"}}`}, nil,
			[]string{"-  failurePolicy: Ignore", "+  failurePolicy: Fail"}},
		{"a binding is gone", []string{"delete", "mutatingadmissionpolicybinding", "inject-rrsa-by-pod"}, nil, []string{"+  name: inject-rrsa-by-pod"}},
		{"an action that denies", []string{"patch", "validatingadmissionpolicybinding", "warn-rrsa", "--type=merge", "-p", `{"spec":{"validationActions":["Deny"]}}`}, []string{"--warnings"},
			[]string{"-  - Deny", "+  - Warn", "+  - Audit"}},
		{"other settings", []string{"version"}, []string{"--webhook-version", "0.1.0"}, []string{"+    fn.rrsa.dev/webhook-version: '0.1.0'"}},
	} {
		c.must(t, "", tt.patch...)
		got := diff(c, tt.args...)
		for _, line := range tt.want {
			if got.code != 1 || !slices.Contains(strings.Split(got.stdout, "\n"), line) {
				t.Errorf("%s: want %q, got %+v", tt.name, line, got)
			}
		}
	}
	for _, kind := range [][]string{nil, {"--warnings"}} {
		if got := diff(c.with(c.user(t, "nobody")), kind...); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, `User "nobody" cannot`) {
			t.Errorf("%v: want the missing permission, got %+v", kind, got)
		}
	}
}

// TestAdmissionPolicySelector: whom a selector passes over is said when the policy is
// printed, with what labels it.
func TestAdmissionPolicySelector(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t)
	c.annotate(t, ns, "default", "web-oss")
	got := c.rrsa(t, "", "admission-policy", "--service-account-selector", "example.com/rrsa=yes", "--account-id", accountID)
	want := "hint: kubectl label serviceaccount default -n " + ns + " example.com/rrsa=yes --overwrite"
	if got.code != 0 || !strings.Contains(got.stderr, want) || !strings.Contains(got.stdout, "example.com/rrsa: 'yes'") {
		t.Fatalf("want %q, got %+v", want, got)
	}
	c.must(t, "", "label", "serviceaccount", "default", "-n", ns, "example.com/rrsa=yes")
	if got := c.rrsa(t, "", "admission-policy", "--service-account-selector", "example.com/rrsa=yes", "--account-id", accountID); strings.Contains(got.stderr, ns) {
		t.Errorf("want it selected, got %+v", got)
	}
}
