package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestNodes: what the changes make of an object's nodes, whatever stands in the way
// of an edit of its text.
func TestNodes(t *testing.T) {
	list := way("list")
	for _, tt := range []struct {
		name, in string
		changes  []Change
		want     string
	}{
		{"an alias is written out", "x: &x [a] # b\nlist: *x # c\n", []Change{{Op: Append, List: list, Entries: entries(t, "- new # ours\n")}},
			"x: [a] # b\nlist: [\n  # c\n  a, new]\n"},
		{"an anchored list", "list: &x\n- a\nx: *x\n", []Change{{Op: Append, List: list, Entries: entries(t, "- new # ours\n")}},
			"list:\n- a\n- new # ours\nx:\n- a\n"},
		{"null, with a comment", "list: ~ # none\na: b\n", []Change{{Op: Append, List: list, Entries: entries(t, "- new # ours\n")}},
			"list:\n# none\n- new # ours\na: b\n"},
		{"twice to what isn't there", "a: b\n", []Change{{Op: Append, List: list, Entries: entries(t, "- c\n")}, {Op: Append, List: list, Entries: entries(t, "- d\n")}},
			"a: b\nlist:\n- c\n- d\n"},
		{"the first of a flow list goes", "list: [a, b, c]\n", []Change{{Op: Remove, List: list, Index: 0}}, "list: [b, c]\n"},
		{"indexes are those from before", "list: [a, b, c]\n", []Change{{Op: Remove, List: list, Index: 0}, {Op: Remove, List: list, Index: 2}, {Op: Replace, List: list, Index: 1, Entries: entries(t, "- new\n")}}, "list: [new]\n"},
		{"an entry that isn't there", "list: [a]\n", []Change{{Op: Remove, List: list, Index: 7}}, "list: [a]\n"},
		{"a list that isn't there", "a: b\n", []Change{{Op: Drop, List: list}}, "a: b\n"},
		{"a key goes", "a: b\nlist: [c]\n", []Change{{Op: Drop, List: list}}, "a: b\n"},
		{"an empty list comes back, and its mark goes", "list: # ours was: \" []\"\n- a\n", []Change{{Op: Empty, List: list, Text: " []", Keep: mark}}, "list: []\n"},
		{"null comes back", "list: [a]\n", []Change{{Op: Empty, List: list, Text: " ~"}}, "list: ~\n"},
		{"an empty list where none is", "a: b\n", []Change{{Op: Empty, List: list, Text: " []"}}, "a: b\nlist: []\n"},
		{"a value and its mark", "list:\n- name: a\n  value: &x b # c\n- *x\n", []Change{{Op: SetValue, List: list, Text: "new", Keep: mark}},
			"list:\n- name: a\n  value: new # c # ours was: \"value: b\"\n- b\n"},
		{"a value and a valueFrom", "list:\n- name: a\n  value: b\n  # c\n  valueFrom: {d: e}\n  f: g\n", []Change{{Op: SetValue, List: list, Text: "new", Keep: mark}},
			"list:\n- name: a\n  value: new # ours was: \"value: b, valueFrom: {d: e}\"\n  f: g\n"},
		{"another value of ours", "list:\n- name: a\n  value: b # ours was: \"\"\n", []Change{{Op: SetValue, List: list, Text: "new"}},
			"list:\n- name: a\n  value: new # ours was: \"\"\n"},
		{"a value in flow style", "list: [{name: a}]\n", []Change{{Op: SetValue, List: list, Text: "new", Keep: mark}}, "list: [{name: a, value: new}]\n"},
		{"nothing is put back", "list:\n- name: a\n  value: b\n", []Change{{Op: PutBack, List: list, Keep: mark}}, "list:\n- name: a\n"},
		{"both are put back", "list:\n- name: a\n  value: b\n", []Change{{Op: PutBack, List: list, Text: "value: c, valueFrom: {d: e}", Keep: mark}}, "list:\n- name: a\n  value: c\n  valueFrom: {d: e}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, tt.in)
			before := shapes(o.Node)
			got, err := Nodes(o, tt.changes)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, encoded(t, got)); diff != "" {
				t.Errorf("nodes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, shapes(o.Node)); diff != "" {
				t.Errorf("the object changes (-before +after):\n%s", diff)
			}
			again, err := Nodes(o, tt.changes)
			if diff := cmp.Diff(encoded(t, got), encoded(t, again)); err != nil || diff != "" {
				t.Errorf("a second time (-first +second):\n%s%v", diff, err)
			}
		})
	}
}

// TestNodesErrors: a way that leads nowhere, and what can't be written out.
func TestNodesErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, list, want string }{
		{"a word on the way", "a: b\n", "a.list", "it can't be told from the text where to edit it: a.list"},
		{"a key that isn't there", "a: b\n", "c.list", "it can't be told from the text where to edit it: c.list"},
		{"an entry that isn't there", "a: [b]\n", "a.3.list", "it can't be told from the text where to edit it: a[3].list"},
		{"an alias that holds itself", "a: &x [*x]\n", "list", "YAML aliases expand to too much"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n, err := Nodes(object(t, tt.in), []Change{{Op: Append, List: way(tt.list)}}); err == nil || err.Error() != tt.want {
				t.Errorf("want %q, got %v and %v", tt.want, err, n)
			}
		})
	}
}

// TestWithout leaves out entries by their indexes.
func TestWithout(t *testing.T) {
	list := []string{"a", "b", "c"}
	got := [][]string{Without(list, nil), Without(list, []int{1}), Without(list, []int{2, 0}), Without(list, []int{0, 1, 2})}
	if diff := cmp.Diff([][]string{{"a", "b", "c"}, {"a", "c"}, {"b"}, nil}, got); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, list); diff != "" {
		t.Errorf("the list itself (-want +got):\n%s", diff)
	}
}

// TestMemo: text that was written before is written again only where it is the same.
func TestMemo(t *testing.T) {
	in := "a:\n- b: c\n  list:\n  - x\n- d: e\n  list:\n    -   x\n- f: g\n"
	shared := []*yaml.Node{entries(t, "- name: v\n  z: [w]\n")[0]}
	var changes []Change
	for _, at := range []string{"a.0.list", "a.1.list", "a.2.list"} {
		changes = append(changes, Change{Op: Append, List: way(at), Entries: shared, Keep: mark})
	}
	got, err := splice(t, in, changes)
	want := "a:\n- b: c\n  list:\n  - x\n  - name: v\n    z:\n    - w\n- d: e\n  list:\n    -   x\n    -   name: v\n        z:\n          -   w\n- f: g\n  list:\n  - name: v\n    z:\n    - w\n"
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("text (-want +got):\n%s%v", diff, err)
	}
}
