package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestVariableTwice: under override-env a variable that is there more than once is
// settled in one run, whatever style its entries have. A flow entry has no room for a
// mark, so a later run can't tell its value from a person's.
func TestVariableTwice(t *testing.T) {
	const block, flow = "    - name: ALIBABA_CLOUD_STS_REGION\n      value: ", "    - {name: ALIBABA_CLOUD_STS_REGION, value: "
	for _, tt := range []struct{ name, env string }{
		{"block, flow", "    env:\n" + block + "a\n" + flow + "b}\n"},
		{"flow, block", "    env:\n" + flow + "a} # the first\n" + block + "b # the second\n"},
		{"block, block", "    env:\n" + block + "a\n" + block + "b\n"},
		{"a flow list", "    env: [{name: ALIBABA_CLOUD_STS_REGION, value: a}, {name: MODE, value: x}, {name: ALIBABA_CLOUD_STS_REGION, value: b}]\n"},
		{"the last one is right", "    env:\n" + block + "a\n" + block + "cn-hangzhou\n"},
		{"the last one is right, in flow style", "    env:\n" + block + "a\n" + flow + "cn-hangzhou}\n"},
		{"the first one is right", "    env:\n" + flow + "cn-hangzhou}\n" + block + "a\n"},
		{"three times", "    env:\n" + block + "a\n    - {name: ALIBABA_CLOUD_STS_REGION, valueFrom: {configMapKeyRef: {name: c, key: k}}}\n    - name: ALIBABA_CLOUD_STS_REGION\n"},
		{"valueFrom between", "    env:\n" + flow + "a}\n    - name: ALIBABA_CLOUD_STS_REGION\n      valueFrom:\n        configMapKeyRef: {name: c, key: k}\n" + block + "cn-hangzhou\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := podHead + "spec:\n  containers:\n  - name: a\n" + tt.env
			// Its label comes, its region changes, its label goes and comes again.
			for _, step := range []struct{ override, region string }{
				{rrsa.True, "cn-hangzhou"}, {rrsa.True, "cn-beijing"}, {"", "cn-beijing"}, {rrsa.True, "cn-hangzhou"},
			} {
				in := testInjector()
				in.Lookup, in.Config.Region = everyone{override: step.override}, step.region
				run := func(text string) (string, bool) {
					s, report := planned(t, in, text)
					return written(t, s, report), report.Differs()
				}
				text, _ = run(text)
				again, differs := run(text)
				if diff := cmp.Diff(text, again); diff != "" || differs {
					t.Fatalf("override-env %q, region %s: a second run differs: %v (-first +second):\n%s", step.override, step.region, differs, diff)
				}
				if step.override == rrsa.True && strings.Count(text, "value: a\n") > 0 {
					t.Errorf("a value is left:\n%s", text)
				}
			}
		})
	}
}
