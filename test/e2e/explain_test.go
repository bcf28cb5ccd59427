package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	labelInjection = "pod-identity.alibabacloud.com/injection"
	annotationRole = "pod-identity.alibabacloud.com/role-name"
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
		Remedy struct{ Command, Outcome string }
		States map[string]int
		Items  []struct{ Name, State, Code string }
	}
	Notices   []said
	Component []explainedSetting
	Items     []explanation
}

type explainedSetting struct {
	Name, Value string
	Source      struct{ From, Of string }
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

// known are the webhook's settings, which no object tells here.
var known = []string{"--webhook-version=0.4.2", "--auto-inject-sts-env-vars=true"}

// explain runs explain for programs.
func (c *cluster) explain(t *testing.T, ns string, args ...string) explanation {
	t.Helper()
	got := c.rrsa(t, "", slices.Concat([]string{"explain", "-n", ns, "-o", "json"}, known, args)...)
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
	c.must(t, "", "annotate", "serviceaccount", account, annotationRole+"="+role, "--overwrite", "-n", ns)
}

// nextSecond waits until what is written now is younger than what was written
// before: the API server notes seconds.
func nextSecond() { time.Sleep(time.Second + 100*time.Millisecond) }

func plainPod(name, account string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {app: %s}}, spec: {serviceAccountName: %s, containers: [{name: app, image: 'app:1'}]}}", name, name, account)
}

// TestExplainLatePod: the pod started without credentials, as its ServiceAccount got
// its role, or was made anew, after the pod.
func TestExplainLatePod(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	// With a label: the API server notes no writer of an object that starts empty.
	c.must(t, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {app: cart}}}", "apply", "-f", "-", "-n", ns)
	c.must(t, plainPod("cart", "cart"), "apply", "-f", "-", "-n", ns)

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
	text := c.rrsa(t, "", append([]string{"explain", "pod/cart", "-n", ns, accountFlag}, known...)...)
	for _, want := range []string{
		"pod/cart: missing because WebhookNotInstalled: the webhook isn't installed: ",
		"\n  next: install the component ack-pod-identity-webhook in the cluster's add-ons",
		"\n  made now: injected by the rules, but not by this cluster's webhook\n  a restart: this would not fix it\n",
		"\n  pod: missing, created at ",
		"\n    InjectionMissing (warning): the pod has no injection, and would get one if it were created now\n",
		"\n    RoleNameMaybeNewer (warning): ServiceAccount \"cart\" may have got its role-name as late as ",
		"\n      at: serviceaccount/cart metadata.annotations[" + annotationRole + "]\n",
		"\n    missing spec.volumes[rrsa-oidc-token]\n",
		"\n    missing spec.containers[0].env[ALIBABA_CLOUD_STS_REGION] = cn-hangzhou\n",
		"\n  webhook: not called\n  > WebhookNotInstalled (warning, blocking): ",
		"\n    role-name: cart-oss (serviceaccount/cart, " + annotationRole + ")\n",
		"\n  issuer: " + issuer + " (live, issuer of the API server)\n",
	} {
		if !strings.Contains(text.stdout, want) {
			t.Errorf("want %q, got:\n%s%s", want, text.stdout, text.stderr)
		}
	}
	if strings.Contains(text.stdout, "add spec.") || !strings.Contains(text.stdout, "\n  containers: app\n\ncomponent settings:\n") {
		t.Errorf("want what the pod lacks told once, got:\n%s", text.stdout)
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
	if e.Verdict != "Unknown" || e.Pod.State != "unknown" || codes(e.Reasons) != ">NotInCluster NamespaceLabelOn" {
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
	ns := c.namespace(t, labelInjection, "true")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	e := c.explain(t, ns, "pod", "cart", accountFlag)
	if e.Verdict != "NotInjected" || codes(e.Reasons) != ">NamespaceNotEnabled" || e.Pod.State != "mistake" || codes(e.Webhook.Reasons) != "WebhookNotInstalled" {
		t.Errorf("want a label that doesn't count, got %+v", e)
	}
	nextSecond()
	c.must(t, "", "label", "namespace", ns, labelInjection+"=on", "--overwrite")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Pod.State != "missing" || codes(e.Pod.Reasons) != "InjectionMissing InjectionLabelMaybeNewer" {
		t.Errorf("want a pod older than the label, got %+v", e.Pod)
	}
}
