package explain

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

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

func TestDifferenceText(t *testing.T) {
	for want, d := range map[string]cliapi.Difference{
		"missing spec.volumes[x]": {Kind: rrsa.DifferenceMissing, Field: "spec.volumes[x]"},
		"missing env[A] = 1":      {Kind: rrsa.DifferenceMissing, Field: "env[A]", Want: "1"},
		"extra env[A] = 1":        {Kind: rrsa.DifferenceExtra, Field: "env[A]", Got: "1"},
		`changed env[A]: "2", and would get "1" (or the container sets it itself)`: {Kind: rrsa.DifferenceChanged, Field: "env[A]", Want: "1", Got: "2", Note: "or the container sets it itself"},
		`changed env[A]: "(valueFrom)", and would get ""`:                          {Kind: rrsa.DifferenceChanged, Field: "env[A]", Got: "(valueFrom)"},
	} {
		if diff := cmp.Diff(want, differenceText(d)); diff != "" {
			t.Errorf("difference (-want +got):\n%s", diff)
		}
	}
}

// TestPodsText: many pods are counted, and a few of those that aren't ok named.
func TestPodsText(t *testing.T) {
	p := &cliapi.Pods{States: map[rrsa.State]int{rrsa.StateOK: 3, rrsa.StateMissing: 12}, More: true}
	for i := range 15 {
		one := cliapi.OneOfPods{Name: fmt.Sprintf("web-%d", i), State: rrsa.StateMissing, Code: rrsa.CodeInjectionMissing, Message: "none"}
		if i < 3 {
			one = cliapi.OneOfPods{Name: one.Name, State: rrsa.StateOK}
		}
		p.Items = append(p.Items, one)
	}
	var b strings.Builder
	writePods(&b, p)
	var want strings.Builder
	want.WriteString("  pods: 12 missing, 3 ok, and others that were not looked at\n")
	for i := 3; i < 13; i++ {
		fmt.Fprintf(&want, "    pod/web-%d: missing: InjectionMissing: none\n", i)
	}
	want.WriteString("    2 more that are not ok: see -o yaml\n")
	if diff := cmp.Diff(want.String(), b.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	b.Reset()
	writePods(&b, &cliapi.Pods{Reasons: []cliapi.Reason{{Code: cluster.CodeNotReadable, Severity: rrsa.Info, Message: "no"}}})
	if diff := cmp.Diff("  pods: not known\n    NotReadable (info): no\n", b.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
