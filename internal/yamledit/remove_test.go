package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRemove takes entries out, and nothing that a person has written around them.
func TestRemove(t *testing.T) {
	remove := func(indexes ...int) (out []Change) {
		for _, i := range indexes {
			out = append(out, Change{Op: Remove, List: way("list"), Index: i})
		}
		return out
	}
	add := Change{Op: Append, List: way("list"), Entries: entries(t, "- new\n")}
	for _, tt := range []struct {
		name, in string
		changes  []Change
		want     string
	}{
		{"the first, the comments stay", `
list:
# about a
- name: a # a
# about b
- name: b
`, remove(0), `
list:
# about a
# about b
- name: b
`},
		{"the last, a comment behind it stays", `
list:
- name: a
- name: b
  value: |
    c
  # about b
after: x
`, remove(1), `
list:
- name: a
  # about b
after: x
`},
		{"the last, without a line break", "list:\n- a\n- b", remove(1), "list:\n- a"},
		{"some, and one comes", `
list:
- a
- b
- c
`, append(remove(0, 2), add), `
list:
- b
- new
`},
		{"the last in flow style", `
list: [a, {b: c}, d]
`, remove(1, 2), `
list: [a]
`},
		{"the last in flow style, of a line each", `
list: [
  a,
  b
]
`, remove(1), `
list: [
  a
]
`},
		{"the first in flow style", `
list: [{a: b}, c, d]
`, remove(0, 1), `
list: [d]
`},
		{"apart in flow style, of a line each", `
list: [
  a,
  {
    b: c
  },
  d, # about d
  e,
  f
]
`, remove(0, 1, 4), `
list: [
  d, # about d
  e
]
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, tt.changes)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
		})
	}
}
