package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

func rule(verbs, resources string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{""}, Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ",")}
}

// granted waits until a right counts.
func (c *cluster) granted(t testing.TB, args ...string) {
	t.Helper()
	eventually(t, "the right to "+strings.Join(args, " "), func() error {
		if got := c.kubectl(t, append([]string{"auth", "can-i"}, args...)...); got.code != 0 {
			return errors.New(got.stdout + got.stderr)
		}
		return nil
	})
}

// TestAuditAccess: what may not be read is left out and named, or unknown with a
// reason that says why.
func TestAuditAccess(t *testing.T) {
	c := controlPlane(t)
	open, closed := c.namespace(t, injection, "on"), c.namespace(t, injection, "on")
	for _, ns := range []string{open, closed} {
		c.account(t, ns, "app", roleName, "app-role")
		c.pods(t, ns, pod("bare", "app"), injected(pod("right", "app"), "app-role"))
	}
	given := func(more ...string) []string {
		return append([]string{"--cluster-id", clusterID, "--region", "cn-hangzhou"}, more...)
	}

	t.Run("nothing", func(t *testing.T) {
		u := c.with(c.user(t, "audit-nothing"))
		for _, args := range [][]string{{"-A"}, {"-n", open}} {
			_, out := u.audit(t, 2, given(args...)...)
			if !strings.HasPrefix(out.stderr, "Error from server (Forbidden): reading the pods: ") {
				t.Errorf("%q: want kubectl's words, got %q", args, out.stderr)
			}
		}
	})
	t.Run("namespaces listed", func(t *testing.T) {
		u := c.with(c.user(t, "audit-one"))
		c.allow(t, "audit-one", "", rule("list", "namespaces"))
		c.allow(t, "audit-one", open, rule("list", "pods,serviceaccounts"))
		u.granted(t, "list", "namespaces")
		u.granted(t, "list", "pods", "-n", open)
		got, out := u.audit(t, 1, given("-A")...)
		if diff := cmp.Diff(map[string]string{"bare": "missing", "right": "ok"}, got.of(open)); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		found := false
		for _, s := range got.Summary.Skipped {
			found = found || s.Namespace == closed && strings.Contains(s.Message, "forbidden")
		}
		if !found || !strings.Contains(out.stderr, fmt.Sprintf("warning: namespace %q is left out: ", closed)) {
			t.Errorf("want %s to be skipped, got %+v\n%s", closed, got.Summary.Skipped, out.stderr)
		}
		if got, _ := u.audit(t, 1, given("-A", "--fail-on", "skipped")...); got.Summary.Pods != 2 {
			t.Errorf("want the two pods, got %+v", got.Summary)
		}
		u.audit(t, 0, given("-A", "--fail-on", "stale")...)
	})
	t.Run("one namespace", func(t *testing.T) {
		u := c.with(c.user(t, "audit-here"))
		c.allow(t, "audit-here", open, rule("get,list", "namespaces,pods,serviceaccounts"))
		u.granted(t, "list", "pods", "-n", open)
		for _, args := range [][]string{{"-n", open}, {"-n", open, "-A"}} {
			got, out := u.audit(t, 1, given(args...)...)
			if diff := cmp.Diff(map[string]string{"bare": "missing", "right": "ok"}, got.of(open)); diff != "" {
				t.Errorf("%q: states (-want +got):\n%s", args, diff)
			}
			// That there are others must not go unsaid.
			others := len(got.Summary.Skipped) == 1 && got.Summary.Skipped[0].Namespace == "*" &&
				strings.Contains(out.stderr, fmt.Sprintf("warning: namespaces other than %q are left out", open))
			if others != (len(args) == 3) {
				t.Errorf("%q: skipped %+v\n%s", args, got.Summary.Skipped, out.stderr)
			}
		}
	})
	t.Run("pods alone", func(t *testing.T) {
		u := c.with(c.user(t, "audit-pods"))
		c.allow(t, "audit-pods", "", rule("list", "pods"))
		u.granted(t, "list", "pods", "-A")
		got, _ := u.audit(t, 1, given("-A")...)
		for _, p := range got.Items {
			if p.Namespace == open && (p.State != "unknown" || p.Reason.Code != "NotReadable") {
				t.Errorf("want it unknown and not readable, got %+v", p)
			}
		}
		// The config says what may not be read.
		config := configFile(t, `apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
spec:
  context:
  - apiVersion: v1
    kind: Namespace
    metadata:
      name: `+open+`
      labels:
        `+injection+`: "on"
  - apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: app
      namespace: `+open+`
      annotations:
        `+roleName+`: app-role
`)
		got, _ = u.audit(t, 1, given("-n", open, "--config", config)...)
		if diff := cmp.Diff(map[string]string{"bare": "missing", "right": "ok"}, got.of(open)); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	})
	t.Run("accounts by namespace", func(t *testing.T) {
		u := c.with(c.user(t, "audit-accounts"))
		c.allow(t, "audit-accounts", "", rule("list", "pods,namespaces"))
		c.allow(t, "audit-accounts", open, rule("list", "serviceaccounts"))
		c.allow(t, "audit-accounts", closed, rule("get", "serviceaccounts"))
		u.granted(t, "list", "pods", "-A")
		u.granted(t, "list", "serviceaccounts", "-n", open)
		u.granted(t, "get", "serviceaccounts", "-n", closed)
		got, _ := u.audit(t, 1, given("-A")...)
		for _, ns := range []string{open, closed} {
			if diff := cmp.Diff(map[string]string{"bare": "missing", "right": "ok"}, got.of(ns)); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
		}
	})
}

// configFile writes a config and returns its path.
func configFile(t testing.TB, content string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, content, dir, "config.yaml")
	return dir + "/config.yaml"
}
