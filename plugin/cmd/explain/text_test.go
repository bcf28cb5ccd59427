package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// TestAnswer: the lines behind the heading say why and what to do.
func TestAnswer(t *testing.T) {
	restart := &cliapi.Fix{Command: "kubectl rollout restart deployment/cart -n shop"}
	differs := cliapi.Reason{Code: rrsa.CodeInjectionMissing, Severity: rrsa.Warning, Message: "none", Hint: "recreate the pod"}
	late := cliapi.Reason{Code: cluster.CodeServiceAccountNewer, Severity: rrsa.Warning, Message: "later", Hint: "recreate the pod"}
	key := cliapi.Reason{Code: rrsa.CodeStaticAccessKey, Severity: rrsa.Warning, Message: "key", Hint: "remove it"}
	gate := cliapi.Reason{Code: rrsa.CodeNamespaceNotEnabled, Blocking: true, First: true, Message: "no label", Hint: "label it"}
	down := cliapi.Reason{Code: cluster.CodeWebhookNotReady, Severity: rrsa.Warning, Blocking: true, First: true, Message: "down", Hint: "see why, and recreate pods"}
	account := &cliapi.Surrounding{Name: "cart"}
	for _, tt := range []struct {
		name string
		e    cliapi.Explanation
		want []string
	}{
		{"a template that is injected", cliapi.Explanation{}, nil},
		{"a template that isn't", cliapi.Explanation{Reasons: []cliapi.Reason{gate}}, []string{"because NamespaceNotEnabled: no label", "next: label it"}},
		{"a pod that isn't", cliapi.Explanation{Reasons: []cliapi.Reason{gate, key}, Pod: &cliapi.Pod{State: rrsa.StateNotApplicable}},
			[]string{"because NamespaceNotEnabled: no label", "next: label it; then recreate the pod", "see also: StaticAccessKey"}},
		{"a pod that differs", cliapi.Explanation{Pod: &cliapi.Pod{State: rrsa.StateMissing, Reasons: []cliapi.Reason{differs}, Fix: restart}},
			[]string{"because InjectionMissing: none", "next: " + restart.Command}},
		{"a pod that is older", cliapi.Explanation{Pod: &cliapi.Pod{State: rrsa.StateMissing, Reasons: []cliapi.Reason{differs, late}, Fix: restart}},
			[]string{"because ServiceAccountNewer: later", "next: " + restart.Command}},
		{"a restart that the webhook would miss", cliapi.Explanation{
			Pod:     &cliapi.Pod{State: rrsa.StateMissing, Reasons: []cliapi.Reason{differs}, Fix: restart},
			Webhook: &cliapi.Webhook{Reasons: []cliapi.Reason{down}},
		}, []string{"because WebhookNotReady: down", "next: see why, and recreate pods"}},
		{"a workload whose pods are older", cliapi.Explanation{Pods: &cliapi.Pods{
			Items: []cliapi.OneOfPods{{Name: "a", State: rrsa.StateOK}, {Name: "b", State: rrsa.StateMissing, Code: differs.Code, Message: differs.Message}},
			Fix:   restart,
		}}, []string{"because InjectionMissing: none", "next: " + restart.Command}},
		{"an AccessKey beside it", cliapi.Explanation{Reasons: []cliapi.Reason{key}, Pod: &cliapi.Pod{State: rrsa.StateOK}, ServiceAccount: account},
			[]string{"because StaticAccessKey: key", "next: remove it"}},
		{"a pod that has it all", cliapi.Explanation{Pod: &cliapi.Pod{State: rrsa.StateOK}, ServiceAccount: account}, []string{
			"next: the pod has all that an injection gives; give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts cart",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			writeAnswer(&b, tt.e)
			var got []string
			for line := range strings.Lines(b.String()) {
				got = append(got, strings.TrimSpace(line))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeading(t *testing.T) {
	blocks := &cliapi.Webhook{Reasons: []cliapi.Reason{{Code: cluster.CodeWebhookSkipsPod, Blocking: true}}}
	warns := &cliapi.Webhook{Reasons: []cliapi.Reason{{Code: cluster.CodeWebhookNotReadable}}}
	for want, e := range map[string]cliapi.Explanation{
		"pod/cart: injected": {Verdict: rrsa.Injected, Webhook: warns},
		"pod/cart: injected by the rules, but not by this cluster's webhook": {Verdict: rrsa.Injected, Webhook: blocks},
		"pod/cart: not injected": {Verdict: rrsa.NotInjected, Webhook: blocks},
		"pod/cart: pods: 2 missing, 1 ok; created now: injected": {
			Verdict: rrsa.Injected, Pods: &cliapi.Pods{States: map[rrsa.State]int{rrsa.StateMissing: 2, rrsa.StateOK: 1}, Fix: &cliapi.Fix{}},
		},
		"pod/cart: stale; created now: injected": {Verdict: rrsa.Injected, Pod: &cliapi.Pod{State: rrsa.StateStale}},
	} {
		if diff := cmp.Diff(want, heading(e, "pod/cart")); diff != "" {
			t.Errorf("heading (-want +got):\n%s", diff)
		}
	}
}
