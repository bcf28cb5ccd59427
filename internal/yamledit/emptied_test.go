package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEmptied: what becomes of a list all of whose entries go, and the text then.
func TestEmptied(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"the key came with the list", `
before: x
list:
- a
- b
`, `
before: x
`},
		{"the key was there, with nothing", `
list: # ours was: ""
- a
after: x
`, `
list:
after: x
`},
		{"the key was there, with an empty list", `
list: # a person's # ours was: " []"
- a
after: x
`, `
list: [] # a person's
after: x
`},
		{"a person's comment is behind the key", `
list: # a person's
- a
after: x
`, `
list: [] # a person's
after: x
`},
		{"a person's comment is between the entries", `
before: x
list:
- a
# a person's
- b
after: x
`, `
before: x
# a person's
after: x
`},
		{"a flow list in a block mapping", `
list: [a]
after: x
`, `
list: []
after: x
`},
		{"a flow list that came with its key", `
{before: x, list: [a]}
`, `
{before: x}
`},
		{"a flow list that is not last", `
{list: [a], after: x}
`, `
{list: [], after: x}
`},
		{"JSON of a line each, the list as well", `
{
  "before": "x",
  "list": [
    "a"
  ],
  "after": "x"
}
`, `
{
  "before": "x",
  "after": "x"
}
`},
		{"JSON of a line each, the list in one", `
{
  "list": ["a"],
  "after": "x"
}
`, `
{
  "list": [],
  "after": "x"
}
`},
		{"the first key of a flow mapping of a line each", `
{
  list: [
    a
  ],
  after: x
}
`, `
{
  after: x
}
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changes, err := Emptied(object(t, tt.in), []Change{{Op: Drop, List: way("list")}}, mark)
			if err != nil {
				t.Fatal(err)
			}
			got, err := splice(t, tt.in, changes)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}

// TestEmptiedTogether: of flow lists that came one after the other, all keys go.
func TestEmptiedTogether(t *testing.T) {
	in := "{before: x, one: [a], two: [b]}\n"
	changes, err := Emptied(object(t, in), []Change{{Op: Drop, List: way("one")}, {Op: Drop, List: way("two")}}, mark)
	if err != nil {
		t.Fatal(err)
	}
	got, err := splice(t, in, changes)
	if diff := cmp.Diff("{before: x}\n", got); err != nil || diff != "" {
		t.Errorf("text (-want +got):\n%s%v", diff, err)
	}
}

// TestEmptiedHostile: what a mark keeps of a list is nothing but an empty one.
func TestEmptiedHostile(t *testing.T) {
	for _, was := range []string{
		` []\nhostPID: true`, ` [a]`, ` {}`, ` *alias`, ` []]`, ` x`, ` # comment`, ` [ # comment\n]`, ` [\n]`, ` []x`, ` ]`, ` [[]]`, `\n- evil`, ` &a []`, ` \"\"`, ` []\n`, "\\u2028[]",
	} {
		in := "list: # ours was: \"" + was + "\"\n- a\nafter: x\n"
		if changes, err := Emptied(object(t, in), []Change{{Op: Drop, List: way("list")}}, mark); err == nil {
			t.Errorf("%s: taken for an empty list: %+v", was, changes)
		}
	}
	for _, was := range []string{"", " ", " []", " [ ]", " [ \\t ]", "\\t~", " null", " NULL"} {
		in := "list: # ours was: \"" + was + "\"\n- a\nafter: x\n"
		if _, err := Emptied(object(t, in), []Change{{Op: Drop, List: way("list")}}, mark); err != nil {
			t.Errorf("%s: %v", was, err)
		}
	}
}
