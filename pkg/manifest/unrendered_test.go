package manifest

import "testing"

// TestUnrendered: a template that isn't rendered says so, whether YAML reads it or not.
func TestUnrendered(t *testing.T) {
	const hint = " starts an expression of a template: render it first"
	const key = `a key is a mapping, and kubectl reads only words: "{{" in line `
	for _, tt := range []struct{ name, in, want string }{
		{"a value", "kind: A\nspec:\n  replicas: {{ .Values.replicas }}\n", "reading in.yaml, document 1, line 3: " + key + "3" + hint},
		{"a value in a second document", "kind: A\n---\nkind: B\nspec:\n  a:\n  - {{ .Values.a }}\n", "reading in.yaml, document 2, line 6: " + key + "6" + hint},
		{"part of a value", "kind: A\nname: {{ .Release.Name }}-web\n", "parsing in.yaml: document 1, line 1: did not find expected key: \"{{\" in line 2" + hint},
		{"a line of its own", "kind: A\n{{- if .Values.a }}\nb: c\n{{- end }}\n", "parsing in.yaml: document 1, line 2: could not find expected ':': \"{{\" in line 2" + hint},
		{"in a List", "kind: List\nitems:\n- kind: A\n  a: {{ .Values.a }}\n", "reading in.yaml, document 1, line 4: " + key + "4" + hint},
		{"another key that is no word", "kind: A\nb:\n  ? [c]\n  : d\n", "reading in.yaml, document 1, line 3: a key is a list, and kubectl reads only words"},
		{"an expression in quotes", "kind: A\nb: \"{{ inputs.parameters.c }}\"\n", ""},
		{"an expression in a literal", "kind: A\nb: |\n  {{ c }}\n", ""},
		{"a key by an alias", "kind: &k A\n*k : b\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("in.yaml", []byte(tt.in))
			if (err == nil) != (tt.want == "") || err != nil && err.Error() != tt.want {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
}
