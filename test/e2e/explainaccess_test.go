package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

// TestExplainNoRights: the user may read the pod and nothing else.
func TestExplainNoRights(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	user := "explainer-of-" + ns
	c.allow(t, user, ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}})
	viewer := c.with(c.user(t, user))
	eventually(t, "the right to get", func() error {
		if got := viewer.kubectl(t, "get", "pod", "cart", "-n", ns); got.code != 0 {
			return fmt.Errorf("got %s", got.stderr)
		}
		return nil
	})
	e := viewer.explain(t, ns, "pod/cart")
	if e.Verdict != "Unknown" || e.Pod.State != "unknown" || e.Webhook.Call != "unknown" {
		t.Errorf("want unknowns, got %+v", e)
	}
	got := []string{codes(e.Reasons), codes(e.Webhook.Reasons), codes(e.Notices)}
	want := []string{">NotReadable NotReadable", "WebhookNotReadable", "RRSANotJudged"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	verbose := viewer.rrsa(t, "", "explain", "-v", "1", "pod/cart", "-n", ns)
	for _, want := range []string{"configmap kube-system/ack-cluster-profile", "issuer of the API server", "MutatingWebhookConfigurations", "Namespace \"" + ns + "\"", "ServiceAccount \"" + ns + "/default\""} {
		if !strings.Contains(verbose.stderr, want) {
			t.Errorf("want a note with %q, got:\n%s", want, verbose.stderr)
		}
	}
	if got := viewer.rrsa(t, "", "explain", "pod/other", "-n", ns); got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "Error from server (NotFound):") {
		t.Errorf("want no such pod, got %+v", got)
	}
}

// TestExplainEscapes: text from the cluster doesn't steer the terminal.
func TestExplainEscapes(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "\x1b[31mred")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	got := c.rrsa(t, "", "explain", "pod/cart", "-n", ns)
	if got.code != 0 || strings.Contains(got.stdout+got.stderr, "\x1b") || !strings.Contains(got.stdout, `\x1b[31mred`) {
		t.Errorf("want the escape written out, got %+v", got)
	}
}

// TestExplainNoServer: an API server that isn't there.
func TestExplainNoServer(t *testing.T) {
	c := controlPlane(t)
	down := c.proxy(t, func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })
	file := t.TempDir() + "/pod.yaml"
	write(t, plainPod("cart", "default"), file)
	for arg, hint := range map[string]bool{"pod/cart": false, file: true} {
		got := c.with(down.kubeconfig).rrsa(t, "", "explain", arg)
		if got.code != 2 || got.stdout != "" || strings.Contains(got.stderr, "--local works on files") != hint || !strings.HasPrefix(got.stderr, "error: ") {
			t.Errorf("want an error, and the way out if there is one, got %+v", got)
		}
	}
	if got := c.with(down.kubeconfig).rrsa(t, "", "explain", "--local", file); got.code != 0 || !strings.Contains(got.stdout, "\n\ncomponent settings:") {
		t.Errorf("want an explanation without a cluster, got %+v", got)
	}
}

// TestExplainRRSANotEnabled: the API server has Kubernetes' own issuer.
func TestExplainRRSANotEnabled(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	p := c.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			apiServer.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"issuer":"https://kubernetes.default.svc"}`)
	})
	e := c.with(p.kubeconfig).explain(t, ns, "pod/cart", accountFlag, "--cluster-id="+clusterID, "--region=cn-hangzhou")
	if codes(e.Notices) != "RRSANotEnabled" || e.Verdict != "Injected" {
		t.Errorf("want RRSA not enabled, got %+v", e)
	}
	// Injected or not, no pod is served: RAM knows none of the cluster's tokens.
	rendered := c.rrsa(t, plainPod("rendered", "default"), "preview", "-", "-n", ns, "--local", accountFlag, "--cluster-id="+clusterID, "--region=cn-hangzhou",
		"--config", enabledConfig(t, ns))
	c.must(t, rendered.stdout, "apply", "-f", "-", "-n", ns)
	c.must(t, "", "delete", "pod", "cart", "-n", ns, "--force")
	flags := slices.Concat(known, []string{accountFlag, "--cluster-id=" + clusterID, "--region=cn-hangzhou"})
	set, text := c.with(p.kubeconfig).explainSet(t, "serviceaccount/default ("+ns+"): serves nobody, whatever its 1 pod (1 ok) has, because RRSANotEnabled: ", append(flags, "sa/default", "-n", ns)...)
	if set.Serving != "nobody" || set.States["ok"] != 1 {
		t.Errorf("want nobody served, got %+v:\n%s", set, text)
	}
}

// enabledConfig is a config with a namespace that is on, and its ServiceAccount.
func enabledConfig(t *testing.T, ns string) string {
	t.Helper()
	file := t.TempDir() + "/rrsa.yaml"
	write(t, `apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
metadata: {name: test}
spec:
  context:
  - {apiVersion: v1, kind: Namespace, metadata: {name: `+ns+`, labels: {pod-identity.alibabacloud.com/injection: "on"}}}
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: `+ns+`, annotations: {pod-identity.alibabacloud.com/role-name: cart-oss}}}
`, file)
	return file
}
