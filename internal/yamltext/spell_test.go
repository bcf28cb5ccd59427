package yamltext

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// parsed is the object in a text; nil if there is none.
func parsed(text string) *yaml.Node {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// TestSpells: what manifests are written in is known, so that the parser is rarely
// asked.
func TestSpells(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"a deployment", `---
# the shop's
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  labels: {app: cart, "tier": 'front'}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: app # the first
        image: registry.example.com/cart:1.0
        args: ["--config", "/etc/cart.yaml", --verbose]
        command:
        - sh
        - -c
        - exec
        env:
          - name: EMPTY
            value:
          - name: QUOTED
            value: "yes"
      -   name: wide
          ports:
            - containerPort: 8080

      volumes: []
      nodeSelector: {}
`},
		{"indented", "  a: b\n  c:\n  - d: e\n    f: g\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := parsed(tt.text)
			// What starts with a dash is left to the parser, as a literal is.
			text := strings.NewReplacer(", --verbose", "", "- -c\n", "- c\n").Replace(tt.text)
			if text != tt.text {
				if Spells([]byte(tt.text), want) {
					t.Error("a scalar that starts with a dash is left to the parser")
				}
				want = parsed(text)
			}
			if !Spells([]byte(text), want) {
				t.Errorf("not known:\n%s", text)
			}
		})
	}
}

// TestSpellsNot: a text that means something else, in ways that look alike.
func TestSpellsNot(t *testing.T) {
	for _, tt := range []struct{ name, want, text string }{
		{"another value", "a: b\n", "a: c\n"},
		{"a longer value", "a: b\n", "a: bc\n"},
		{"a value that goes on", "a: b\n", "a: b\n  c\n"},
		{"one more key", "a: b\n", "a: b\nc: d\n"},
		{"one key less", "a: b\nc: d\n", "a: b\n"},
		{"a key of the list's", "a:\n- b: c\nd: e\n", "a:\n- b: c\n  d: e\n"},
		{"a list that is longer", "a:\n- b\n", "a:\n- b\n- c\n"},
		{"a list behind nothing", "a:\nb: c\n", "a:\n- x\nb: c\n"},
		{"a comment that is none", "a: b\n", "a: b#c\n"},
		{"a mapping behind a value", "a: b\n", "a: b: c\n"},
		{"a literal, which is left to the parser", "a: |\n  b\nc: d\n", "a: |\n  b\nc: d\n"},
		{"a literal with one more line", "a: |\n  b\nc: d\n", "a: |\n  b\n  c: d\n"},
		{"a literal that took a key", "a:\n  b: |\n    c\n  d: e\n", "a:\n  b: |\n    c\n    d: e\n"},
		{"a quoted number", "a: \"1\"\n", "a: 1\n"},
		{"another document", "a: b\n", "a: b\n---\na: b\n"},
		{"a tab", "a: b\n", "a:\tb\n"},
		{"an anchor", "a: b\n", "a: &x b\n"},
		{"too shallow", "a:\n  b:\n    c: d\n", "a:\n  b:\n  c: d\n"},
		{"an escape", `a: "b"` + "\n", `a: "\x62"` + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if Spells([]byte(tt.text), parsed(tt.want)) {
				t.Errorf("%q is taken for %q", tt.text, tt.want)
			}
		})
	}
}

// FuzzSpells: what is said to be spelt is what the parser reads. The text is one that
// the node is from, with a stretch cut out, and another put in.
func FuzzSpells(f *testing.F) {
	inputs, err := filepath.Glob("../../testdata/cases/*/want.yaml")
	if err != nil || len(inputs) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for i, path := range inputs {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), uint16(i*7), uint8(i%5), "")
		f.Add(string(data), uint16(i*13), uint8(0), "\n  x: y")
	}
	f.Fuzz(func(t *testing.T, text string, at uint16, cut uint8, put string) {
		want := parsed(text)
		if want == nil {
			return
		}
		from := min(int(at), len(text))
		to := min(from+int(cut), len(text))
		edited := text[:from] + put + text[to:]
		if !strings.HasSuffix(edited, "\n") {
			edited += "\n"
		}
		if !Spells([]byte(edited), want) {
			return
		}
		got := parsed(edited)
		if got == nil {
			t.Fatalf("said to be spelt, and not to be read:\n%s", edited)
		}
		if !same(want, got) {
			t.Fatalf("said to be spelt, and not the same:\n%s", edited)
		}
		if more := strings.Count(edited, "\n---"); more > 1 {
			t.Fatalf("more documents than one:\n%s", edited)
		}
	})
}

// same compares two nodes, but for their styles and comments.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
