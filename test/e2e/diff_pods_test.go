package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestDiffPods: what pods have, and what they would get if they were created now.
func TestDiffPods(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.account(t, ns, "none", roleName, "not a role")
	pod := func(name, account string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\nspec: {serviceAccountName: %s, containers: [{name: cart, image: \"cart:1\"}]}\n", name, ns, account)
	}
	injected := func(in string, args ...string) string {
		t.Helper()
		got := c.rrsa(t, in, append([]string{"preview", "-q", "--account-id", accountID, "-"}, args...)...)
		if got.code != 0 {
			t.Fatalf("previewing: %+v", got)
		}
		return got.stdout
	}
	c.apply(t, pod("missing", "cart"))
	c.apply(t, injected(pod("ok", "cart")))
	c.apply(t, injected(pod("stale", "cart"), "--webhook-version", "0.3.1"))
	c.apply(t, strings.ReplaceAll(injected(pod("orphaned", "cart")), "serviceAccountName: cart", "serviceAccountName: none"))
	c.apply(t, pod("plain", "none"))
	c.apply(t, pod("done", "cart"))
	if got := c.kubectl(t, "patch", "pod", "done", "-n", ns, "--subresource=status", "-p", `{"status":{"phase":"Succeeded"}}`); got.code != 0 {
		t.Fatalf("ending a pod: %+v", got)
	}
	for _, tt := range []struct {
		pod, stderr string
		code        int
		changed     []string
	}{
		{"ok", "pod/ok (" + ns + ") ok\n", 0, []string{}},
		{"plain", "pod/plain (" + ns + ") mistake: RoleNameInvalid: ", 0, []string{}},
		{"done", "pod/done (" + ns + ") not-applicable: PodFinished: ", 0, []string{}},
		{"stale", "pod/stale (" + ns + ") stale: InjectionStale: ", 1, []string{
			"+- name: ALIBABA_CLOUD_STS_ENDPOINT", "+value: sts-vpc.cn-hangzhou.aliyuncs.com",
			"+- name: ALIBABA_CLOUD_STS_REGION", "+value: cn-hangzhou",
			"+- name: ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", `+value: "true"`,
		}},
		{"missing", "pod/missing (" + ns + ") missing: InjectionMissing: ", 1, nil},
		{"orphaned", "pod/orphaned (" + ns + ") orphaned: RoleNameInvalid: ", 1, nil},
	} {
		t.Run(tt.pod, func(t *testing.T) {
			got := c.rrsa(t, "", "diff", "--webhook-version=0.4.2", "--auto-inject-sts-env-vars=true", "--account-id", accountID, "-n", ns, "pod/"+tt.pod)
			if got.code != tt.code || !strings.HasPrefix(got.stderr, tt.stderr) || strings.Contains(got.stdout, "kube-api-access") {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tt.changed, changed(got.stdout)); tt.changed != nil && diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
			name := "v1.Pod." + ns + "." + tt.pod
			if got.code == 1 && !strings.HasPrefix(got.stdout, "--- live/"+name+"\n+++ expected/"+name+"\n") {
				t.Errorf("want the sides' names, got %+v", got)
			}
		})
	}
	t.Run("all of a missing injection", func(t *testing.T) {
		missing := changed(c.rrsa(t, "", "diff", "-q", "--webhook-version=0.4.2", "--auto-inject-sts-env-vars=true", "--account-id", accountID, "-n", ns, "pod/missing").stdout)
		orphaned := changed(c.rrsa(t, "", "diff", "-q", "--webhook-version=0.4.2", "--auto-inject-sts-env-vars=true", "--account-id", accountID, "-n", ns, "pod/orphaned").stdout)
		fields := func(lines []string) []string {
			var out []string
			for _, l := range lines {
				// The name of the container is first where there is nothing else.
				if text := strings.TrimPrefix(l[1:], "- "); text != "name: cart" {
					out = append(out, text)
				}
			}
			return out
		}
		if diff := cmp.Diff(fields(missing), fields(orphaned)); diff != "" || len(missing) < 15 {
			t.Errorf("want an orphaned pod to lose what a missing one gets (-missing +orphaned):\n%s", diff)
		}
	})
	for _, tt := range []struct {
		name, stderr string
		resources    []string
		args         []string
	}{
		{"unknown", "pod/ok (" + ns + ") unknown: NotReadable: ", nil, []string{"pod/ok", "--account-id", accountID}},
		// Whoever can't list pods isn't told the account by another pod.
		{"values-unknown", "pod/missing (" + ns + ") unknown: AccountIDUnknown: ", []string{"serviceaccounts", "namespaces"}, []string{"pod/missing"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := "diff-" + tt.name
			c.allow(t, user, ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: append(tt.resources, "pods"), Verbs: []string{"get"}})
			reader := c.with(c.user(t, user))
			var got result
			eventually(t, "the right to get pods", func() error {
				if got = reader.rrsa(t, "", append([]string{"diff", "-n", ns}, tt.args...)...); strings.Contains(got.stderr, `cannot get resource "pods"`) {
					return errors.New(got.stderr)
				}
				return nil
			})
			if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, tt.stderr) || !strings.Contains(got.stderr, "error: it isn't clear what some pods would get") {
				t.Errorf("want an error, got %+v", got)
			}
		})
	}
	t.Run("workload and pod", func(t *testing.T) {
		c.apply(t, deployment(ns, "cart"))
		got := c.rrsa(t, "", "diff", "--webhook-version=0.4.2", "--auto-inject-sts-env-vars=true", "--account-id", accountID, "-n", ns, "deployment/cart", "pod/stale")
		if got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/apps.v1.Deployment."+ns+".cart\n+++ injected/apps.v1.Deployment."+ns+".cart\n") ||
			!strings.Contains(got.stdout, "+++ expected/v1.Pod."+ns+".stale\n") || !strings.HasPrefix(got.stderr, "deployment/cart ("+ns+") injected: ") {
			t.Errorf("want both, got %+v", got)
		}
		preview := c.rrsa(t, "", "preview", "-q", "--account-id", accountID, "-n", ns, "deployment/cart")
		whole := c.rrsa(t, "", "diff", "-q", "-C", "1000", "--account-id", accountID, "-n", ns, "deployment/cart")
		var after strings.Builder
		for line := range strings.Lines(whole.stdout) {
			if line[0] == ' ' || line[0] == '+' && !strings.HasPrefix(line, "+++") {
				after.WriteString(line[1:])
			}
		}
		if diff := cmp.Diff(preview.stdout, after.String()); diff != "" {
			t.Errorf("want what preview prints (-want +got):\n%s", diff)
		}
	})
	if pods, err := c.client(t).CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{}); err != nil || len(pods.Items) != 6 {
		t.Errorf("want no pod but those that the test made, got %d, %v", len(pods.Items), err)
	}
}
