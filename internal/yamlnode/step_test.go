package yamlnode

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// parsed is the object in a text.
func parsed(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc.Content[0]
}

// written is a node as text; "nil" for none.
func written(t *testing.T, n *yaml.Node) string {
	t.Helper()
	if n == nil {
		return "nil"
	}
	out, err := yaml.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestWay: Follow sees what is written, Get what it means.
func TestWay(t *testing.T) {
	root := parsed(t, "a: &a\n  b: &list [c, {d: e}]\nf: *a\ng: {<<: *a, h: ~}\ni: [*list]\n")
	at := Way{}.To("a", "b")
	for _, tt := range []struct {
		way               Way
		name, follow, get string
	}{
		{nil, "", written(t, root), written(t, root)},
		{at, "a.b", "&list [c, {d: e}]\n", "&list [c, {d: e}]\n"},
		{at.At(0), "a.b[0]", "c\n", "c\n"},
		{at.At(1).To("d"), "a.b[1].d", "e\n", "e\n"},
		{at.At(2), "a.b[2]", "nil", "nil"},
		{at.To("x"), "a.b.x", "nil", "nil"},
		{Way{}.To("f", "b").At(0), "f.b[0]", "nil", "c\n"},
		{Way{}.To("g", "b").At(0), "g.b[0]", "nil", "c\n"},
		{Way{}.To("g", "h"), "g.h", "~\n", "nil"},
		{Way{}.To("i").At(0).At(0), "i[0][0]", "nil", "c\n"},
		{Way{}.At(0), "[0]", "nil", "nil"},
		{Way{}.To("x", "y"), "x.y", "nil", "nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.name, tt.way.String()); diff != "" {
				t.Errorf("name (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.follow, written(t, tt.way.Follow(root))); diff != "" {
				t.Errorf("Follow (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.get, written(t, tt.way.Get(root))); diff != "" {
				t.Errorf("Get (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWayIsAValue: a way that goes on leaves the one that it started from as it is.
func TestWayIsAValue(t *testing.T) {
	from := make(Way, 0, 8).To("a")
	one, two := from.To("b"), from.At(1)
	got := []string{from.String(), one.String(), two.String()}
	if diff := cmp.Diff([]string{"a", "a.b", "a[1]"}, got); diff != "" {
		t.Errorf("ways (-want +got):\n%s", diff)
	}
}
