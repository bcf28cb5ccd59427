package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseErrors pins what is said of input that is no set of objects: the file,
// the document, the line, and what was wanted.
func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("{kind: List, apiVersion: v1, items: [", 40) + strings.Repeat("]}", 40)
	for _, c := range []struct{ name, input, want string }{
		{"UTF-16", "\xff\xfea\x00", "reading in.yaml: the file is UTF-16: save it as UTF-8"},
		{"bad YAML counts lines from the file's start", "kind: A\n---\n# c\nkind: B\n---\nkind: C\nbad: [\n", "parsing in.yaml: document 3, line 7: did not find expected node content"},
		{"a byte order mark before a separator", "kind: A\n\uFEFF---\nkind: B\n", "parsing in.yaml: document 1, line 2: could not find expected ':': a byte order mark can stand behind a separator, and nowhere else: remove that in line 2"},
		{"a byte order mark before a key", "---\n\uFEFFkind: A\n", `in.yaml, document 1, line 2: kubectl takes the byte order mark before "kind" for a part of the key: remove it`},
		{"a key twice, in a later document", "a: b\nkind: A\n---\nkind: B\nmetadata: {name: c}\nkind: D\n", `in.yaml, document 2, line 6: b/c: key "kind" stands twice, first in line 4`},
		{"a kind that is none", "kind: A\n---\nmetadata: {}\nkind: [B]\n", "reading in.yaml, document 2, line 4: the kind is empty, or no text"},
		{"a control character, late", "kind: A\n---\nkind: B\n---\na: b\nc:\n  d: \x01\n", "parsing in.yaml: document 3, line 7: control characters are not allowed"},
		{"an object behind an end", "kind: A\n---\nkind: B\n... # c\n# d\nkind: E\n", "parsing in.yaml: document 2, line 6: kubectl reads nothing behind the end of a document"},
		{"no base64", "kind: A\nb: !!binary c\n", "parsing in.yaml: document 1, line 2: the !!binary value is no base64"},
		{"a character that is a line break to YAML", "{\"kind\":\n\"A\u2028\"}", `parsing in.yaml: document 1, line 2: YAML takes the character U+2028 in a JSON string for a line break: write it as \u2028`},
		{"a tab", "kind: A\n\tb: c\n", "parsing in.yaml: document 1, line 2: found a tab character that violates indentation"},
		{"an unknown anchor", "kind: *no\n", `parsing in.yaml: document 1, line 1: unknown anchor 'no' referenced`},
		{"a string", "hello\n", `reading in.yaml, document 1, line 1: want a Kubernetes object, got "hello"`},
		{"a list", "---\n---\n- kind: A\n", "reading in.yaml, document 1, line 3: want a Kubernetes object, got a list"},
		{"no kind in a List", "kind: List\nitems:\n- metadata:\n    name: x\n", "reading in.yaml, document 1, line 3: the object has no kind"},
		{"a List of something else", "kind: List\nitems:\n- kind: A\n- x\n", `reading in.yaml, document 1, line 4: items[1]: want a Kubernetes object, got "x"`},
		{"a List's items that are none", "kind: List\nitems: {a: b}\n", "reading in.yaml, document 1, line 1: items is no list of objects"},
		{"items behind an alias", "a: &i [{kind: A}]\nkind: List\nitems: *i\n", "items is no list of objects"},
		{"Lists in Lists without an end", deep, "Lists are nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("in.yaml", []byte(c.input))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// TestItems pins which objects are found and where they are said to stand.
func TestItems(t *testing.T) {
	for _, c := range []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"comments and empty documents don't count", "# c\n---\n---\nkind: A\n---\n# d\n---\nkind: B\n", []string{"a/ in.yaml, document 1, line 4", "b/ in.yaml, document 2, line 8"}},
		{"nothing follows an end marker", "kind: A\n...\n# c\n---\nkind: B\n", []string{"a/ in.yaml, document 1, line 1", "b/ in.yaml, document 2, line 5"}},
		{"a directive belongs to the next document", "kind: A\n...\n%YAML 1.1\n---\nkind: B\n", []string{"a/ in.yaml, document 1, line 1", "b/ in.yaml, document 2, line 5"}},
		{"the items of a List, and of a List in it", "kind: List\nitems:\n- kind: A\n- kind: List\n  items:\n  - kind: B\n    metadata: {name: b}\n",
			[]string{"a/ in.yaml, document 1, line 3", "b/b in.yaml, document 1, line 6"}},
		{"items of a typed list take its kind", "kind: PodList\napiVersion: v1\nitems:\n- metadata: {generateName: p-}\n", []string{"pod/p- in.yaml, document 1, line 4"}},
		{"a custom resource that is called a list", "kind: AllowList\nmetadata: {name: x}\nitems: [a, b]\n", []string{"allowlist/x in.yaml, document 1, line 1"}},
		{"an empty List", "kind: List\nitems: []\n", nil},
		{"a document without a line break at the end", "kind: A", []string{"a/ in.yaml, document 1, line 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse("in.yaml", []byte(c.input))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, it := range s.Items() {
				got = append(got, it.String()+" "+it.Origin.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if string(s.Bytes()) != c.input {
				t.Errorf("the text changed: %q", s.Bytes())
			}
		})
	}
}

// TestDocuments leaves out what holds no object.
func TestDocuments(t *testing.T) {
	s, err := Parse("in.yaml", []byte("# c\n---\nkind: A\n---\n---\nkind: B\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range s.Documents() {
		got = append(got, string(d.Text))
	}
	if diff := cmp.Diff([]string{"---\nkind: A\n", "---\nkind: B\n"}, got); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}
