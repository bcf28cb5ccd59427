package fn_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPrintable: names in a ResourceList don't steer the terminal that stderr may be,
// nor forge a line there. The results have them as they are.
func TestPrintable(t *testing.T) {
	const name, escaped = `"p\e[31m\n\rerror: fake\u202e"`, `p\x1b[31m\n\rerror: fake\u202e`
	object := func(kind, spec string) string {
		return "- apiVersion: v1\n  kind: " + kind + "\n  metadata:\n    name: " + name + "\n    annotations: {config.kubernetes.io/path: \"file\\nerror: x\\e[2J\"}\n" + spec
	}
	const containers = "  spec:\n    containers:\n    - {name: a, env: {\"\\e[31m\": x}}\n"
	const failed = "error: nothing is injected, as there are errors\n"
	for what, tt := range map[string]struct{ list, want string }{
		"an object": {
			header + "functionConfig:" + settings + "items:\n" + object("Pod", containers),
			`error: file\nerror: x\x1b[2J: v1/Pod/` + escaped + " spec.containers[0].env: reading spec.containers[0].env: want a list, got a mapping\n" + failed,
		},
		"a kind": {
			header + "functionConfig:" + settings + "items:\n" + object(`"Pod\u2066\u0085"`, containers) + "- 1\n",
			"",
		},
		"a setting": {
			header + "functionConfig:\n  apiVersion: fn.rrsa.dev/v1alpha1\n  kind: InjectRRSA\n  metadata: {name: " + name + "}\n  spec: {\"mode\\e[2J\\nerror: x\": y}\nitems: []\n",
			"",
		},
		"a value": {
			header + "functionConfig:\n  apiVersion: fn.rrsa.dev/v1alpha1\n  kind: InjectRRSA\n  metadata: {name: a}\n  spec: {mode: \"\\e[2J\\nerror: x\"}\nitems: []\n",
			"",
		},
		"no list": {"\"\\e[31m\\nkind\": x\n", ""},
		"no YAML": {"a: \"\x1b[31m", ""},
	} {
		t.Run(what, func(t *testing.T) {
			code, out, stderr := run(t, []byte(tt.list))
			if code != 1 || stderr == "" {
				t.Fatalf("want exit code 1 and a line on stderr, got %d and %q", code, stderr)
			}
			if diff := cmp.Diff(tt.want, stderr); diff != "" && tt.want != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
			for line := range strings.Lines(stderr) {
				if !strings.HasPrefix(line, "error: ") || strings.HasPrefix(line, "error: x") || strings.HasPrefix(line, "error: fake") {
					t.Errorf("a line is no error of the function: %q", line)
				}
				if strings.ContainsAny(line, "\x1b\r\u0085\u202e\u2066") {
					t.Errorf("a control character: %q", line)
				}
			}
			if what == "an object" && !strings.Contains(string(out), `name: "p\u001b[31m\n\rerror: fake`) {
				t.Errorf("the result doesn't have the name as it is:\n%s", out)
			}
		})
	}
}
