package yamltext

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// valueOf is the value of the key "a" in a text's object.
func valueOf(t *testing.T, text string) *yaml.Node {
	t.Helper()
	root := parsed(text)
	if root == nil {
		t.Fatalf("no object in\n%s", text)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "a" {
			return root.Content[i+1]
		}
	}
	t.Fatalf("no key a in\n%s", text)
	return nil
}

// TestEnd: the text of a value, cut where it ends. A "^" in each text stands where
// that is.
func TestEnd(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"a word", "a: b^\nc: d\n"},
		{"a word at the end of the text", "a: b^"},
		{"a word and a comment", "a: b^ # c\n"},
		{"a word with a number sign", "a: b#c^\n"},
		{"words of several lines", "a: b\n  c\n\n  d^\ne: f\n"},
		{"words of several lines and a comment", "a: b\n  c^ # d\n"},
		{"words of several lines behind a comment's line", "a: b\n  c^\n# d\ne: f\n"},
		{"nothing", "a:^\nb: c\n"},
		{"nothing, at the end", "a:^"},
		{"null", "a: ~^\n"},
		{"a tagged word", "a: !!str 1^\n"},
		{"an anchored word", "a: &x b^\n"},
		{"an alias", "b: &x c\na: *x^\n"},
		{"double quotes", `a: "b \" # c"^` + "\n"},
		{"double quotes of several lines", "a: \"b\n  c\"^ # d\n"},
		{"single quotes", "a: 'b '' # c'^\n"},
		{"single quotes at the end of the text", "a: 'b'^"},
		{"a literal", "a: |\n  b\n  # c^\nd: e\n"},
		{"a literal and blank lines", "a: |\n  b^\n\n\nc: d\n"},
		{"a literal that keeps blank lines", "a: |+\n  b\n\n^\nc: d\n"},
		{"a literal that says how far it is indented", "a: |2\n    b\n  c^\nd: e\n"},
		{"a literal with a comment in its header", "a: |- # b\n  c^\n"},
		{"an empty literal", "a: |^\nb: c\n"},
		{"a folded scalar", "a: >-\n  b\n    c\n\n  d^\n"},
		{"a flow list", "a: [b, {c: d}]^ # e\n"},
		{"a flow list of several lines", "a: [\n  b, # c ]\n  d,\n]^\n"},
		{"an empty flow mapping", "a: { }^\n"},
		{"an anchored flow list", "a: &x [b]^\n"},
		{"words of several lines in a flow list", "a: [b, c\n  d e]^ # f\n"},
		{"words of several lines in a flow mapping", "a: {b: c\n\n   d\t\n  e  f }^\n"},
		{"words of several lines in a nested one", "z: y\na: [{b: c\n\n\n  d}]^\n"},
		{"words of several lines, CRLF", "a: [b  \r\n  c\r\n\r\n  d]^\r\n"},
		{"words of several lines with quotes in them", "a: [echo\n  'x y' && sleep, b\n  c-\"d\"]^\n"},
		{"a flow list whose last entry is quoted", "a: ['b', \"]\"]^\n"},
		{"a block list", "a:\n- b\n- c^\nd: e\n"},
		{"a list of lists", "a:\n- - b\n  - c^\nd: e\n"},
		{"a block mapping", "a:\n  b: c\n  d:\n  - e: f\n    g: h^\ni: j\n"},
		{"a block mapping that ends in a literal", "a:\n  b:\n  - |\n    c^\nd: e\n"},
		{"letters of several bytes", "a: ä…語^\n"},
		{"carriage returns", "a: b\r\n  c^\r\nd: e\r\n"},
		{"a line break of an older YAML", "a: [b,\u0085  c]^\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, after, _ := strings.Cut(tt.text, "^")
			text := before + after
			got, err := New([]byte(text)).End(valueOf(t, text), 0, false)
			if err != nil {
				t.Fatal(err)
			}
			marked := text[:got] + "^" + text[got:]
			if diff := cmp.Diff(tt.text, marked); diff != "" {
				t.Errorf("end (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEndUnclear: where the text and the node don't agree, nothing is guessed.
func TestEndUnclear(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		node       yaml.Node
	}{
		{"a line that isn't there", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 9, Column: 1, Value: "b"}},
		{"a column that isn't there", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 90, Value: "b"}},
		{"no place", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Value: "b"}},
		{"no quotes", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Value: "b", Style: yaml.DoubleQuotedStyle}},
		{"no single quotes", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Value: "b", Style: yaml.SingleQuotedStyle}},
		{"quotes without an end", "a: \"b\\\"\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Value: "b", Style: yaml.DoubleQuotedStyle}},
		{"single quotes without an end", "a: 'b''\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Value: "b", Style: yaml.SingleQuotedStyle}},
		{"no literal", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Value: "b", Style: yaml.LiteralStyle}},
		{"no alias", "a: b\n", yaml.Node{Kind: yaml.AliasNode, Line: 1, Column: 4, Value: "b"}},
		{"nothing, behind a word", "a: b\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 5}},
		{"no bracket", "a: b\n", yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 4, Style: yaml.FlowStyle}},
		{"a bracket without an end", "a: [", yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 4, Style: yaml.FlowStyle}},
		{"a bracket with something more", "a: [b]", yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 4, Style: yaml.FlowStyle}},
		{"an empty block list", "a: b\n", yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 4}},
		{"a tag with nothing behind it", "a: !!str\n", yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 4, Style: yaml.TaggedStyle}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := New([]byte(tt.text)).End(&tt.node, 0, false); !errors.Is(err, ErrUnclear) {
				t.Errorf("want %v, got %d and %v", ErrUnclear, got, err)
			}
		})
	}
}

// TestPlaces: what is asked of lines around an offset.
func TestPlaces(t *testing.T) {
	text := New([]byte("a: b \r\n# c\r\n  d: e#f\n"))
	for _, tt := range []struct {
		at               int
		start, end, next int
		blank            bool
		eol              string
	}{
		{0, 0, 5, 7, false, "\r\n"},
		{4, 0, 5, 7, true, "\r\n"},
		{7, 7, 10, 12, false, "\r\n"},
		{12, 12, 20, 21, false, "\r\n"},
		{18, 12, 20, 21, false, "\n"},
		{21, 21, 21, 21, true, "\n"},
	} {
		if start, end, next := text.LineStart(tt.at), text.LineEnd(tt.at), text.NextLine(tt.at); start != tt.start || end != tt.end || next != tt.next {
			t.Errorf("at %d: the line is from %d to %d, the next one at %d", tt.at, start, end, next)
		}
		if got := text.RestIsBlank(tt.at); got != tt.blank {
			t.Errorf("at %d: blank is %v", tt.at, got)
		}
		if got := text.EOL(tt.at); got != tt.eol {
			t.Errorf("at %d: the line break is %q", tt.at, got)
		}
	}
	if got := New([]byte("a")).EOL(0); got != "\n" {
		t.Errorf("without any line break: %q", got)
	}
	if text.HasPrefix(99, "a") || !text.HasPrefix(0, "a: b") {
		t.Error("a prefix is looked for behind the end, or isn't found")
	}
}

// parsed is the object in a text; nil if there is none.
func parsed(text string) *yaml.Node {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}
