package e2e

import (
	"errors"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
)

// TestPolicyAndWebhook: where both are there, a pod is judged by what comes of both, one after
// the other.
func TestPolicyAndWebhook(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	l.apply(t, "shop", 0, strings.ReplaceAll(enabled, "NAMESPACE", "shop"))
	l.apply(t, "alone", 0, strings.ReplaceAll(strings.ReplaceAll(enabled, "NAMESPACE", "alone"), `, WEBHOOK: "on"`, ""))
	l.puts(t, policySettings())
	l.gets(t, "alone", 6)
	l.gets(t, "shop", 6)
	t.Run("same settings", func(t *testing.T) { testBothAlike(t, l) })
	t.Run("other settings", func(t *testing.T) { testBothDiffer(t, l) })
	t.Run("not ready", func(t *testing.T) { testBothDown(t, l) })
}

func testBothAlike(t *testing.T, l *live) {
	got := l.checks(t, nil, "-n", "shop")
	for name, says := range map[string]string{
		"policy-settings": "both act, with the same settings", "policy-selects": "2 of 2 Namespaces", "webhook-selects": "1 of 2 Namespaces",
		"injection": "that is planned, by the policy and the webhook",
	} {
		if !strings.Contains(got.of(t, name), says) {
			t.Errorf("want %q, got %s", says, got.of(t, name))
		}
	}
	if !strings.Contains(got.of(t, "webhook-selects"), "left to the policy: alone") {
		t.Error(got.of(t, "webhook-selects"))
	}
	l.deploy(t, "shop", "cart", 1)
	l.deploy(t, "alone", "cart", 1)
	l.explained(t, "deployment/cart", "shop", "pods: 1 ok", "\n  policy: acts; ", "\n  webhook: called; ")
	l.explained(t, "deployment/cart", "alone", "pods: 1 ok", "\n  policy: acts; ", "\n  webhook: not called; ", "WebhookSkipsNamespace (warning): ")
	if got := l.rrsa(t, "", "audit", "-A"); got.code != 0 || !strings.Contains(got.stdout, ", and the webhook gets them after it\n") {
		t.Errorf("want both, and nothing wrong, got %+v", got)
	}
	for ns, says := range map[string]string{"shop": "): the policy and the webhook make the same pod\n", "alone": "): the policy makes the same pod\n"} {
		if got := l.rrsa(t, deploymentYAML(ns, "new", "good"), "preview", "--dry-run=server", "-"); got.code != 0 || !strings.Contains(got.stderr, says) {
			t.Errorf("want %q, got %+v", says, got)
		}
	}
}

func testBothDiffer(t *testing.T, l *live) {
	nextSecond() // the pods of cart are older than this policy
	l.puts(t, policySettings(func(s *admissionpolicy.Settings) { s.Config.WebhookVersion = "0.3.1" }))
	l.gets(t, "alone", 3)
	l.gets(t, "shop", 6) // three of them by the webhook
	got := l.checks(t, map[string]string{"policy-settings": "warning"}, "-n", "shop")
	if said := got.of(t, "policy-settings"); !strings.Contains(said, "it injects first, and the webhook adds") || !strings.Contains(said, "webhookVersion: the policy has 0.3.1, and 0.4.2 is in force") {
		t.Error(said)
	}
	l.deploy(t, "shop", "more", 2)
	l.deploy(t, "alone", "fewer", 2)
	l.asks(t, symptom{"", "shop", "deployment/more", "more", "ok", "", "", "", false})
	l.asks(t, symptom{"", "alone", "deployment/fewer", "fewer", "ok", "", "", "", false})
	l.asks(t, symptom{"made by another policy", "alone", "deployment/cart", "cart", "stale", "PolicyNewer", "kubectl rollout restart deployment/cart -n alone", "fixes", true})

	// What the policy has put in wins.
	l.puts(t, policySettings(func(s *admissionpolicy.Settings) { s.Config.Region = "cn-beijing" }))
	eventually(t, "the other region", func() error {
		if got := l.kubectl(t, "run", "any", "--image=any", "-n", "shop", "--dry-run=server", "-o", "json", `--overrides={"spec":{"serviceAccountName":"good"}}`); !strings.Contains(got.stdout, `"cn-beijing"`) {
			return errors.New("it isn't there")
		}
		return nil
	})
	l.deploy(t, "shop", "region", 3)
	l.explained(t, "deployment/region", "shop", "PolicySettingsDiffer")
	preview := l.rrsa(t, deploymentYAML("shop", "new", "good"), "preview", "--dry-run=server", "-")
	if preview.code != 1 || !strings.Contains(preview.stderr, `differs from the policy and the webhook: spec.containers[app].env[ALIBABA_CLOUD_STS_REGION]: cluster "cn-beijing", ours "cn-hangzhou"`) {
		t.Errorf("want what comes of both, got %+v", preview)
	}
}

func testBothDown(t *testing.T, l *live) {
	late := func(ns string, pods int) {
		l.apply(t, ns, pods, strings.ReplaceAll(`
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: NS, labels: {a: b}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: late, namespace: NS}, spec: {selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}}`, "NS", ns))
		nextSecond()
		l.annotate(t, ns, "late", "late-role")
	}
	l.puts(t, policySettings())
	l.gets(t, "alone", 6)
	late("shop", 4)
	l.hold(t, true)
	defer l.hold(t, false)
	s := symptom{"", "shop", "deployment/late", "late", "missing", "RoleNameMaybeNewer", "kubectl rollout restart deployment/late -n shop", "fixes", true}
	l.asks(t, s)
	l.explained(t, "deployment/late", "shop", "\n  policy: acts; ", "WebhookNotReady (warning): ")
	l.checks(t, map[string]string{"webhook-ready": "failed"}, "-n", "shop")

	// The policy alone makes less of a pod than both.
	l.puts(t, policySettings(func(s *admissionpolicy.Settings) { s.Config.WebhookVersion = "0.3.1" }))
	l.gets(t, "alone", 3)
	s.outcome, s.command, s.next, s.code = "does-not-fix", false, "kubectl describe deployment "+webhookApp, "RoleNameMaybeNewer"
	l.asks(t, s)

	l.puts(t, policySettings())
	l.gets(t, "alone", 6)
	l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.FailurePolicy = new(admissionregistrationv1.Fail) })
	defer l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
		h.FailurePolicy = new(admissionregistrationv1.Ignore)
	})
	s.code = "WebhookNotReady"
	l.asks(t, s)
	if got := l.rrsa(t, "", "audit", "-n", "shop", "--fail-on", "WebhookNotReady"); got.code != 1 || !strings.Contains(got.stdout, "pods that it selects can't be created meanwhile") {
		t.Errorf("want the webhook to be a fault, got %+v", got)
	}
}
