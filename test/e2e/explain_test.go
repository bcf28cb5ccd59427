package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	injectionLabel = "pod-identity.alibabacloud.com/injection"
	roleAnnotation = "pod-identity.alibabacloud.com/role-name"
	accountFlag    = "--account-id=1488999589000000"
)

// said is what tests compare of a reason.
type said struct {
	Code     string `json:"code"`
	Blocking bool   `json:"blocking"`
	First    bool   `json:"first"`
}

// explanation is what tests read of an Explanation.
type explanation struct {
	APIVersion, Kind, Verdict string
	Reasons                   []said
	Webhook                   struct {
		Call, Configuration, FailurePolicy string
		Deployment                         struct {
			Name, Version           string
			ReadyReplicas, Replicas int
		}
		Reasons []said
	}
	Pod struct {
		State       string
		Reasons     []said
		Differences []struct{ Kind, Field, Want, Got string }
	}
	Pods struct {
		States map[string]int
		Items  []struct{ Name, State, Code string }
	}
	Notices   []said
	Component []struct {
		Name, Value string
		Source      struct{ From, Of string }
	}
	Items []explanation
}

func codes(list []said) string {
	var out []string
	for _, s := range list {
		mark := ""
		if s.First {
			mark = ">"
		}
		out = append(out, mark+s.Code)
	}
	return strings.Join(out, " ")
}

// explain runs explain for programs.
func (c *cluster) explain(t *testing.T, ns string, args ...string) explanation {
	t.Helper()
	got := c.rrsa(t, "", append([]string{"explain", "-n", ns, "-o", "json"}, args...)...)
	var out explanation
	if err := json.Unmarshal([]byte(got.stdout), &out); err != nil || got.code != 0 || got.stderr != "" {
		t.Fatalf("want an explanation, got %+v: %v", got, err)
	}
	return out
}

// must runs kubectl and fails the test if that fails.
func (c *cluster) must(t *testing.T, stdin string, args ...string) {
	t.Helper()
	if got := c.kubectlWith(t, stdin, args...); got.code != 0 {
		t.Fatalf("running kubectl %q: %+v", args, got)
	}
}

// annotate sets the ServiceAccount's role.
func (c *cluster) annotate(t *testing.T, ns, account, role string) {
	t.Helper()
	c.must(t, "", "annotate", "serviceaccount", account, roleAnnotation+"="+role, "--overwrite", "-n", ns)
}

// nextSecond waits until what is written now is younger than what was written
// before: the API server notes seconds.
func nextSecond() { time.Sleep(time.Second + 100*time.Millisecond) }

func pod(name, account string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {app: %s}}, spec: {serviceAccountName: %s, containers: [{name: app, image: 'app:1'}]}}", name, name, account)
}

