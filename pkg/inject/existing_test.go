package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestExisting: a Pod that exists is decided about as if it were created now and had
// no injection, if that is asked for, and never written into.
func TestExisting(t *testing.T) {
	const bare = podHead + "spec:\n  containers:\n  - name: a\n"
	const running = "status:\n  phase: Running\n"
	injected := withoutMarks(render(t, bare))
	_, fresh := planned(t, testInjector(), bare)
	for _, tt := range []struct {
		name, in       string
		existing, left bool
		want           rrsa.Verdict
	}{
		{"a pod to be created", bare, true, false, rrsa.Injected},
		{"one that exists", bare + running, true, true, rrsa.Injected},
		{"one that exists and is injected", injected + running, true, true, rrsa.Injected},
		{"by its node", strings.Replace(injected+"  nodeName: node-1\n", "{name: p}", "{name: p, uid: 0a1b}", 1), true, true, rrsa.Injected},
		{"by its uid alone", strings.Replace(bare, "{name: p}", "{name: p, uid: 0a1b}", 1), true, false, rrsa.Injected},
		{"what the kubelet runs", strings.Replace(bare+running, "{name: p}", "{name: p, annotations: {kubernetes.io/config.mirror: x}}", 1), true, true, rrsa.NotInjected},
		{"not asked for", injected + running, false, true, rrsa.NotInjected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := testInjector()
			in.Existing = tt.existing
			s, report := planned(t, in, tt.in)
			got := report.Templates[0]
			if got.Decision.Verdict != tt.want {
				t.Errorf("want %s, got %s: %+v", tt.want, got.Decision.Verdict, got.Decision.Reasons)
			}
			if tt.want == rrsa.Injected {
				if diff := cmp.Diff(fresh.Templates[0].Edits(), got.Edits()); diff != "" {
					t.Errorf("what a new pod gets (-want +got):\n%s", diff)
				}
			}
			if out := written(t, s, report); (out == tt.in) != tt.left {
				t.Errorf("want it left alone: %v, got\n%s", tt.left, out)
			}
		})
	}
}
