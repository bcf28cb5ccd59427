package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAppend adds entries in the style that is there.
func TestAppend(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"to a list", `
list:
- name: a
after: x
`, `
list:
- name: a
- name: new # ours
  more:
    deep:
    - x
after: x
`},
		{"to an indented list with wide dashes", `
other:
  - a
list:
  -   name: a
after: x
`, `
other:
  - a
list:
  -   name: a
  -   name: new # ours
      more:
        deep:
          -   x
after: x
`},
		{"behind the comments that belong to the last entry", `
list:
- name: a
  # about a
# about after
after: x
`, `
list:
- name: a
  # about a
- name: new # ours
  more:
    deep:
    - x
# about after
after: x
`},
		{"behind a literal and blank lines", `
list:
- name: |
    a

after: x
`, `
list:
- name: |
    a
- name: new # ours
  more:
    deep:
    - x

after: x
`},
		{"as a new key, as other lists are written", `
before:
  - a
after: x
`, `
before:
  - a
after: x
list:
  - name: new # ours
    more:
      deep:
        - x
`},
		{"to nothing", `
list: # none yet
after: x
`, `
list: # none yet # ours was: ""
- name: new # ours
  more:
    deep:
    - x
after: x
`},
		{"to null", `
list: ~
after: x
`, `
list: # ours was: " ~"
- name: new # ours
  more:
    deep:
    - x
after: x
`},
		{"to an empty list", `
list:   [ ] # none
after: x
`, `
list: # none # ours was: "   [ ]"
- name: new # ours
  more:
    deep:
    - x
after: x
`},
		{"to a flow list", `
list: [{name: a}] # b
`, `
list: [{name: a}, {name: new, more: {deep: [x]}}] # b
`},
		{"to a flow list of several lines", `
list: [
  {name: a},
  {name: b}, # c
]
`, `
list: [
  {name: a},
  {name: b},
  {name: new, more: {deep: [x]}}, # c
]
`},
		{"to an empty list in a flow mapping", `
{list: [], after: x}
`, `
{list: [{name: new, more: {deep: [x]}}], after: x}
`},
		{"to null in JSON", `
{"list": null, "after": "x"}
`, `
{"list": [{"name": "new", "more": {"deep": ["x"]}}], "after": "x"}
`},
		{"to JSON without spaces", `
{"list":[{"name":"a"}],"after":"x"}
`, `
{"list":[{"name":"a"},{"name":"new","more":{"deep":["x"]}}],"after":"x"}
`},
		{"as a new key in JSON of a line each", `
{
  "before": "x"
}
`, `
{
  "before": "x",
  "list": [
    {"name": "new", "more": {"deep": ["x"]}}
  ]
}
`},
		{"as a new key in a flow mapping", `
{before: x}
`, `
{before: x, list: [{name: new, more: {deep: [x]}}]}
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: Append, List: way("list"), Entries: entries(t, "- name: new # ours\n  more: {deep: [x]}\n"), Keep: mark}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestAppendEnds: the line breaks are those that are there, and a text that ends
// without one goes on doing so.
func TestAppendEnds(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"no line break", "list:\n- a", "list:\n- a\n- new"},
		{"no line break behind a comment", "list:\n- a # b", "list:\n- a # b\n- new"},
		{"no line break behind an empty list", "list: []", "list: # ours was: \" []\"\n- new"},
		{"carriage returns", "list:\r\n- a\r\nafter: x\r\n", "list:\r\n- a\r\n- new\r\nafter: x\r\n"},
		{"no line break, carriage returns", "a: b\r\nlist:\r\n- c", "a: b\r\nlist:\r\n- c\r\n- new"},
		{"a new key and carriage returns", "a:\r\n  b", "a:\r\n  b\r\nlist:\r\n- new"},
		{"a document's marker", "--- # a\nlist:\n- b\n", "--- # a\nlist:\n- b\n- new\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{{Op: Append, List: way("list"), Entries: entries(t, "- new\n"), Keep: mark}})
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestAppendTwice: what two changes add to one list stands in their order, and lists
// that are new in theirs.
func TestAppendTwice(t *testing.T) {
	add := func(list, entry string) Change {
		return Change{Op: Append, List: way(list), Entries: entries(t, "- "+entry+"\n"), Keep: mark}
	}
	got, err := splice(t, `
spec:
  one:
  - a
  items:
  - b: c
`, []Change{add("spec.one", "first"), add("spec.two", "second"), add("spec.items.0.three", "third"), add("spec.one", "fourth"), add("spec.five", "fifth")})
	want := `
spec:
  one:
  - a
  - first
  - fourth
  items:
  - b: c
    three:
    - third
  two:
  - second
  five:
  - fifth
`
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("text (-want +got):\n%s%v", diff, err)
	}
}
