package yamlnode

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestExpand: aliases and merge keys are written out, with what was written at them.
func TestExpand(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing to write out", "a: b # c\n", "a: b # c\n"},
		{"an alias", "a: &x\n  b: c\nd: *x\n", "a:\n  b: c\nd:\n  b: c\n"},
		{"an alias of an alias", "a: &x b\nc: &y [*x]\nd: *y\n", "a: b\nc: [b]\nd: [b]\n"},
		{"a comment at an alias of a word", "a: &x b # c\nd: *x # e\n", "a: b # c\nd: b # e\n"},
		{"a comment at an alias of a list", "a: &x\n- b\nc: *x # d\n", "a:\n- b\nc:\n# d\n- b\n"},
		{"comments at an alias of a list and at its first entry", "a: &x\n# b\n- c\nd: *x # e\n", "a:\n# b\n- c\nd:\n# e\n# b\n- c\n"},
		{"the same, at the first key of its first entry", "a: &x\n- # b\n  c: d\ne: *x # f\n", "a:\n- # b\n  c: d\ne:\n- # f\n  # b\n  c: d\n"},
		{"a merge key", "a: &x {b: c, d: e}\nf:\n  <<: *x # g\n  d: h\n", "a: {b: c, d: e}\nf:\n  # g\n  d: h\n  b: c\n"},
		{"merge keys of several", "a: &x {b: c}\nd: &y {b: e, f: g}\nh: {<<: [*x, *y]}\n", "a: {b: c}\nd: {b: e, f: g}\nh: {b: c, f: g}\n"},
		{"a merge key that brings one", "a: &x {b: c}\nd: &y {<<: *x, e: f}\ng: {<<: *y}\n", "a: {b: c}\nd: {e: f, b: c}\ng: {e: f, b: c}\n"},
		{"tags that say nothing", "a: !!map\n  b: !!seq\n  - !!str 1\n", "a:\n  b:\n  - !!str 1\n"},
		{"nothing, in flow style", "a: {b: , c: [d: ]}\n", "a: {b: null, c: [{d: null}]}\n"},
		{"nothing, in flow style by an alias", "a: &x\n  b:\nc: [*x]\n", "a:\n  b:\nc: [{b: null}]\n"},
		{"a merge key in quotes is a key", "'<<': a\n", "'<<': a\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := parsed(t, tt.text)
			before := written(t, in)
			out, err := Expand(in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(t, out)); diff != "" {
				t.Errorf("expanded (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, written(t, in)); diff != "" {
				t.Errorf("the node itself changes (-before +after):\n%s", diff)
			}
			if Shares(out) || HasAnchor(out) {
				t.Error("something is still shared")
			}
		})
	}
}

// compact writes a node with lists at their key's column, as manifests mostly are.
func compact(t *testing.T, n *yaml.Node) string {
	t.Helper()
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := errors.Join(enc.Encode(n), enc.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExpandErrors: what has no end, or more of it than an object may have, is an
// error in good time.
func TestExpandErrors(t *testing.T) {
	bomb := "a0: &a0 [b, b]\n"
	for i := range 30 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	deepMerge := "a0: &a0 {b: c}\n"
	for i := range 80 {
		deepMerge += fmt.Sprintf("a%d: &a%d {<<: *a%d}\n", i+1, i+1, i)
	}
	for _, tt := range []struct {
		name, text, want string
		line             int
	}{
		{"aliases of aliases", bomb, "YAML aliases expand to too much", 0},
		{"merges without an end", deepMerge, "merge keys are nested too deeply", 0},
		{"an alias that holds itself", "a: &x\n  b: *x\n", "YAML aliases expand to too much", 0},
		{"brackets of brackets", strings.Repeat("[", 1100) + strings.Repeat("]", 1100), "YAML aliases expand to too much", 1},
		{"a merge of a word", "a: b\n<<: c\n", "a merge key wants a mapping or a list of mappings", 2},
		{"a merge of a list of words", "<<: [c]\n", "a merge key wants a mapping or a list of mappings", 1},
		{"a key twice", "a: b\nc: d\na: e\n", `key "a" stands twice, first in line 1`, 3},
		{"a merge key behind what it brings", "a: &x {b: c}\nd:\n  b: e\n  <<: *x\n", `tools don't agree on the value of "b", which the merge key behind it brings as well: move the merge key before it`, 4},
		{"the same, with a word", "b: c\n<<: d\n", "a merge key wants a mapping or a list of mappings", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Expand(parsed(t, tt.text))
			var at *Error
			if !errors.As(err, &at) || at.Error() != tt.want || tt.line > 0 && at.Line != tt.line {
				t.Errorf("want %q in line %d, got %#v", tt.want, tt.line, err)
			}
		})
	}
}
