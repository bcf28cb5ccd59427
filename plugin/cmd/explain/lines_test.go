package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// TestPodsText: pods are counted by state, and one line says all that are so for one cause.
func TestPodsText(t *testing.T) {
	p := &cliapi.Pods{
		States: map[rrsa.State]int{rrsa.StateOK: 3, rrsa.StateMissing: 40, rrsa.StateStale: 1}, More: true,
		Groups: []cliapi.PodGroup{
			{State: rrsa.StateMissing, Cause: cliapi.Cause{Code: rrsa.CodeInjectionMissing, Message: "none"}, Pods: 40, Example: "web-1"},
			{State: rrsa.StateStale, Cause: cliapi.Cause{Code: rrsa.CodeInjectionStale, Message: "old"}, Pods: 1, Example: "web-2"},
		},
	}
	for want, p := range map[string]*cliapi.Pods{
		"  pods: 40 missing, 1 stale, 3 ok, and others that were not looked at\n" +
			"    40 pods, such as pod/web-1: missing: InjectionMissing: none\n    pod/web-2: stale: InjectionStale: old\n": p,
		"  pods: not known\n    NotReadable (info): no\n": {Reasons: []cliapi.Reason{{Code: cluster.CodeNotReadable, Severity: rrsa.Info, Message: "no"}}},
	} {
		var b strings.Builder
		writePods(&b, p)
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("text (-want +got):\n%s", diff)
		}
	}
}
