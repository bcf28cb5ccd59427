package inject

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// TestExplicitKeys: wherever a key is written with a question mark, the pod gets what
// it gets with plain keys.
func TestExplicitKeys(t *testing.T) {
	for _, tt := range []struct{ name, explicit, plain string }{
		{"first in the pod spec", "  ? serviceAccountName\n  : cart\n  containers:\n  - name: a\n", "  serviceAccountName: cart\n  containers:\n  - name: a\n"},
		{"the containers, first", "  ? containers\n  : - name: a\n      image: x\n  serviceAccountName: cart\n", "  containers:\n  - name: a\n    image: x\n  serviceAccountName: cart\n"},
		{"the containers, last", "  serviceAccountName: cart\n  ? containers\n  : - name: a\n      image: x\n", "  serviceAccountName: cart\n  containers:\n  - name: a\n    image: x\n"},
		{"first in a container", "  containers:\n  - ? name\n    : a\n    image: x\n", "  containers:\n  - name: a\n    image: x\n"},
		{"in the middle of a container", "  containers:\n  - name: a\n    ? image\n    : x\n    tty: true\n", "  containers:\n  - name: a\n    image: x\n    tty: true\n"},
		{"last in a container", "  containers:\n  - name: a\n    ? image\n    : x\n", "  containers:\n  - name: a\n    image: x\n"},
		{"variables", "  containers:\n  - name: a\n    ? env\n    : - name: A\n        value: b\n", "  containers:\n  - name: a\n    env:\n    - name: A\n      value: b\n"},
		{"an empty list", "  containers:\n  - name: a\n    ? env\n    : []\n", "  containers:\n  - name: a\n    env: []\n"},
		{"a key without a value", "  containers:\n  - name: a\n    ? env\n    image: x\n", "  containers:\n  - name: a\n    env:\n    image: x\n"},
		{"in a variable", "  containers:\n  - name: a\n    env:\n    - ? name\n      : A\n      value: b\n", "  containers:\n  - name: a\n    env:\n    - name: A\n      value: b\n"},
		{"volumes", "  ? volumes\n  : - name: v\n      emptyDir: {}\n  containers:\n  - name: a\n", "  volumes:\n  - name: v\n    emptyDir: {}\n  containers:\n  - name: a\n"},
		{"in flow style", "  {? containers : [{? name : a}], ? tty : true}\n", "  {containers: [{name: a}], tty: true}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			injected := render(t, podWith(tt.explicit))
			var got, want any
			if err := yaml.UnmarshalStrict([]byte(injected), &got); err != nil {
				t.Fatalf("%v\n%s", err, injected)
			}
			if err := yaml.UnmarshalStrict([]byte(render(t, podWith(tt.plain))), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-plain +explicit):\n%s\n%s", diff, injected)
			}
			if again := render(t, injected); again != injected {
				t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(injected, again))
			}
		})
	}
}
