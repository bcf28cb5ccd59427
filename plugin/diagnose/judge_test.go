package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// edit is a change of the webhook or the pod under test.
type edit func(*Hook, *Target)

// newHook is a webhook as the component has it, which is ready.
func newHook() Hook {
	ignore := admissionregistrationv1.Ignore
	return Hook{
		Configuration: WebhookName,
		MutatingWebhook: admissionregistrationv1.MutatingWebhook{
			Name: "pods", FailurePolicy: &ignore, NamespaceSelector: &metav1.LabelSelector{}, ObjectSelector: &metav1.LabelSelector{},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		},
		Deployment: Deployment{NamespacedName: types.NamespacedName{Namespace: WebhookNamespace, Name: WebhookName}, Found: true, Ready: 1, Replicas: 2},
	}
}

func inNamespaces(s metav1.LabelSelector) edit {
	return func(h *Hook, _ *Target) { h.NamespaceSelector = &s }
}

func onPods(s metav1.LabelSelector) edit { return func(h *Hook, _ *Target) { h.ObjectSelector = &s } }

func rule(change func(*admissionregistrationv1.RuleWithOperations)) edit {
	return func(h *Hook, _ *Target) { change(&h.Rules[0]) }
}

func equals(key, value string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
}

func expression(key string, op metav1.LabelSelectorOperator, values ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: op, Values: values}}}
}

// judged is what most rows compare.
type judged struct {
	Call     Call
	Code     rrsa.Code
	Blocking bool
	Field    string
}

func judgedOf(j Judgement) []judged {
	if len(j.Findings) == 0 {
		return []judged{{Call: j.Call}}
	}
	var out []judged
	for _, f := range j.Findings {
		out = append(out, judged{j.Call, f.Code, f.Blocking, f.Field})
	}
	return out
}

func TestJudge(t *testing.T) {
	called := judged{Call: Called}
	skipsNamespace := judged{Skipped, CodeWebhookSkipsNamespace, true, "webhooks[0].namespaceSelector"}
	skipsPod := judged{Skipped, CodeWebhookSkipsPod, true, "webhooks[0].objectSelector"}
	missesPods := judged{Skipped, CodeWebhookRulesMissPods, true, "webhooks[0].rules"}
	noNamespace := func(_ *Hook, p *Target) { p.NamespaceKnown, p.NamespaceLabels = false, nil }
	for _, tt := range []struct {
		name  string
		edits []edit
		want  judged
	}{
		{"as it comes", nil, called},
		{"no selectors at all", []edit{func(h *Hook, _ *Target) { h.NamespaceSelector, h.ObjectSelector = nil, nil }}, called},

		{"the namespace's label", []edit{inNamespaces(equals("team", "cart"))}, called},
		{"another value", []edit{inNamespaces(equals("team", "bill"))}, skipsNamespace},
		{"a label that it lacks", []edit{inNamespaces(expression("zone", metav1.LabelSelectorOpExists))}, skipsNamespace},
		{"one of several values", []edit{inNamespaces(expression("team", metav1.LabelSelectorOpIn, "bill", "cart"))}, called},
		{"all but it, by the label of each namespace", []edit{inNamespaces(expression("kubernetes.io/metadata.name", metav1.LabelSelectorOpNotIn, "shop"))}, skipsNamespace},
		{"all but others", []edit{inNamespaces(expression("kubernetes.io/metadata.name", metav1.LabelSelectorOpNotIn, "kube-system"))}, called},
		{"labels that aren't known", []edit{noNamespace, inNamespaces(equals("team", "cart"))},
			judged{CallUnknown, CodeWebhookNamespaceUnknown, false, "webhooks[0].namespaceSelector"}},
		{"labels that aren't known and don't matter", []edit{noNamespace}, called},
		{"labels that aren't known, and the pod's say no", []edit{noNamespace, inNamespaces(equals("team", "cart")), onPods(equals("app", "x"))}, skipsPod},
		{"a selector that can't be read", []edit{inNamespaces(expression("team", "Near"))},
			judged{CallUnknown, CodeWebhookNotReadable, false, "webhooks[0].namespaceSelector"}},

		{"the pod's label", []edit{onPods(equals("app", "cart"))}, called},
		{"another pod's", []edit{onPods(equals("app", "x"))}, skipsPod},
		{"an opt-out", []edit{onPods(expression("app", metav1.LabelSelectorOpDoesNotExist))}, skipsPod},
		{"a pod without labels", []edit{func(_ *Hook, p *Target) { p.Labels = nil }, onPods(expression("x", metav1.LabelSelectorOpDoesNotExist))}, called},

		{"no rules", []edit{func(h *Hook, _ *Target) { h.Rules = nil }}, missesPods},
		{"updates alone", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) {
			r.Operations = []admissionregistrationv1.OperationType{admissionregistrationv1.Update}
		})}, missesPods},
		{"all operations", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) {
			r.Operations = []admissionregistrationv1.OperationType{admissionregistrationv1.OperationAll}
		})}, called},
		{"another group", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.APIGroups = []string{"apps"} })}, missesPods},
		{"all groups", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.APIGroups = []string{"*"} })}, called},
		{"another version", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.APIVersions = []string{"v2"} })}, missesPods},
		{"all versions", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.APIVersions = []string{"*"} })}, called},
		{"a subresource alone", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) {
			r.Resources = []string{"pods/binding", "*/status"}
		})}, missesPods},
		{"pods and their subresources", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.Resources = []string{"pods/*"} })}, called},
		{"everything", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) { r.Resources = []string{"*/*"} })}, called},
		{"what is in no namespace", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) {
			scope := admissionregistrationv1.ClusterScope
			r.Scope = &scope
		})}, missesPods},
		{"what is in namespaces", []edit{rule(func(r *admissionregistrationv1.RuleWithOperations) {
			scope := admissionregistrationv1.NamespacedScope
			r.Scope = &scope
		})}, called},
		{"each field in another rule", []edit{func(h *Hook, _ *Target) {
			other := *h.Rules[0].DeepCopy()
			h.Rules[0].Resources = []string{"services"}
			other.Operations = []admissionregistrationv1.OperationType{admissionregistrationv1.Delete}
			h.Rules = append(h.Rules, other)
		}}, missesPods},
		{"the second of two rules", []edit{func(h *Hook, _ *Target) {
			h.Rules = append(h.Rules, *h.Rules[0].DeepCopy())
			h.Rules[0].Resources = []string{"services"}
		}}, called},

		{"conditions", []edit{func(h *Hook, _ *Target) {
			h.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "ours", Expression: "true"}}
		}}, judged{CallUnknown, CodeWebhookConditionsNotJudged, false, "webhooks[0].matchConditions"}},
		{"conditions, and a selector that says no", []edit{onPods(equals("app", "x")), func(h *Hook, _ *Target) {
			h.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "ours", Expression: "true"}}
		}}, skipsPod},

		{"no pod is ready", []edit{func(h *Hook, _ *Target) { h.Deployment.Ready = 0 }}, judged{Called, CodeWebhookNotReady, true, ""}},
		{"no pod is ready, and it isn't called", []edit{onPods(equals("app", "x")), func(h *Hook, _ *Target) { h.Deployment.Ready = 0 }}, skipsPod},
		{"no Deployment", []edit{func(h *Hook, _ *Target) { h.Deployment.Found = false }}, judged{Called, CodeWebhookDeploymentUnknown, false, "webhooks[0].clientConfig"}},
		{"a version with the same rules", []edit{func(h *Hook, _ *Target) { h.Deployment.Version = rrsa.LatestVersion }}, called},
		{"a version with other rules", []edit{func(h *Hook, _ *Target) { h.Deployment.Version = "0.3.1" }}, judged{Called, CodeWebhookVersionDiffers, false, ""}},
		{"a version before the first", []edit{func(h *Hook, _ *Target) { h.Deployment.Version = "0.0.1" }}, called},
		{"a Deployment that can't be read", []edit{func(h *Hook, _ *Target) { h.Deployment.Found, h.Deployment.Unreadable = false, "forbidden" }},
			judged{Called, CodeWebhookNotReadable, false, ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHook()
			target := Target{Namespace: "shop", NamespaceKnown: true, NamespaceLabels: map[string]string{"team": "cart"}, Labels: map[string]string{"app": "cart"}}
			for _, e := range tt.edits {
				e(&h, &target)
			}
			got := (&Webhook{Hooks: []Hook{h}}).Judge(target, rrsa.LatestVersion)
			if diff := cmp.Diff([]judged{tt.want}, judgedOf(got)); diff != "" {
				t.Errorf("judgement (-want +got):\n%s\n%+v", diff, got.Findings)
			}
		})
	}
}

