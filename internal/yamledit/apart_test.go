package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// TestApart: what is added is kept apart from a comment before it, and what goes takes
// the blank line along, unless the next line would get the comment.
func TestApart(t *testing.T) {
	add := Change{Op: Append, List: way("spec.list"), Entries: entries(t, "- new\n"), Keep: mark}
	drop, cut := Change{Op: Drop, List: way("spec.list")}, Change{Op: Remove, List: way("spec.list"), Index: 1}
	for _, tt := range []struct {
		name, in, want string
		change         Change
	}{
		{"a key behind a comment", "spec:\n  a: b\n  # c\nz: y\n", "spec:\n  a: b\n  # c\n\n  list:\n  - new\nz: y\n", add},
		{"a key behind none", "spec:\n  a: b\n# c\nz: y\n", "spec:\n  a: b\n  list:\n  - new\n# c\nz: y\n", add},
		{"an entry behind a comment", "spec:\n  list:\n  - a\n    # c\n", "spec:\n  list:\n  - a\n    # c\n\n  - new\n", add},
		{"at the end, without a line break", "spec:\n  a: b\n  # c", "spec:\n  a: b\n  # c\n\n  list:\n  - new", add},
		{"a key goes", "spec:\n  a: b\n  # c\n\n  list:\n  - a\nz: y\n", "spec:\n  a: b\n  # c\nz: y\n", drop},
		{"a key goes at the end", "spec:\n  a: b\n  # c\n\n  list:\n  - a\n", "spec:\n  a: b\n  # c\n", drop},
		{"a key goes before another one", "spec:\n  a: b\n  # c\n\n  list:\n  - a\n  z: y\n", "spec:\n  a: b\n  # c\n\n  z: y\n", drop},
		{"an entry goes", "spec:\n  list:\n  - a\n  # c\n\n  - b\nz: y\n", "spec:\n  list:\n  - a\n  # c\nz: y\n", cut},
		{"a blank line behind no comment", "spec:\n  a: b\n\n  list:\n  - a\nz: y\n", "spec:\n  a: b\n\nz: y\n", drop},
		{"no blank line", "spec:\n  a: b\n  # c\n  list:\n  - a\nz: y\n", "spec:\n  a: b\n  # c\nz: y\n", drop},
		{"a blank line at the start", "\nspec:\n  list:\n  - a\n  - b\n", "\nspec:\n  list:\n  - a\n", cut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, tt.in)
			o.Apart = true
			edits, err := Splice(o, []Change{tt.change}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := yamltext.Apply([]byte(tt.in), edits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCommentsStay: a comment on a line of its own, in an entry that goes or is written
// anew, is a person's, whoever has moved it there.
func TestCommentsStay(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		change         Change
	}{
		{"in an entry", "list:\n- a: b\n- c: d\n  # e\n\n  f: g\nh: i\n", "list:\n- a: b\n  # e\nh: i\n", Change{Op: Remove, List: way("list"), Index: 1}},
		{"several", "list:\n- a: b\n- c:\n    # d\n    e: f\n    # g\n  h: i\n", "list:\n- a: b\n    # d\n    # g\n", Change{Op: Remove, List: way("list"), Index: 1}},
		{"in all entries", "a: b\nlist:\n- c: d\n  # e\n  f: g\nh: i\n", "a: b\n  # e\nh: i\n", Change{Op: Drop, List: way("list")}},
		{"written anew", "list:\n- a: b\n  # c\n  d: e\nf: g\n", "list:\n  # c\n- new\nf: g\n", Change{Op: Replace, List: way("list"), Index: 0, Entries: entries(t, "- new\n")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splice(t, tt.in, []Change{tt.change})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
