package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// TestMark: a mark is a comment at the end of one of an entry's lines, and nothing
// that only looks like one.
func TestMark(t *testing.T) {
	none := Mark{}
	replaced := func(was string, line int) Mark { return Mark{Replaced: true, Was: was, Line: line} }
	for _, tt := range []struct {
		name, in string
		want     Mark
	}{
		{"behind a value", "- name: a # ours\n", Mark{Line: 1}},
		{"behind another comment", "- name: a # mine # ours\n", Mark{Line: 1}},
		{"behind the second value", "- name: a\n  value: b # ours \t\n", Mark{Line: 2}},
		{"behind a key with its value below", "- name: a\n  from: # ours\n    b: c\n", Mark{Line: 2}},
		{"in a mapping below", "- name: a\n  from:\n    b: c # ours\n", Mark{Line: 3}},
		{"that keeps something", `- name: a # ours was: "value: \"b\"\n"` + "\n", replaced("value: \"b\"\n", 1)},
		{"that keeps nothing", `- name: a # ours was: ""` + "\n", replaced("", 1)},
		{"behind one that is broken", `- name: a # ours was: x # ours was: "b"` + "\n", replaced("b", 1)},
		{"the first of two", "- name: a # ours\n  value: b # ours was: \"c\"\n", Mark{Line: 1}},
		{"above", "# ours\n- name: a\n", none},
		{"below", "- name: a\n# ours\n- b: c\n", none},
		{"with more behind it", "- name: a # ours, really\n", none},
		{"of another", "- name: a # oursbut\n", none},
		{"without a blank", "- name: a# ours\n", none},
		{"in quotes", "- name: \"a # ours\"\n", none},
		{"in a word in single quotes", "- name: 'a # ours' # mine\n", none},
		{"in a literal", "- name: |\n    a # ours\n", none},
		{"in the header of a literal", "- name: | # ours\n    a\n", none},
		{"that keeps what is in other quotes", "- name: a # ours was: `b`\n", none},
		{"that keeps what has no end", "- name: a # ours was: \"b\n", none},
		{"that keeps two things", `- name: a # ours was: "b" "c"` + "\n", none},
		{"in an entry that is no mapping", "- a # ours\n", none},
		{"behind an alias", "- x: &x b\n  name: *x # ours\n", none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, tt.in)
			got, ok := o.Mark(o.Node.Content[0], mark)
			if ok != (tt.want != none) {
				t.Errorf("found is %v", ok)
			}
			if ok && o.Text.Data[got.Start] != ' ' {
				t.Errorf("the mark starts at %q", o.Text.Data[got.Start:got.End])
			}
			got.Start, got.End = 0, 0
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mark (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMarkAt: behind a list's key, in the key's line.
func TestMarkAt(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Mark
		found    bool
	}{
		{"a mark", "list: # ours was: \" []\"\n- a\n", Mark{Replaced: true, Was: " []", Line: 1, Start: 5, End: 23}, true},
		{"behind a comment", "list: # a # ours\n- a\n", Mark{Line: 1, Start: 9, End: 16}, true},
		{"no mark", "list: # a\n- a\n", Mark{Line: 1}, false},
		{"behind the first entry", "list:\n- a # ours\n", Mark{Line: 1}, false},
		{"a key in quotes", "\"list\": # ours\n- a\n", Mark{Line: 1, Start: 7, End: 14}, true},
		{"a key with a blank behind it", "list : # ours\n- a\n", Mark{Line: 1, Start: 6, End: 13}, true},
		{"an explicit key", "? list # ours\n: - a\n", Mark{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, tt.in)
			got, found := o.MarkAt(o.Node.Content[0], mark)
			if diff := cmp.Diff(tt.want, got); found != tt.found || diff != "" {
				t.Errorf("found is %v, mark (-want +got):\n%s", found, diff)
			}
		})
	}
}

// TestKept: a mark is a person's text until it is one that was kept of an entry.
func TestKept(t *testing.T) {
	for _, tt := range []struct {
		was  string
		want string
	}{
		{"", "{}\n"},
		{"value: a", "value: a\n"},
		{"value:", "value:\n"},
		{"value: |\n    a\n    b", "value: |\n  a\n  b\n"},
		{"valueFrom:\n    a: b", "valueFrom:\n  a: b\n"},
		{"valueFrom: {a: {b: c}}", "valueFrom: {a: {b: c}}\n"},
		{"value: a, valueFrom: {b: c}", "{value: a, valueFrom: {b: c}}\n"},
		{"value: a\nvalueFrom: {b: c}", "value: a\nvalueFrom: {b: c}\n"},
		{"\"value\": a", "\"value\": a\n"},
	} {
		pairs, err := Kept(tt.was)
		if err != nil {
			t.Errorf("%q: %v", tt.was, err)
			continue
		}
		if want := parsed(t, tt.want); !yamlnode.Equal(want, yamlnode.Mapping(pairs...)) {
			t.Errorf("%q is read as\n%s", tt.was, encoded(t, yamlnode.Mapping(pairs...)))
		}
	}
	for _, was := range []string{
		"value: x\n- name: evil", "value: x\nname: evil", "value: x\nvalue: y", " []\nhostPID: true", "value: [a]", "value: {a: b}", "name: evil",
		"value: a\n---\nvalue: b", "---\nvalue: a", "...\nvalue: a", "%YAML 1.1\n---\nvalue: a", "- value: a", "value: &x a", "valueFrom: &x {a: b}", "value: *x",
		"valueFrom: {<<: &x {a: b}}", "value: a}, {name: evil", "value: a}\nhostPID: {b: c", "value: \"a", "value: a\n\tb: c", "{}", "#", "# a comment", "~", "<<: {value: a}", "? value\n: a\n? [b]\n: c",
	} {
		if pairs, err := Kept(was); err == nil {
			t.Errorf("%q is taken for what a mark keeps:\n%s", was, encoded(t, yamlnode.Mapping(pairs...)))
		}
	}
}

// TestPutBackHostile: a text that was never kept isn't written, neither as text nor
// into the nodes.
func TestPutBackHostile(t *testing.T) {
	for _, was := range []string{"value: x\n- name: evil", " []\nhostPID: true", "value: a, valueFrom: {b: c}", "name: b"} {
		in := "list:\n- name: a\n  value: new # ours was: \"x\"\n"
		changes := []Change{{Op: PutBack, List: way("list"), Text: was, Keep: mark}}
		if edits, err := Splice(object(t, in), changes, nil); err == nil {
			t.Errorf("%q is written: %+v", was, edits)
		}
		n, err := Nodes(object(t, in), changes)
		if err != nil {
			t.Fatal(err)
		}
		entry := way("list.0").Follow(n)
		for i := 0; i < len(entry.Content); i += 2 {
			if key := entry.Content[i].Value; key != "name" && key != "value" && key != "valueFrom" || len(n.Content) != 2 {
				t.Errorf("%q is in the nodes:\n%s", was, encoded(t, n))
			}
		}
		if _, v := yamlnode.Pair(entry, "name"); v.Value != "a" || v.Kind != yaml.ScalarNode {
			t.Errorf("%q gives another name", was)
		}
	}
}