// TestJudgeSeveral: one webhook that is called is enough; else one of which that
// isn't known counts.
func TestJudgeSeveral(t *testing.T) {
	target := Target{Namespace: "shop", NamespaceKnown: true, Labels: map[string]string{"app": "cart"}}
	byNamespace, byPod, unclear := newHook(), newHook(), newHook()
	byNamespace.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{rrsa.InjectionKey: "on"}}
	byPod.ObjectSelector, byPod.Index = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "cart"}}, 1
	unclear.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "ours"}}
	other := byPod
	other.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "x"}}
	for _, tt := range []struct {
		name  string
		hooks []Hook
		want  []judged
	}{
		{"none", nil, []judged{{Skipped, CodeWebhookNotInstalled, true, ""}}},
		{"the second is called", []Hook{byNamespace, byPod}, []judged{{Call: Called}}},
		{"the first is called", []Hook{byPod, unclear}, []judged{{Call: Called}}},
		{"the second may be", []Hook{byNamespace, unclear}, []judged{{CallUnknown, CodeWebhookConditionsNotJudged, false, "webhooks[0].matchConditions"}}},
		{"neither is", []Hook{byNamespace, other}, []judged{
			{Skipped, CodeWebhookSkipsNamespace, true, "webhooks[0].namespaceSelector"}, {Skipped, CodeWebhookSkipsPod, true, "webhooks[1].objectSelector"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, judgedOf((&Webhook{Hooks: tt.hooks}).Judge(target, rrsa.LatestVersion))); diff != "" {
				t.Errorf("judgement (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("not readable", func(t *testing.T) {
		got := judgedOf((&Webhook{Unreadable: "forbidden"}).Judge(target, rrsa.LatestVersion))
		if diff := cmp.Diff([]judged{{CallUnknown, CodeWebhookNotReadable, false, ""}}, got); diff != "" {
			t.Errorf("judgement (-want +got):\n%s", diff)
		}
	})
}

// TestReadiness: what comes of a webhook that is down depends on its failurePolicy.
func TestReadiness(t *testing.T) {
	h := newHook()
	h.Deployment.Ready = 0
	const start = `none of 2 pods of the Deployment "kube-system/ack-pod-identity-webhook" is ready: `
	var got []string
	for _, f := range h.Readiness() {
		got = append(got, f.Object, f.Message)
	}
	h.FailurePolicy = nil // which is Fail
	for _, f := range h.Readiness() {
		got = append(got, f.Object, f.Message)
	}
	want := []string{
		"deployment/ack-pod-identity-webhook", start + "pods start without credentials meanwhile, as its failurePolicy is Ignore",
		"deployment/ack-pod-identity-webhook", start + "pods that it selects can't be created meanwhile, as its failurePolicy is Fail",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
