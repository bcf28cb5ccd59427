package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestExplainInjectedPod: what was injected isn't taken for the container's own.
func TestExplainInjectedPod(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	previewOf := func(name, role string) string {
		t.Helper()
		got := c.rrsa(t, plainPod(name, "default"), "preview", "-q", "-n", ns, accountFlag, "-")
		if got.code != 0 || strings.Count(got.stdout, ":role/"+role) != 1 {
			t.Fatalf("want the role %q, got %+v", role, got)
		}
		return got.stdout
	}
	preview := func(role string) string { return previewOf("cart", role) }
	c.must(t, preview("cart-oss"), "create", "-f", "-", "-n", ns)
	e := c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "Injected" || e.Pod.State != "ok" || len(e.Pod.Differences)+len(e.Pod.Reasons) > 0 || codes(e.Reasons) != "NamespaceLabelOn" {
		t.Errorf("want an injected pod, got %+v", e)
	}
	if diff := cmp.Diff([]said{{Code: "WebhookNotInstalled"}}, e.Webhook.Reasons); diff != "" {
		t.Errorf("want nothing that blocks a pod that has it all (-want +got):\n%s", diff)
	}
	// The pod under question is no evidence of the account, and without it nothing is known
	// of what it would get.
	e = c.explain(t, ns, "pod/cart")
	if e.Pod.State != "unknown" || !strings.HasPrefix(codes(e.Reasons), ">AccountIDUnknown") {
		t.Errorf("want an account that isn't known, got %+v", e)
	}
	// The account is that of two other injected pods.
	c.must(t, previewOf("bill", "cart-oss"), "create", "-f", "-", "-n", ns)
	c.must(t, previewOf("desk", "cart-oss"), "create", "-f", "-", "-n", ns)
	e = c.explain(t, ns, "pod/cart")
	var account explainedSetting
	for _, s := range e.Component {
		if s.Name == "accountID" {
			account = s
		}
	}
	if account.Value != "1488999589000000" || account.Source.From != "live" || account.Source.Of != "environment of the pod "+ns+"/bill" {
		t.Errorf("want the account of the other pod, got %+v", account)
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

	c.must(t, "", "label", "namespace", ns, labelInjection+"-")
	e = c.explain(t, ns, "pod/cart", accountFlag)
	if e.Verdict != "NotInjected" || e.Pod.State != "orphaned" || len(e.Pod.Differences) != 8 {
		t.Errorf("want an orphan, got %+v", e)
	}
}

// TestExplainWorkload: the template's verdict, and the states of its pods.
func TestExplainWorkload(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
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
	if e.Pods.Remedy.Command != "" || e.Pods.Remedy.Outcome != "does-not-fix" {
		t.Errorf("want no restart without a webhook, got %+v", e.Pods.Remedy)
	}
	if diff := cmp.Diff(map[string]int{"missing": 2}, e.Pods.States); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	text := c.rrsa(t, "", "explain", "deployment/web", "-n", ns, accountFlag)
	if !strings.HasPrefix(text.stdout, "deployment/web: pods: 2 missing because WebhookNotInstalled: ") || !strings.Contains(text.stdout, "\n  pods: 2 missing\n    2 pods, such as pod/web-") {
		t.Errorf("want the pods in brief, got %+v", text)
	}
	// A kind that isn't known says nothing of pods' labels: no word on the webhook.
	strange := t.TempDir() + "/strange.yaml"
	write(t, "{apiVersion: example.com/v1, kind: Strange, metadata: {name: x}, spec: {containers: [{name: app, image: 'a:1'}]}}", strange)
	if e = c.explain(t, ns, strange); len(e.Items) != 1 || codes(e.Items[0].Reasons) != ">KindNotSupported" || e.Items[0].Webhook.Call != "" {
		t.Errorf("want a kind that isn't known, got %+v", e)
	}
	if e = c.explain(t, ns, "deployment/web", "deployment/web"); e.Kind != "ExplanationList" || len(e.Items) == 0 {
		t.Errorf("want a list of what is named as several, got %+v", e)
	}
	c.must(t, "", "create", "configmap", "web", "-n", ns)
	if got := c.rrsa(t, "", "explain", "configmap/web", "-n", ns); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "it has no pod template") {
		t.Errorf("want an error, got %+v", got)
	}
}

// TestExplainAdmittedPod: a pod that the webhook itself has injected.
func TestExplainAdmittedPod(t *testing.T) {
	c := controlPlane(t)
	c.webhook(t)
	ns := c.namespace(t, labelInjection, "on", webhookLabel, "on")
	c.annotate(t, ns, "default", "cart-oss")
	for _, name := range []string{"cart", "bill", "desk"} { // the account is that of the others
		c.must(t, plainPod(name, "default"), "apply", "-f", "-", "-n", ns)
	}
	e := c.explain(t, ns, "pod/cart")
	if e.Verdict != "Injected" || e.Pod.State != "ok" || len(e.Pod.Differences)+len(e.Pod.Reasons) > 0 {
		t.Errorf("want an injected pod, got %+v", e)
	}
	// It is called at a URL, so that nothing says what runs it.
	if e.Webhook.Call != "called" || e.Webhook.Configuration != webhookName || codes(e.Webhook.Reasons) != "WebhookDeploymentUnknown" {
		t.Errorf("want the webhook to be called, got %+v", e.Webhook)
	}
}
