package yamledit

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// TestShared: what an anchor, an alias, a merge key or a tag may share is left alone,
// and the error says where it is.
func TestShared(t *testing.T) {
	add := Change{Op: Append, List: way("spec.items.0.list"), Entries: entries(t, "- new\n")}
	for _, tt := range []struct {
		name, in string
		change   Change
		want     string
	}{
		{"an anchor on the way", "spec: &x\n  items:\n  - list: [a]\n", add, "an anchor is on the way to spec.items[0].list"},
		{"an anchored entry", "spec:\n  items:\n  - &x\n    list: [a]\n", add, "an anchor is on the way to spec.items[0].list"},
		{"an alias on the way", "x: &x\n- list: [a]\nspec:\n  items: *x\n", add, "an alias is on the way to spec.items[0].list"},
		{"an anchored list", "spec:\n  items:\n  - list: &x [a]\n", add, "an anchor is on the way to spec.items[0].list"},
		{"an anchored empty list", "spec:\n  items:\n  - list: &x []\n", add, "an anchor is on the way to spec.items[0].list"},
		{"an alias of a list", "x: &x [a]\nspec:\n  items:\n  - list: *x\n", add, "an alias is on the way to spec.items[0].list"},
		{"a list by a merge key", "x: &x {list: [a]}\nspec:\n  items:\n  - <<: *x\n", add, "a merge key is on the way to spec.items[0].list"},
		{"a tagged list", "spec:\n  items:\n  - list: !!seq [a]\n", add, "a tag is on the way to spec.items[0].list"},
		{"a tag on the way", "spec: !!map\n  items:\n  - list: [a]\n", add, "a tag is on the way to spec.items[0].list"},
		{"a list that isn't there", "spec:\n  items:\n  - list: [a]\n", Change{Op: Append, List: way("spec.items.1.list")}, "it can't be told from the text where to edit it: spec.items[1].list"},
		{"a key that isn't there", "spec:\n  items:\n  - list: [a]\n", Change{Op: Append, List: way("spec.other.list")}, "it can't be told from the text where to edit it: spec.other.list"},
		{"a word on the way", "spec: a\n", add, "it can't be told from the text where to edit it: spec.items[0].list"},
		{"a list where a mapping is wanted", "spec:\n- a\n", Change{Op: Append, List: way("spec.list")}, "it can't be told from the text where to edit it: spec.list"},
		{"an anchored variable", "list:\n- &x\n  name: a\n  value: b\n", Change{Op: SetValue, List: way("list"), Text: "c", Keep: mark}, "an anchor is on the way to list[0]"},
		{"a variable by an alias", "x: &x {name: a}\nlist:\n- *x\n", Change{Op: SetValue, List: way("list"), Text: "c", Keep: mark}, "an alias is on the way to list[0]"},
		{"a variable with a merge key", "x: &x {name: a}\nlist:\n- <<: *x\n  value: b\n", Change{Op: SetValue, List: way("list"), Text: "c", Keep: mark}, "a merge key is on the way to list[0]"},
		{"an entry that is a word", "list:\n- a\n", Change{Op: Replace, List: way("list"), Entries: entries(t, "- new\n")}, "it can't be told from the text where to edit it: list[0]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := splice(t, tt.in, []Change{tt.change})
			if err == nil || err.Error() != tt.want {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
	o := object(t, "a: &x\n- list: [b]\n")
	o.Above, o.Node = append(o.Above, o.Node, o.Node.Content[1]), o.Node.Content[1].Content[0]
	if _, err := Splice(o, []Change{{Op: Append, List: way("list")}}, nil); err == nil || !strings.HasSuffix(err.Error(), "the list that holds it") {
		t.Errorf("want an error about the list that holds it, got %v", err)
	}
}

// TestUnclear: where the text doesn't tell, nothing is guessed.
func TestUnclear(t *testing.T) {
	change := func(op Op, index int) Change {
		return Change{Op: op, List: way("list"), Index: index, Text: "new", Keep: mark, Entries: entries(t, "- new\n")}
	}
	put := change(PutBack, 0)
	put.Text = "value: old"
	for _, tt := range []struct {
		name, in string
		changes  []Change
	}{
		{"a list that is a word", "list: a\n", []Change{change(Append, 0)}},
		{"a list whose key is complex", "? list\n: []\n", []Change{change(Append, 0)}},
		{"an explicit key that comes first", "? a\n: b\n", []Change{change(Append, 0)}},
		{"an empty list over several lines below its key", "list:\n  [\n  ]\n", []Change{change(Append, 0)}},
		{"an empty list below its key, of which nothing is kept", "list:\n  []\n", []Change{{Op: Append, List: way("list"), Entries: entries(t, "- new\n")}}},
		{"an empty list over several lines", "list: [\n  ]\n", []Change{change(Append, 0)}},
		{"an empty list with a comment in it", "list: [ # none\n  ]\n", []Change{change(Append, 0)}},
		{"a tagged empty list", "list: !!seq []\n", []Change{change(Append, 0)}},
		{"a tagged null", "list: !!null\n", []Change{change(Append, 0)}},
		{"nothing in a flow mapping", "{list: , a: b}\n", []Change{change(Append, 0)}},
		{"a flow list that ends in nothing", "list: [a: ]\n", []Change{change(Append, 0)}},
		{"a mapping without braces", "list: [a: b]\n", []Change{{Op: Append, List: way("list.0.more"), Entries: entries(t, "- new\n")}}},
		{"a list behind a dash in a line", "list:\n- - a\n", []Change{{Op: Remove, List: way("list"), Index: 0}, {Op: Remove, List: way("list"), Index: 5}}},
		{"a comment behind the first of a flow list", "list: [a, # a\n  b]\n", []Change{change(Remove, 0)}},
		{"a comment between two of a flow list", "list: [a, # a\n  b, c]\n", []Change{change(Remove, 0), change(Remove, 1)}},
		{"all of a flow list", "list: [a, b]\n", []Change{change(Remove, 0), change(Remove, 1)}},
		{"an entry of a flow list that isn't there", "list: [a, b]\n", []Change{change(Remove, 2)}},
		{"a flow list that gets others", "list: [a, b]\n", []Change{change(Remove, 1), change(Append, 0)}},
		{"a comment in a flow list", "list: [a, # b\n  c]\n", []Change{change(Remove, 1)}},
		{"an entry that isn't there", "list:\n- a: b\n", []Change{change(Remove, 3)}},
		{"a list that isn't there", "a: b\n", []Change{change(Remove, 0)}},
		{"a key that isn't there", "a: b\n", []Change{change(Drop, 0)}},
		{"the only key", "list: [a]\n", []Change{change(Drop, 0)}},
		{"the only key in flow style", "{list: [a]}\n", []Change{change(Drop, 0)}},
		{"a list that isn't there, emptied", "a: b\n", []Change{change(Empty, 0)}},
		{"a word, emptied", "list: a\nb: c\n", []Change{change(Empty, 0)}},
		{"an entry behind its dash's line, emptied", "list:\n-\n  a: b\nb: c\n", []Change{change(Empty, 0)}},
		{"a value that isn't there, in flow style", "list: [{name: a}]\n", []Change{change(SetValue, 0)}},
		{"a value and a valueFrom", "list:\n- name: a\n  value: b\n  valueFrom: {}\n", []Change{change(SetValue, 0)}},
		{"an anchored value", "list:\n- name: a\n  value: &x b\n", []Change{change(SetValue, 0)}},
		{"a variable that isn't there", "list:\n- name: a\n", []Change{change(SetValue, 4)}},
		{"a flow entry, written anew", "list: [{name: a}]\n", []Change{change(Replace, 0)}},
		{"a value that ours doesn't replace", "list:\n- name: a\n  value:\n", []Change{{Op: SetValue, List: way("list"), Text: "new"}}},
		{"no value that ours could be", "list:\n- name: a\n", []Change{{Op: SetValue, List: way("list"), Text: "new"}}},
		{"put back where no value is", "list:\n- name: a\n", []Change{put}},
		{"put back where no mark is", "list:\n- name: a\n  value: b\n", []Change{put}},
		{"put back nothing where the value is in the first line", "list:\n- value: a # ours was: \"\"\n  name: b\n", []Change{{Op: PutBack, List: way("list"), Keep: mark}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := splice(t, tt.in, tt.changes); !errors.Is(err, yamltext.ErrUnclear) {
				t.Errorf("want %v, got %v and\n%s", yamltext.ErrUnclear, err, got)
			}
		})
	}
}

// TestSeveral: changes of several lists at once, each at its own indexes.
func TestSeveral(t *testing.T) {
	in := `
spec:
  one:
  - name: a
    env:
    - name: b
      value: c
    - name: d # ours
  two: # ours was: " []"
  - e
  three: [f, g]
`
	got, err := splice(t, in, []Change{
		{Op: SetValue, List: way("spec.one.0.env"), Index: 0, Text: "new", Keep: mark},
		{Op: Remove, List: way("spec.one.0.env"), Index: 1},
		{Op: Append, List: way("spec.one.0.mounts"), Entries: entries(t, "- m\n"), Keep: mark},
		{Op: Append, List: way("spec.three"), Entries: entries(t, "- h\n- i\n"), Keep: mark},
		{Op: Empty, List: way("spec.two"), Text: " []", Keep: mark},
		{Op: Append, List: way("spec.four"), Entries: entries(t, "- j\n"), Keep: mark},
	})
	want := `
spec:
  one:
  - name: a
    env:
    - name: b
      value: new # ours was: "value: c"
    mounts:
    - m
  two: []
  three: [f, g, "h", "i"]
  four:
  - j
`
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("text (-want +got):\n%s%v", diff, err)
	}
}
