package yamlnode

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestSize: what is written out has as many nodes as it was measured to have, and what
// has no end is more than anything.
func TestSize(t *testing.T) {
	for _, tt := range []struct {
		name, text     string
		nodes, written int
	}{
		{"nothing shared", "a: [b, c]\nd: {e: f}\n", 9, 9},
		{"an alias", "a: &x [b, c]\nd: *x\n", 9, 7},
		{"aliases of aliases", "a: &x [b, c]\nd: &y [*x, *x]\ne: [*y, *y]\n", 29, 13},
		{"a merge key", "a: &x {b: c}\nd: {<<: *x, e: f}\n", 1 + 4 + 6 + 2, 11},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := parsed(t, tt.text)
			size := (&Sizer{}).Of(n)
			if size.Nodes != tt.nodes || (&Sizer{}).Written(n).Nodes != tt.written {
				t.Errorf("%d nodes, %d written; want %d, %d", size.Nodes, (&Sizer{}).Written(n).Nodes, tt.nodes, tt.written)
			}
			out, err := Expand(n)
			if err != nil {
				t.Fatal(err)
			}
			if written := (&Sizer{}).Written(out); written.More(size) {
				t.Errorf("written out %+v, measured %+v", written, size)
			}
		})
	}
	for _, text := range []string{"a: &x [*x]\n", "a: &x {b: {<<: *x}}\n", "a: &x\n  b: &y [*x]\n  c: *y\n"} {
		if n := parsed(t, text); !(&Sizer{}).Of(n).More(Max) {
			t.Errorf("%q has an end: %+v", text, (&Sizer{}).Of(n))
		}
	}
}

// TestWeigh: what is to come is measured too, as often as it comes.
func TestWeigh(t *testing.T) {
	s := Sizer{Weigh: func(key string, v *yaml.Node) Size {
		if key != "list" {
			return Size{}
		}
		return Size{Nodes: 100 * len(v.Content)}
	}}
	n := parsed(t, "a: &x {list: [b, c]}\nd: *x\n")
	if size, written := s.Of(n), s.Written(n); size.Nodes != 1+2+2*(1+1+3+200) || written.Nodes != 1+2+(1+1+3+200)+1 {
		t.Errorf("%+v, written %+v", size, written)
	}
}

// TestMergesOfMerges: mappings that are merged over and over bring nothing new, and
// take no time.
func TestMergesOfMerges(t *testing.T) {
	const levels = 60
	text := "a0: &a0 {b: c}\n"
	for i := range levels {
		all := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", ")
		text += fmt.Sprintf("a%d: &a%d {<<: [%s], k%d: v}\n", i+1, i+1, all, i)
	}
	n := parsed(t, text)
	_, last := Pair(n, fmt.Sprintf("a%d", levels))
	pairs, err := Pairs(last)
	if err != nil || len(pairs) != 2*(levels+1) {
		t.Errorf("%d keys, %v", len(pairs)/2, err)
	}
	if GetString(last, "b") != "c" {
		t.Error("the first key isn't found in the last mapping")
	}
	if _, err := Expand(n); err != nil {
		t.Error(err)
	}
}
