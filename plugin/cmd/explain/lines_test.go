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
