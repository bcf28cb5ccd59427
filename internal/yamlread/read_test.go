package yamlread

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// parse is the parser's answer: the root of a text's only document, without comments.
func parse(data []byte) (*yaml.Node, error) {
	if len(data) > 0 && data[len(data)-1] != '\n' {
		data = append(bytes.Clone(data), '\n') // as every file is read
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	return doc.Content[0], nil
}

// same compares nodes by all that they have but comments.
func same(want, got *yaml.Node) string {
	if equal(want, got) {
		return ""
	}
	return cmp.Diff(want, got, cmpopts.IgnoreFields(yaml.Node{}, "HeadComment", "LineComment", "FootComment", "Alias"), cmpopts.EquateEmpty())
}

func equal(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Style != b.Style || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor || a.Line != b.Line || a.Column != b.Column || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// check holds what this package reads of a text to what the parser does.
func check(t *testing.T, data []byte) (read, outlined bool) {
	t.Helper()
	want, err := parse(data)
	got, read := (&Reader{}).Read(data)
	switch {
	case read && err != nil:
		t.Fatalf("read what the parser refuses: %v\n%s", err, data)
	case read && same(want, got) != "":
		t.Fatalf("read otherwise than the parser (-parser +read):\n%s\n%s", same(want, got), data)
	}
	for _, envelope := range []bool{false, true} {
		var items []item
		root, at, ok := (&Reader{}).Outline(data, envelope, func(n *yaml.Node, at Span) bool {
			items = append(items, item{deepCopy(n), at})
			return true
		})
		if !ok {
			continue
		}
		if outlined = true; err != nil {
			t.Fatalf("outlined what the parser refuses: %v\n%s", err, data)
		}
		checkOutline(t, data, want, item{root, at}, items, true, envelope)
	}
	return read, outlined
}

type item struct {
	node *yaml.Node
	at   Span
}

func deepCopy(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = nil
	for _, child := range n.Content {
		out.Content = append(out.Content, deepCopy(child))
	}
	return &out
}

// checkOutline holds an outline to what the parser reads: that of a document, with its
// items, or that of one of these.
func checkOutline(t *testing.T, data []byte, want *yaml.Node, got item, items []item, document, envelope bool) {
	t.Helper()
	if want.Kind != yaml.MappingNode || want.Line != got.node.Line || want.Column != got.node.Column {
		t.Fatalf("the outline is of something else: want %d:%d, got %d:%d\n%s", want.Line, want.Column, got.node.Line, got.node.Column, data)
	}
	rest := got.node.Content
	for i := 0; i+1 < len(want.Content); i += 2 {
		key, value := want.Content[i], want.Content[i+1]
		if k := key.Value; k != "apiVersion" && k != "kind" && k != "metadata" && !envelope && (k != "items" || !document) {
			continue
		}
		if len(rest) < 2 || same(key, rest[0]) != "" {
			t.Fatalf("key %q isn't in the outline\n%s", key.Value, data)
		}
		have := rest[1]
		rest = rest[2:]
		if key.Value != "items" || len(items) == 0 {
			if d := same(value, have); d != "" {
				t.Fatalf("the outline has another %s (-parser +outline):\n%s\n%s", key.Value, d, data)
			}
			continue
		}
		if value.Kind != have.Kind || value.Line != have.Line || value.Column != have.Column || len(value.Content) != len(items) {
			t.Fatalf("the outline has other items\n%s", data)
		}
		for j, it := range items {
			checkOutline(t, data, value.Content[j], it, nil, false, false)
		}
	}
	if len(rest) > 0 {
		t.Fatalf("the outline has more than the object\n%s", data)
	}
	if len(items) == 0 {
		checkObject(t, data, want, got.at)
	}
}

// checkObject holds an object, read for itself, to what the parser reads of all.
func checkObject(t *testing.T, data []byte, want *yaml.Node, at Span) {
	t.Helper()
	object, ok := (&Reader{}).Object(data, at)
	if ok == at.Shares {
		t.Fatalf("object in line %d: shares %t, read %t\n%s", at.Line, at.Shares, ok, data)
	}
	if ok {
		if d := same(want, object); d != "" {
			t.Fatalf("object in line %d (-parser +object):\n%s\n%s", at.Line, d, data)
		}
	}
	if n, ok := (&Reader{}).Keys(data, at); ok {
		checkKeys(t, data, want, n)
	}
	part := append(bytes.Repeat([]byte(" "), at.Column-1), data[at.Start:at.End]...)
	alone, err := parse(part)
	if err != nil {
		t.Fatalf("the part of the object in line %d can't be parsed: %v\n%s", at.Line, err, data)
	}
	var move func(n *yaml.Node)
	move = func(n *yaml.Node) {
		n.Line += at.Line - 1
		for _, child := range n.Content {
			move(child)
		}
	}
	move(alone)
	if d := same(want, alone); d != "" {
		t.Fatalf("the part of the object in line %d (-whole +part):\n%s\n%s", at.Line, d, data)
	}
}

// checkKeys holds the keys of an object's data to what the parser reads.
func checkKeys(t *testing.T, text []byte, want, got *yaml.Node) {
	t.Helper()
	rest := got.Content
	for i := 0; i+1 < len(want.Content); i += 2 {
		key, value := want.Content[i], want.Content[i+1]
		if k := key.Value; k != "data" && k != "stringData" && k != "binaryData" {
			continue
		}
		if len(rest) < 2 || same(key, rest[0]) != "" || value.Kind != rest[1].Kind {
			t.Fatalf("%q isn't read\n%s", key.Value, text)
		}
		have := rest[1].Content
		rest = rest[2:]
		for j := 0; value.Kind == yaml.MappingNode && j < len(value.Content); j += 2 {
			if j >= len(have) || same(value.Content[j], have[j]) != "" {
				t.Fatalf("key %q of %q isn't read\n%s", value.Content[j].Value, key.Value, text)
			}
		}
		if value.Kind == yaml.MappingNode && len(have) != len(value.Content) {
			t.Fatalf("%q has other keys\n%s", key.Value, text)
		}
	}
	if len(rest) > 0 {
		t.Fatalf("more than keys\n%s", text)
	}
}

// manifests are the texts of the project's own cases and examples.
func manifests(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	for _, dir := range []string{"testdata", "examples"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			data, err := os.ReadFile(path)
			out = append(out, data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 100 {
		t.Fatalf("found %d manifests", len(out))
	}
	return out
}

// TestManifests: nearly all of what manifests are written in is read.
func TestManifests(t *testing.T) {
	const least = 95 // percent
	read, outlined, all := 0, 0, 0
	for _, data := range manifests(t) {
		for _, doc := range bytes.Split(data, []byte("\n---\n")) {
			r, o := check(t, doc)
			all++
			if r {
				read++
			}
			if o {
				outlined++
			}
		}
	}
	if read*100 < all*least || outlined*100 < all*least {
		t.Errorf("of %d documents %d are read, and %d outlined; want %d%%", all, read, outlined, least)
	}
}

// texts are what this package reads, and what it leaves to the parser.
var texts = []struct {
	name, yaml string
	// read and outlined say what of it this package is sure of.
	read, outlined bool
}{
	{"object", "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n", true, true},
	{"separator", "--- # x\nkind: A\n", true, true},
	{"no line break at the end", "kind: A\ndata: |\n  x", true, true},
	{"CRLF", "kind: A\r\ndata: |\r\n  x\r\n  y\r\nb: 'x\r\n  y'\r\n", true, true},
	{"comments", "# a\nkind: A # b\n# c\nspec: # d\n  # e\n  x: 1 # f\n# g\n", true, true},
	{"lists", "a:\n- 1\n-  b: 2\n   c: 3\n- - x\n  - y\n-\n- # c\n  d: 1\n-\n  - z\nb:\n  - 1\n", true, true},
	{"items of an item", "items:\n- kind: B\n  items:\n  - kind: C\n  metadata:\n    name: b\n", true, true},
	{"empty", "a:\nb: ~\nc: null\nd: ''\ne: \"\"\nf: {}\ng: []\nh:\n- \n", true, true},
	{"types", "a: 1\nb: 1.5\nc: true\nd: yes\ne: 2020-01-01\nf: 0x1F\ng: 1e3\nh: .inf\ni: on\nj: 010\nk: 1_000\n", true, true},
	{"plain", "a: b:c\nb: x#y\nc: -x\nd: a b\ne: x,[y]{z}\nf: http://h:80/p?q=1&r\n", true, true},
	{"plain over lines", "a: b\n  c\n\n  d - e\nf:\n  g\n  h\n- x\n", false, false},
	{"plain over lines in a list", "a:\n- b\n c\n- d\n  e # f\n", true, true},
	{"single quotes", "a: 'it''s'\nb: 'x: y # z'\nc: 'x\n\n  y '\n", true, true},
	{"double quotes", "a: \"x\\ty\\u00e4\\\"\"\nb: \"x\n  y\\\n  z\"\nc: \"{{ x }}\"\n", true, true},
	{"quoted keys", "\"a\": 1\n'b c': 2\n\"\": 3\n", true, true},
	{"literal", "a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\n\nc: |+\n  x\n\n\nd: |\n\n  x\ne: |\ng: |- # c\n  x\n", true, true},
	{"literals without a line", "a: |\nb: |+\n\nc: |\n \n", true, true},
	{"literal with a width", "a: |2\n    x\n  y\nb:\n- |2-\n    x\n", true, true},
	{"data", "kind: ConfigMap\ndata:\n  a: |\n    x\n  b.c: 'y'\n  \"d\": {}\nbinaryData: {e: Zg==}\nstringData:\n", true, true},
	{"literal with tabs", "a: |\n  x\n  \ty\n", true, true},
	{"folded", "a: >\n  x\n  y\n\n  z\n    more\nb: >-\n  x\n", true, true},
	{"flow", "a: [x, \"y, ]\", {b: c}]\nb: {c: [], d: 'x}'}\nc: [\n  a, # ]\n  b\n]\n", true, true},
	{"flow, odd", "a: [x'y]\nb: [a:\"b]\nc: [\"a\"b]\n", false, false},
	{"letters", "a: ä\nb: [ö, {ü: é}]\nd: 'x ß' # c\n", true, true},
	{"anchors", "kind: List\nitems:\n- kind: A\n  a: &x 1\n  b: *x\n  c: &y\n    d: 1\n  e:\n    <<: *y\n    f: 2\n- kind: B\n", false, true},
	{"an anchor in another item", "kind: List\nitems:\n- kind: A\n  a: &x 1\n- kind: B\n  b: *x\n", false, false},
	{"an anchor in the metadata", "kind: A\nmetadata: &x\n  name: a\n", false, false},
	{"an alias with an anchor", "kind: List\nitems:\n- kind: A\n  a: &x *x\n", false, false},
	{"an anchor of nothing", "kind: A\na: &x # b\nc: *x\n", false, true},
	{"an alias before its anchor", "a: *x\nb: &x 1\n", false, false},
	{"tags", "a: !!str 1\n", false, false},
	{"tabs", "a:\tb\n", false, false},
	{"explicit key", "? a\n: b\n", false, false},
	{"a key that stands twice", "kind: A\nkind: B\n", true, false},
	{"too deep", "a: 1\n  b: 2\n", false, false},
	{"document end", "a: 1\n...\n", false, false},
	{"two documents", "a: 1\n--- \nb: 2\n", false, false},
	{"marker in quotes", "a: 'x\n--- y'\n", false, false},
	{"directive", "%YAML 1.2\n---\na: 1\n", false, false},
	{"byte order mark", "\uFEFFa: 1\n", false, false},
	{"odd line break", "a: 1\u2028b: 2\n", false, false},
	{"not UTF-8", "a: \xff\n", false, false},
	{"items", "items:\n- kind: A\n  spec:\n    x: |\n      - kind: B\n- kind: B\n  items:\n  - kind: C\nkind: List\n", true, true},
	{"items that aren't objects", "items:\n- 1\n- 2\n", true, false},
	{"items in flow style", "items: [{kind: A}]\n", true, false},
	{"items behind a dash alone", "items:\n-\n  kind: A\n- kind: B\n", true, true},
	{"a quote that hides an item", "kind: List\nitems:\n- kind: A\n  a: 'x\n- kind: B\n  b: '\n", true, true},
	{"a bracket that hides an item", "kind: List\nitems:\n- kind: A\n  a: [\n- kind: B\n  ]\n", false, false},
	{"JSON", `{"kind": "A", "items": [{"a": "b\/"}]}`, false, false},
	{"nothing", "# nothing\n", false, false},
	{"a list", "- a\n", false, false},
	{"a scalar", "a\n", false, false},
}

func TestTexts(t *testing.T) {
	for _, tt := range texts {
		t.Run(tt.name, func(t *testing.T) {
			read, outlined := check(t, []byte(tt.yaml))
			if read != tt.read || outlined != tt.outlined {
				t.Errorf("read %t, outlined %t; want %t, %t\n%s", read, outlined, tt.read, tt.outlined, tt.yaml)
			}
		})
	}
}
