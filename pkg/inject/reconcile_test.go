package inject

import (
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// TestRuntimeIDs takes marks out of what kpt sends. The annotations by which it
// would copy them back go with them, and only these, and only then.
func TestRuntimeIDs(t *testing.T) {
	const (
		id     = "internal.config.kubernetes.io/id"
		legacy = "config.k8s.io/id"
		entry  = "      - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa\n        value: v\n"
		mine   = "      - name: MINE\n        value: v\n"
	)
	for _, c := range []struct {
		name, annotations, env, want string
		encoded                      bool
	}{
		{"block", "\n      a: b\n      " + id + ": '1'\n      " + legacy + ": '1'\n", entry + mine, "\n      a: b\n", false},
		{"block, not last", "\n      a: b\n      " + id + ": '1' # kpt's\n      z: b\n", entry + mine, "\n      a: b\n      z: b\n", false},
		{"flow", " {a: b, " + id + ": '1', " + legacy + ": \"1\"}\n", entry + mine, " {a: b}\n", false},
		{"flow, not last", " {a: b, " + id + ": '1', z: b}\n", entry + mine, " {a: b, z: b}\n", false},
		{"first", "\n      " + id + ": '1'\n      a: b\n", entry + mine, "\n      a: b\n", false},
		{"an anchor", " &all\n      a: b\n      " + id + ": '1'\n", entry + mine, "\n      a: b\n", true},
		{"no mark", "\n      a: b\n      " + id + ": '1'\n", mine, "\n      a: b\n      " + id + ": '1'\n", false},
		{"none", "\n      a: b\n", entry + mine, "\n      a: b\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := func(annotations, env string) string {
				return "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p\n    annotations:" + annotations +
					"  spec:\n    containers:\n    - name: app\n      env:\n" + env
			}
			l, err := manifest.ParseResourceList([]byte(text(c.annotations, c.env)))
			if err != nil {
				t.Fatal(err)
			}
			in := testInjector()
			in.Remove = true
			report, err := in.Plan(l.Items())
			if err != nil {
				t.Fatal(err)
			}
			changes, err := report.Changes()
			if err != nil {
				t.Fatal(err)
			}
			encoded := false
			out, err := l.Rewrite(changes, func(rewritten []manifest.Rewritten) []*yaml.Node {
				encoded = len(rewritten) > 0
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			got, want := out.String(), text(c.want, mine)
			if encoded != c.encoded {
				t.Errorf("written anew: %v", encoded)
			}
			if encoded {
				got, want = decoded(t, got), decoded(t, want)
			}
			if got != want {
				t.Errorf("want:\n%s\ngot:\n%s", want, got)
			}
		})
	}
}

// decoded writes YAML anew, in one style.
func decoded(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	out, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
