package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestAnswer: the first line says the cause, and the second what to do next.
func TestAnswer(t *testing.T) {
	const restart = "kubectl rollout restart deployment/cart -n shop"
	late := &cliapi.Cause{Code: "ServiceAccountNewer", Message: "later", Next: restart}
	gate := &cliapi.Cause{Code: rrsa.CodeNamespaceNotEnabled, Message: "no label", Next: "label it"}
	key := cliapi.Reason{Code: rrsa.CodeStaticAccessKey, Severity: rrsa.Warning, Message: "key", Hint: "remove it"}
	account := &cliapi.Surrounding{Name: "cart"}
	takes := &cliapi.Fix{Outcome: cliapi.FixTakesAway, Why: "it works", Instead: "label the namespace first"}
	for _, tt := range []struct {
		name string
		e    cliapi.Explanation
		want []string
	}{
		{"a template that is injected", cliapi.Explanation{Verdict: rrsa.Injected}, []string{"x: injected"}},
		{"a template that isn't", cliapi.Explanation{Verdict: rrsa.NotInjected, Cause: gate}, []string{"x: not injected because NamespaceNotEnabled: no label", "next: label it"}},
		{"a template that the webhook leaves alone", cliapi.Explanation{Verdict: rrsa.Injected, Cause: &cliapi.Cause{Code: "WebhookSkipsPod", Message: "skips", Next: "change"}},
			[]string{"x: injected by the rules, but WebhookSkipsPod: skips", "next: change"}},
		{"a setting that isn't known is no cause", cliapi.Explanation{
			Verdict: rrsa.Refused, Reasons: []cliapi.Reason{{Code: rrsa.CodeAccountIDUnknown, Severity: rrsa.Error, Blocking: true, First: true, Message: "unknown", Hint: "the account"}},
		}, []string{"x: refused", "next: the account"}},
		{"a pod that is older", cliapi.Explanation{Verdict: rrsa.Injected, Cause: late, Pod: &cliapi.Pod{State: rrsa.StateMissing, Fix: &cliapi.Fix{Outcome: cliapi.FixHelps, Command: restart}}},
			[]string{"x: missing because ServiceAccountNewer: later", "next: " + restart, "made now: injected"}},
		{"an orphan", cliapi.Explanation{Verdict: rrsa.NotInjected, Cause: gate, Reasons: []cliapi.Reason{key}, Pod: &cliapi.Pod{State: rrsa.StateOrphaned, Fix: takes}}, []string{
			"x: orphaned because NamespaceNotEnabled: no label", "next: label it", "made now: not injected", "a restart: it works; label the namespace first", "see also: StaticAccessKey",
		}},
		{"a workload with pods that are older", cliapi.Explanation{Verdict: rrsa.Injected, Cause: late, Pods: &cliapi.Pods{
			States: map[rrsa.State]int{rrsa.StateMissing: 40, rrsa.StateOK: 1}, Groups: []cliapi.PodGroup{{State: rrsa.StateMissing, Cause: *late, Pods: 40}},
		}}, []string{"x: pods: 40 missing, 1 ok because ServiceAccountNewer: later", "next: " + restart, "made now: injected"}},
		{"an AccessKey next to it", cliapi.Explanation{
			Verdict: rrsa.Injected, Reasons: []cliapi.Reason{key}, Pod: &cliapi.Pod{State: rrsa.StateOK}, ServiceAccount: account,
			Cause: &cliapi.Cause{Code: key.Code, Message: "key", Next: "remove it"},
		}, []string{"x: ok, but StaticAccessKey: key", "next: remove it", "made now: injected"}},
		{"a pod that has it all", cliapi.Explanation{Verdict: rrsa.Injected, Pod: &cliapi.Pod{State: rrsa.StateOK}, ServiceAccount: account}, []string{
			"x: ok: it has all that an injection gives",
			"next: give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts cart",
			"made now: injected",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(heading(tt.e, "x") + "\n")
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
