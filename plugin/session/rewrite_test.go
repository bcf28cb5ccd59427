package session

import "testing"

// TestSeparator: what a file starts with says what has to stand before it.
func TestSeparator(t *testing.T) {
	for start, want := range map[string]string{
		"kind: Pod":               "---\n",
		"# a comment\nkind: Pod":  "---\n",
		"---":                     "",
		"---\r\nkind: Pod":        "",
		"--- # first\nkind: Pod":  "",
		"---\t{kind: Pod}":        "",
		"---kind: Pod":            "---\n",
		"# a comment\n---\n":      "---\n",
		"%YAML 1.1\n---\n":        "---\n...\n",
		"\n# a\n%YAML 1.1\n---\n": "---\n...\n",
		"# a comment alone":       "---\n",
		"{\"kind\": \"Pod\"}":     "---\n",
	} {
		data := []byte(start)
		if got := separator(data); got != want || string(data) != start {
			t.Errorf("%q: want %q, got %q", start, want, got)
		}
	}
}
