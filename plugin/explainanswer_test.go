package plugin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// TestAnswer: the lines behind the heading say why and what to do.
func TestAnswer(t *testing.T) {
	restart := &remedy{Command: "kubectl rollout restart deployment/cart -n shop"}
	differs := explainedReason{Code: rrsa.CodeInjectionMissing, Severity: rrsa.Warning, Message: "none", Hint: "recreate the pod"}
	late := explainedReason{Code: cluster.CodeServiceAccountNewer, Severity: rrsa.Warning, Message: "later", Hint: "recreate the pod"}
	key := explainedReason{Code: rrsa.CodeStaticAccessKey, Severity: rrsa.Warning, Message: "key", Hint: "remove it"}
	gate := explainedReason{Code: rrsa.CodeNamespaceNotEnabled, Blocking: true, First: true, Message: "no label", Hint: "label it"}
	down := explainedReason{Code: cluster.CodeWebhookNotReady, Severity: rrsa.Warning, Blocking: true, First: true, Message: "down", Hint: "see why, and recreate pods"}
	account := &explainedNeighbour{Name: "cart"}
	for _, tt := range []struct {
		name string
		e    explanation
		want []string
	}{
		{"a template that is injected", explanation{}, nil},
		{"a template that isn't", explanation{Reasons: []explainedReason{gate}}, []string{"because NamespaceNotEnabled: no label", "next: label it"}},
		{"a pod that isn't", explanation{Reasons: []explainedReason{gate, key}, Pod: &explainedPod{State: rrsa.StateNotApplicable}},
			[]string{"because NamespaceNotEnabled: no label", "next: label it; then recreate the pod", "see also: StaticAccessKey"}},
		{"a pod that differs", explanation{Pod: &explainedPod{State: rrsa.StateMissing, Reasons: []explainedReason{differs}, Remedy: restart}},
			[]string{"because InjectionMissing: none", "next: " + restart.Command}},
		{"a pod that is older", explanation{Pod: &explainedPod{State: rrsa.StateMissing, Reasons: []explainedReason{differs, late}, Remedy: restart}},
			[]string{"because ServiceAccountNewer: later", "next: " + restart.Command}},
		{"a restart that the webhook would miss", explanation{
			Pod:     &explainedPod{State: rrsa.StateMissing, Reasons: []explainedReason{differs}, Remedy: restart},
			Webhook: &explainedWebhook{Reasons: []explainedReason{down}},
		}, []string{"because WebhookNotReady: down", "next: see why, and recreate pods"}},
		{"a workload whose pods are older", explanation{Pods: &explainedPods{
			Items:  []explainedOfMany{{Name: "a", State: rrsa.StateOK}, {Name: "b", State: rrsa.StateMissing, Code: differs.Code, Message: differs.Message}},
			Remedy: restart,
		}}, []string{"because InjectionMissing: none", "next: " + restart.Command}},
		{"an AccessKey beside it", explanation{Reasons: []explainedReason{key}, Pod: &explainedPod{State: rrsa.StateOK}, ServiceAccount: account},
			[]string{"because StaticAccessKey: key", "next: remove it"}},
		{"a pod that has it all", explanation{Pod: &explainedPod{State: rrsa.StateOK}, ServiceAccount: account}, []string{
			"next: the pod has all that an injection gives; give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts cart",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			tt.e.writeAnswer(&b)
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
