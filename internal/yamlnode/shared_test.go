package yamlnode

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestShared: who can be edited alone, who holds an anchor, and who has something
// from elsewhere.
func TestShared(t *testing.T) {
	type answer struct{ Owned, HasAnchor, Shares bool }
	for _, tt := range []struct {
		name, text string
		want       answer
	}{
		{"a mapping", "a: {b: c}\n", answer{Owned: true}},
		{"a list", "a: [b]\n", answer{Owned: true}},
		{"a word", "a: b\n", answer{}},
		{"an empty list", "a: []\n", answer{}},
		{"a tagged list", "a: !!seq [b]\n", answer{}},
		{"an anchored list", "a: &x [b]\n", answer{HasAnchor: true}},
		{"an anchor within", "a: [&x b]\n", answer{Owned: true, HasAnchor: true}},
		{"an anchored word", "a: &x b\n", answer{HasAnchor: true}},
		{"an alias", "b: &x [c]\na: *x\n", answer{Shares: true}},
		{"an alias within", "b: &x c\na: [*x]\n", answer{Owned: true, Shares: true}},
		{"a merge key", "b: &x {c: d}\na: {<<: *x}\n", answer{Owned: true, Shares: true}},
		{"a merge key of what is written there", "a: {<<: {b: c}}\n", answer{Owned: true, Shares: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, n := Pair(parsed(t, tt.text), "a")
			if diff := cmp.Diff(tt.want, answer{Owned(n), HasAnchor(n), Shares(n)}); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
	if Owned(nil) {
		t.Error("what isn't there can't be edited")
	}
}

// TestNeededBy: an alias outside of a part, for something in the part.
func TestNeededBy(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"no alias", "a: &x [b]\nc: d\n", false},
		{"an alias of it", "a: &x [b]\nc: *x\n", true},
		{"an alias of something in it", "a: [&x b]\nc: [d, *x]\n", true},
		{"an alias within it", "a: [&x b, *x]\nc: d\n", false},
		{"an alias within it, of something outside", "c: &x d\na: [*x]\n", false},
		{"a merge key", "a: {b: &x {c: d}}\ne: {<<: *x}\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := parsed(t, tt.text)
			_, part := Pair(root, "a")
			if got := NeededBy(root, part); (got != nil) != tt.want {
				t.Errorf("NeededBy is %v", got)
			}
		})
	}
}

// TestDeref: an alias that holds itself leads nowhere.
func TestDeref(t *testing.T) {
	loop := &yaml.Node{Kind: yaml.AliasNode}
	loop.Alias = loop
	if Deref(loop) != nil || Deref(nil) != nil || !IsNull(loop) {
		t.Error("an alias without an end stands for something")
	}
}
