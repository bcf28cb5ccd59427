package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestDifferenceText(t *testing.T) {
	for want, d := range map[string]rrsa.Difference{
		"missing spec.volumes[x]": {Kind: rrsa.DifferenceMissing, Field: "spec.volumes[x]"},
		"missing env[A] = 1":      {Kind: rrsa.DifferenceMissing, Field: "env[A]", Want: "1"},
		"extra env[A] = 1":        {Kind: rrsa.DifferenceExtra, Field: "env[A]", Got: "1"},
		`changed env[A]: "2", and would get "1" (or the container sets it itself)`: {Kind: rrsa.DifferenceChanged, Field: "env[A]", Want: "1", Got: "2", Note: "or the container sets it itself"},
		`changed env[A]: "(valueFrom)", and would get ""`:                          {Kind: rrsa.DifferenceChanged, Field: "env[A]", Got: "(valueFrom)"},
	} {
		if diff := cmp.Diff(want, DifferenceText(d)); diff != "" {
			t.Errorf("difference (-want +got):\n%s", diff)
		}
	}
}

// TestNext: what isn't proven to help isn't told, but what proves it.
func TestNext(t *testing.T) {
	cause := Finding{Reason: rrsa.Reason{Hint: "make the pod anew"}}
	for _, tt := range []struct {
		name string
		fix  *cliapi.Fix
		want string
	}{
		{"no fix asked for", nil, "make the pod anew"},
		{"nothing to fix", &cliapi.Fix{}, "make the pod anew"},
		{"a command", &cliapi.Fix{Outcome: cliapi.FixHelps, Command: "kubectl rollout restart deployment/cart -n shop"}, "kubectl rollout restart deployment/cart -n shop"},
		{"another way", &cliapi.Fix{Outcome: cliapi.FixOtherwise, Instead: "delete it"}, "delete it"},
		{"not proven", &cliapi.Fix{Outcome: cliapi.FixUnproven, Instead: "ask for permission"}, "ask for permission"},
		{"no help", &cliapi.Fix{Outcome: cliapi.FixNot, Instead: "install it"}, "install it"},
		{"a loss", &cliapi.Fix{Outcome: cliapi.FixTakesAway, Instead: "label the namespace first"}, "label the namespace first"},
	} {
		if diff := cmp.Diff(tt.want, Next(cause, tt.fix)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestTemplateNotEnabled: pods that the rules inject have no use of it where RAM doesn't
// know the cluster's tokens.
func TestTemplateNotEnabled(t *testing.T) {
	live := Live{Faults: []Finding{{Reason: rrsa.Reason{Code: CodeRRSANotEnabled}}}}
	for verdict, want := range map[rrsa.Verdict]rrsa.Code{rrsa.Injected: CodeRRSANotEnabled, rrsa.NotInjected: rrsa.CodeNamespaceNotEnabled} {
		s := Subject{Namespace: "shop", Decision: rrsa.Decision{Verdict: verdict, Reasons: []rrsa.Reason{{Code: rrsa.CodeNamespaceNotEnabled, Blocking: true}}}}
		if got := live.Template(s, Judgement{}, true); got.Code != want {
			t.Errorf("%s: want %s, got %s", verdict, want, got.Code)
		}
	}
}
