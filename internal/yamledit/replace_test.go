package yamledit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReplace writes an entry anew where it stands.
func TestReplace(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		index          int
	}{
		{"in the middle", `
list:
- a
# about b
- name: b # b
  old: c
# about d
- d
`, `
list:
- a
# about b
- name: new # ours
# about d
- d
`, 1},
		{"with a wide dash", `
  list:
    -   name: b
`, `
  list:
    -   name: new # ours
`, 0},
		{"at the end, without a line break", "list:\n- name: b\n  old: |\n    c", "list:\n- name: new # ours", 0},
		{"with carriage returns", "list:\r\n- name: b\r\nafter: x\r\n", "list:\r\n- name: new # ours\r\nafter: x\r\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: Replace, List: way("list"), Index: tt.index, Entries: entries(t, "- name: new # ours\n")}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestSetValue gives a variable a value, keeps what was there, and puts it back.
func TestSetValue(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		// back is what is put back where it can't be the same text.
		back string
	}{
		{"a word", `
list:
- name: a
  value: old
`, `
list:
- name: a
  value: new # ours was: "value: old"
`, ""},
		{"a word with a comment, before the name", `
list:
- value:  old   # a person's
  name: a
`, `
list:
- value: new   # a person's # ours was: "value:  old"
  name: a
`, ""},
		{"a number in quotes", `
list:
- name: a
  "value" : '1'
`, `
list:
- name: a
  value: new # ours was: "\"value\" : '1'"
`, ""},
		{"nothing", `
list:
- name: a
  value:
`, `
list:
- name: a
  value: new # ours was: "value:"
`, ""},
		{"no value", `
list:
- name: a
  # about a
- name: b
`, `
list:
- name: a
  # about a
  value: new # ours was: ""
- name: b
`, ""},
		{"a literal", `
list:
- name: a
  value: |-
    old
    # no comment

    older
after: x
`, `
list:
- name: a
  value: new # ours was: "value: |-\n    old\n    # no comment\n\n    older"
after: x
`, ""},
		{"a literal that says how far it is indented", `
list:
- name: a
  value: |1- # a person's
    old
after: x
`, `
list:
- name: a
  value: new # a person's # ours was: "value: \" old\""
after: x
`, `
list:
- name: a
  value: " old" # a person's
after: x
`},
		{"quotes over several lines", `
list:
- name: a
  value: "old
    # no comment
    older" # a person's
`, `
list:
- name: a
  value: new # a person's # ours was: "value: \"old\n    # no comment\n    older\""
`, ""},
		{"valueFrom, with comments", `
list:
- name: a
  valueFrom: # from
    # where
    secretKeyRef:
      name: s
      key: k
- name: b
`, `
list:
- name: a
  value: new # ours was: "valueFrom: # from\n    # where\n    secretKeyRef:\n      name: s\n      key: k"
- name: b
`, ""},
		{"valueFrom in flow style, over several lines", `
list:
- name: a
  valueFrom: {secretKeyRef: {name: s,
    key: k}}
`, `
list:
- name: a
  value: new # ours was: "valueFrom: {secretKeyRef: {name: s,\n    key: k}}"
`, ""},
		{"at the end, without a line break", "list:\n- name: a\n  value: old", "list:\n- name: a\n  value: new # ours was: \"value: old\"", ""},
		{"no value at the end, without a line break", "list:\n- name: a", "list:\n- name: a\n  value: new # ours was: \"\"", ""},
		{"carriage returns", "list:\r\n- name: a\r\n  value: |\r\n    old\r\nafter: x\r\n", "list:\r\n- name: a\r\n  value: new # ours was: \"value: |\\r\\n    old\"\r\nafter: x\r\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: SetValue, List: way("list"), Text: "new", Keep: mark}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Fatalf("text (-want +got):\n%s%v", diff, err)
			}
			o := object(t, got)
			m, ok := o.Mark(way("list.0").Follow(o.Node), mark)
			if !ok || !m.Replaced {
				t.Fatalf("no mark is found in\n%s", got)
			}
			again, err := splice(t, got, []Change{{Op: SetValue, List: way("list"), Text: "newer"}})
			if diff := cmp.Diff(strings.Replace(tt.want, "value: new", "value: newer", 1), again); err != nil || diff != "" {
				t.Errorf("another value (-want +got):\n%s%v", diff, err)
			}
			back, err := splice(t, got, []Change{{Op: PutBack, List: way("list"), Text: m.Was, Keep: mark}})
			want := tt.in
			if tt.back != "" {
				want = tt.back
			}
			if diff := cmp.Diff(want, back); err != nil || diff != "" {
				t.Errorf("put back (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestSetFlowValue: in flow style there is no place for a mark.
func TestSetFlowValue(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a mapping", "list:\n- {name: a, value: old} # b\n", "list:\n- {name: a, value: \"new\"} # b\n"},
		{"valueFrom", "list: [{valueFrom: {a: b}, name: a}]\n", "list: [{value: \"new\", name: a}]\n"},
		{"JSON", `{"list":[{"name":"a","value":""}]}`, `{"list":[{"name":"a","value":"new"}]}`},
		{"JSON of a line each", "{\"list\": [\n  {\n    \"name\": \"a\",\n    \"value\": \"b\"\n  }\n]}\n", "{\"list\": [\n  {\n    \"name\": \"a\",\n    \"value\": \"new\"\n  }\n]}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: SetValue, List: way("list"), Text: "new", Keep: mark}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestPutBackMoved: what is put back belongs to its entry, wherever that stands by
// now.
func TestPutBackMoved(t *testing.T) {
	const literal = `value: new # ours was: "value: |-\n    old\n      older"`
	for _, tt := range []struct{ name, in, want string }{
		{"deeper", "list:\n      - name: a\n        " + literal + "\n", "list:\n      - name: a\n        value: |-\n          old\n            older\n"},
		{"where it is enough", "list:\n - name: a\n   " + literal + "\n", "list:\n - name: a\n   value: |-\n    old\n      older\n"},
		{"a word", "list:\n    - name: a\n      value: new # ours was: \"value: old\"\n", "list:\n    - name: a\n      value: old\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, tt.in)
			m, _ := o.Mark(way("list.0").Follow(o.Node), mark)
			got, err := splice(t, tt.in, []Change{{Op: PutBack, List: way("list"), Text: m.Was, Keep: mark}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestDrop takes out a key with whatever it has.
func TestDrop(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a word", "a: b\nlist: x # c\nd: e\n", "a: b\nd: e\n"},
		{"the last, without a line break", "a: b\nlist: |\n  x", "a: b"},
		{"a mapping", "list:\n  a: b\n# c\nd: e\n", "# c\nd: e\n"},
		{"a list, and a comment in it", "list:\n- a\n# b\n- c\nd: e\n", "# b\nd: e\n"},
		{"in flow style", "{a: b, list: {x: y}, d: e}\n", "{a: b, d: e}\n"},
		{"the first in flow style", "{list: x, d: e}\n", "{d: e}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: Drop, List: way("list")}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}