// TestExplainLatePod: the pod started without credentials, as its ServiceAccount got
// its role, or was made anew, after the pod.
func TestExplainLatePod(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	// With a label: the API server notes no writer of an object that starts empty.
	c.must(t, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {app: cart}}}", "apply", "-f", "-", "-n", ns)
	c.must(t, pod("cart", "cart"), "apply", "-f", "-", "-n", ns)

	e := c.explain(t, ns, "pod/cart")
	if e.Kind != "Explanation" || e.APIVersion != "cli.rrsa.dev/v1alpha1" || e.Verdict != "NotInjected" || e.Pod.State != "not-applicable" || codes(e.Reasons) != ">RoleNameMissing NamespaceLabelOn" {
		t.Errorf("want no role, got %+v", e)
	}

	nextSecond()
	c.annotate(t, ns, "cart", "cart-oss")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "Injected" || e.Pod.State != "missing" || codes(e.Pod.Reasons) != "InjectionMissing RoleNameMaybeNewer" || len(e.Pod.Differences) != 8 {
		t.Errorf("want a pod older than its role, got %+v", e)
	}
	if codes(e.Webhook.Reasons) != ">WebhookNotInstalled" || e.Webhook.Call != "skipped" {
		t.Errorf("want no webhook, got %+v", e.Webhook)
	}
	text := c.rrsa(t, "", "explain", "pod/cart", "-n", ns, accountFlag)
	for _, want := range []string{
		"pod/cart: missing; created now: injected by the rules, but not by this cluster's webhook\n",
		"\n  pod: missing, created at ",
		"\n    InjectionMissing (warning): the pod has no injection, and would get one if it were created now\n",
		"\n    RoleNameMaybeNewer (warning): the annotation may have been written as late as ",
		"\n      at: serviceaccount/cart metadata.annotations[" + roleAnnotation + "]\n",
		"\n    missing spec.volumes[rrsa-oidc-token]\n",
		"\n    missing spec.containers[0].env[ALIBABA_CLOUD_STS_REGION] = cn-hangzhou\n",
		"\n  webhook: not called\n  > WebhookNotInstalled (warning, blocking): ",
		"\n    role-name: cart-oss (serviceaccount/cart, " + roleAnnotation + ")\n",
		"\n  issuer: " + issuer + " (live, issuer of the API server)\n",
	} {
		if !strings.Contains(text.stdout, want) {
			t.Errorf("want %q, got:\n%s%s", want, text.stdout, text.stderr)
		}
	}
	if strings.Count(text.stdout, "\n  > ") != 1 || text.code != 0 || text.stderr != "" {
		t.Errorf("want one reason marked, got %+v", text)
	}

	// Without the account the values aren't known, and the pod lacks them all the same.
	e = c.explain(t, ns, "pod/cart")
	if e.Verdict != "Refused" || e.Pod.State != "missing" || !strings.HasPrefix(codes(e.Reasons), ">AccountIDUnknown") {
		t.Errorf("want a pod that misses what isn't known, got %+v", e)
	}

	c.must(t, "", "delete", "serviceaccount", "cart", "-n", ns)
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "Unknown" || e.Pod.State != "unknown" || codes(e.Reasons) != ">ServiceAccountUnknown NamespaceLabelOn NotInCluster" {
		t.Errorf("want no ServiceAccount, got %+v", e)
	}
	c.must(t, "", "create", "serviceaccount", "cart", "-n", ns)
	c.annotate(t, ns, "cart", "cart-oss")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if codes(e.Pod.Reasons) != "InjectionMissing ServiceAccountNewer" {
		t.Errorf("want a younger ServiceAccount, got %+v", e.Pod)
	}
}

// TestExplainNamespaceLabel: another value than "on", mended after the pod.
func TestExplainNamespaceLabel(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "true")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, pod("cart", "default"), "apply", "-f", "-", "-n", ns)
	e := c.explain(t, ns, "pod", "cart", accountFlag)
	if e.Verdict != "NotInjected" || codes(e.Reasons) != ">NamespaceNotEnabled" || e.Pod.State != "not-applicable" || codes(e.Webhook.Reasons) != "WebhookNotInstalled" {
		t.Errorf("want a label that doesn't count, got %+v", e)
	}
	nextSecond()
	c.must(t, "", "label", "namespace", ns, injectionLabel+"=on", "--overwrite")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Pod.State != "missing" || codes(e.Pod.Reasons) != "InjectionMissing InjectionLabelMaybeNewer" {
		t.Errorf("want a pod older than the label, got %+v", e.Pod)
	}
}

