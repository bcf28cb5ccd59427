package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// TestNeighbours: whatever an object has in it, those before and behind it are found at
// their lines, and read and changed as if it weren't there. Where the text doesn't tell
// where it ends, the parser reads all.
func TestNeighbours(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		cut        bool
	}{
		{"plain", "  data: x\n", true},
		{"a literal with objects in it", "  data: |\n    - kind: X\n    ---\n\n    items:\n", true},
		{"a literal with a tab", "  data: |\n    x:\n    \ty\n", true},
		{"a folded scalar", "  data: >-\n    x\n\n    y\n", true},
		{"quotes over lines, at any column", "  data: 'x\n- kind: X\n  y'\n", true},
		{"double quotes over lines", "  data: \"x\\\n    - kind: X \\\" y\"\n", true},
		{"words over lines", "  data: x\n    - kind\n    y\n", true},
		{"brackets over lines", "  data: [\n    {kind: X},\n    \"]\", # ]\n    y\n  ]\n", true},
		{"brackets that are left open", "  data: \"[\"\n  more: it's {x\n", true},
		{"comments", "  # - kind: X\n# y\n\n  data: x # 'z\n", true},
		{"anchors of its own", "  data: &x {a: b}\n  more: *x\n", true},
		{"keys that stand twice, deep inside", "  data:\n    a: b\n    a: c\n", true},
		{"a list in it", "  items:\n  - kind: X\n", true},
		{"a tag", "  data: !!binary eA==\n", false},
		{"an explicit key", "  ? data\n  : x\n", false},
		{"a tab", "  data:\tx\n", false},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(fmt.Sprintf("%s%q", tt.name, eol), func(t *testing.T) {
				const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
				before, behind := "- kind: A\n  metadata:\n    name: a\n  list:\n  - x\n", "- kind: C\n  metadata:\n    name: c\n  list: # d\n  - x\n"
				between := "- kind: B\n  metadata:\n    name: b\n" + tt.data
				text := func(s string) string { return strings.ReplaceAll(s, "\n", eol) }
				l, err := ParseResourceList([]byte(text(head + before + between + behind)))
				if err != nil || l.Invalid() != nil {
					t.Fatal(err, l.Invalid())
				}
				if l.doc.cut != tt.cut {
					t.Errorf("cut up: %t", l.doc.cut)
				}
				var got []string
				changes := Changes{}
				for _, it := range l.Items() {
					n, err := it.Node()
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, fmt.Sprintf("%s in line %d, %d", it, it.line, n.Line))
					if it.Kind != "B" {
						changes[it] = adding(&Stream{docs: []*document{l.doc}}, "list")[it]
					}
				}
				lines := func(s string) int { return strings.Count(s, "\n") + 1 }
				third := lines(head + before + between)
				want := []string{"a/a in line 4, 4", "b/b in line 9, 9", fmt.Sprintf("c/c in line %d, %d", third, third)}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("items (-want +got):\n%s", diff)
				}
				out, err := l.Rewrite(changes, func([]Rewritten) []*yaml.Node { return nil })
				if err != nil {
					t.Fatal(err)
				}
				added := func(s string) string { return s + "  - name: new\n    value: x\n" }
				if diff := cmp.Diff(text(head+added(before)+between+added(behind)), out.String()); diff != "" {
					t.Errorf("text (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestCutStream: so are the documents of a file, and those that a List holds, which may
// have their kind from it.
func TestCutStream(t *testing.T) {
	const in = "# first\nkind: A\nmetadata: {name: a}\n--- # second\n\nkind: BList\napiVersion: x/v1\nitems:\n# b\n- metadata:\n    name: b\n- kind: C\n  apiVersion: v1\n  metadata:\n    generateName: c-\n    namespace: n\n---\nx: y\n---\n# nothing\n"
	s, err := Parse("in.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, it := range s.Items() {
		if !it.doc.cut {
			t.Errorf("%s is read as a part of its document", it)
		}
		n, err := it.Node()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s: %s of %q, %d keys", it.Origin, it, it.APIVersion, len(n.Content)/2))
	}
	want := []string{
		`in.yaml, document 1, line 2: a/a of "", 2 keys`,
		`in.yaml, document 2, line 10: b/b of "x/v1", 1 keys`,
		`in.yaml, document 2, line 12: c/c- of "v1", 3 keys`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if at := s.Kindless(); len(at) != 1 || at[0].String() != "in.yaml, document 3, line 18" {
		t.Errorf("without a kind: %v", at)
	}
}

// TestReaderIsUsedAgain: what was read of one object is gone when the next one is read,
// and what was made of it isn't.
func TestReaderIsUsedAgain(t *testing.T) {
	s := parsed(t, "kind: A\na: [b, c]\n---\nkind: B\nd:\n  e: f\n")
	var r Reader
	first, err := s.Items()[0].Source(&r)
	if err != nil {
		t.Fatal(err)
	}
	made, err := yamlnode.Expand(first.Node)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Items()[1].Source(&r); err != nil {
		t.Fatal(err)
	}
	again, err := s.Items()[0].Node()
	if err != nil || !yamlnode.Equal(made, again) {
		t.Errorf("the copy has changed: %v", err)
	}
}
