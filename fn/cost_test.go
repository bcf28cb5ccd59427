package fn_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/fn"
	"github.com/kubectl-rrsa/rrsa/test/packages"
)

// TestCost: the function costs a part of what the function SDK alone does, in processor
// time and in memory. What "make bench" finds on a quiet machine is a third of these
// bounds.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED with -short: the race detector has costs of its own")
	}
	exe := build(t, "./inject-rrsa")
	for _, tt := range []struct {
		name      string
		objects   []string
		cpu, peak float64 // of the SDK's
	}{
		{"Deployments", packages.Deployments(3000), 0.6, 0.25},
		{"a mixed package", packages.Mixed(6000), 0.35, 0.25},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := packages.List(tt.objects)
			out, ours := program{stdin: list, args: []string{exe}}.run(t)
			_, sdk := program{stdin: list, as: "sdk-noop"}.run(t)
			if !bytes.Contains(out, []byte("rrsa-oidc-token # inject-rrsa")) {
				t.Error("nothing is injected")
			}
			t.Logf("%d bytes: ours %+v, the SDK's %+v", len(list), ours, sdk)
			if ours.CPU > tt.cpu*sdk.CPU || ours.Peak > tt.peak*sdk.Peak {
				t.Errorf("ours is %+v, the SDK's no-op %+v; want %.2f of its processor time and %.2f of its memory", ours, sdk, tt.cpu, tt.peak)
			}
		})
	}
}

// TestOneCore: what comes out doesn't depend on how many cores there are, with and
// without errors.
func TestOneCore(t *testing.T) {
	list := packages.List(packages.Mixed(400))
	broken := strings.ReplaceAll(list, "          volumeMounts:\n          - name: config", "          volumeMounts:\n            name: config")
	for name, in := range map[string]string{"injected": list, "errors": broken} {
		t.Run(name, func(t *testing.T) {
			var outs, logs [2]string
			for i, cores := range []int{1, 8} {
				before := runtime.GOMAXPROCS(cores)
				var out, log strings.Builder
				err := fn.Run(strings.NewReader(in), &out, &log)
				runtime.GOMAXPROCS(before)
				if failed := err != nil; failed != (name == "errors") {
					t.Fatal(err)
				}
				outs[i], logs[i] = out.String(), log.String()
			}
			if diff := cmp.Diff(logs[0], logs[1]); diff != "" || outs[0] != outs[1] {
				t.Errorf("eight cores give something else than one (stderr, -one +eight):\n%s", diff)
			}
			if name == "errors" && strings.Count(logs[0], "\n") < 70 {
				t.Errorf("not all errors are told:\n%s", logs[0])
			}
		})
	}
}