// TestExplainInjectedPod: what was injected isn't taken for the container's own.
func TestExplainInjectedPod(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.annotate(t, ns, "default", "cart-oss")
	preview := func(role string) string {
		t.Helper()
		got := c.rrsa(t, pod("cart", "default"), "preview", "-q", "-n", ns, accountFlag, "-")
		if got.code != 0 || strings.Count(got.stdout, ":role/"+role) != 1 {
			t.Fatalf("want the role %q, got %+v", role, got)
		}
		return got.stdout
	}
	c.must(t, preview("cart-oss"), "apply", "-f", "-", "-n", ns)
	e := c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "Injected" || e.Pod.State != "ok" || len(e.Pod.Differences)+len(e.Pod.Reasons) > 0 || codes(e.Reasons) != "NamespaceLabelOn" {
		t.Errorf("want an injected pod, got %+v", e)
	}
	if diff := cmp.Diff([]said{{Code: "WebhookNotInstalled"}}, e.Webhook.Reasons); diff != "" {
		t.Errorf("want nothing that blocks a pod that has it all (-want +got):\n%s", diff)
	}
	// The account is that of the injected pod.
	e = c.explain(t, ns, "pod/cart")
	if i := slices.IndexFunc(e.Component, func(s struct {
		Name, Value string
		Source      struct{ From, Of string }
	}) bool {
		return s.Name == "accountID"
	}); i < 0 || e.Component[i].Value != "1488999589000000" || e.Component[i].Source.Of != "environment of the pod "+ns+"/cart" {
		t.Errorf("want the account of the pod, got %+v", e.Component)
	}

	c.annotate(t, ns, "default", "bill-oss")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Pod.State != "stale" || len(e.Pod.Differences) != 1 || e.Pod.Differences[0].Field != "spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]" ||
		e.Pod.Differences[0].Want != "acs:ram::1488999589000000:role/bill-oss" || e.Pod.Differences[0].Got != "acs:ram::1488999589000000:role/cart-oss" {
		t.Errorf("want an old role, got %+v", e.Pod)
	}
	// Created now, it has the new role, and each variable, mount and volume once.
	got := c.rrsa(t, "", "preview", "-n", ns, accountFlag, "pod/cart")
	for text, n := range map[string]int{"role/bill-oss": 1, "role/cart-oss": 0, "name: ALIBABA_CLOUD_": 6, "name: rrsa-oidc-token": 2, "nodeName": 0} {
		if strings.Count(got.stdout, text) != n {
			t.Errorf("want %q %d times, got %+v", text, n, got)
		}
	}

	c.must(t, "", "label", "namespace", ns, injectionLabel+"-")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "NotInjected" || e.Pod.State != "orphaned" || len(e.Pod.Differences) != 8 {
		t.Errorf("want an orphan, got %+v", e)
	}
}

// TestExplainWorkload: the template's verdict, and the states of its pods.
func TestExplainWorkload(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.must(t, "", "create", "deployment", "web", "--image=web:1", "--replicas=2", "-n", ns)
	eventually(t, "two pods", func() error {
		pods, err := c.client(t).CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		if err == nil && len(pods.Items) != 2 {
			err = fmt.Errorf("there are %d", len(pods.Items))
		}
		return err
	})
	c.annotate(t, ns, "default", "web-oss")
	e := c.explain(t, ns, "deployment/web", accountFlag)
	if e.Verdict != "Injected" || len(e.Pods.Items) != 2 || e.Pods.Items[0].Code != "InjectionMissing" {
		t.Errorf("want two pods, got %+v", e)
	}
	if diff := cmp.Diff(map[string]int{"missing": 2}, e.Pods.States); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	text := c.rrsa(t, "", "explain", "deployment/web", "-n", ns, accountFlag)
	if !strings.Contains(text.stdout, "\n  pods: 2 missing\n    pod/web-") {
		t.Errorf("want the pods in brief, got %+v", text)
	}
	if e = c.explain(t, ns, "deployment/web", "deployment/web"); e.Kind != "ExplanationList" || len(e.Items) == 0 {
		t.Errorf("want a list of what is named as several, got %+v", e)
	}
	if got := c.rrsa(t, "", "explain", "serviceaccount/default", "-n", ns); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "it has no pod template") {
		t.Errorf("want an error, got %+v", got)
	}
}

// TestExplainNoRights: the user may read the pod and nothing else.
func TestExplainNoRights(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, pod("cart", "default"), "apply", "-f", "-", "-n", ns)
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
	want := []string{">NamespaceUnknown ServiceAccountUnknown NotReadable NotReadable", "WebhookNotReadable", "RRSANotJudged"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	verbose := viewer.rrsa(t, "", "explain", "-v", "pod/cart", "-n", ns)
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
	ns := c.namespace(t, injectionLabel, "on")
	c.annotate(t, ns, "default", "\x1b[31mred")
	c.must(t, pod("cart", "default"), "apply", "-f", "-", "-n", ns)
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
	write(t, pod("cart", "default"), file)
	for _, arg := range []string{"pod/cart", file} {
		got := c.with(down.kubeconfig).rrsa(t, "", "explain", arg)
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "--local") {
			t.Errorf("want an error that names the way out, got %+v", got)
		}
	}
	if got := c.with(down.kubeconfig).rrsa(t, "", "explain", "--local", file); got.code != 0 || !strings.HasPrefix(got.stdout, "component settings:") {
		t.Errorf("want an explanation without a cluster, got %+v", got)
	}
}

// TestExplainRRSANotEnabled: the API server has Kubernetes' own issuer.
func TestExplainRRSANotEnabled(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, pod("cart", "default"), "apply", "-f", "-", "-n", ns)
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
}
