package yamltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSplit: each document has its own "---" line and all that belongs to it; joined
// they are the text.
func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []string
	}{
		{"nothing", nil},
		{"one", []string{"a: b\n"}},
		{"one with a marker", []string{"---\na: b\n"}},
		{"two", []string{"a: b\n", "---\nc: d\n"}},
		{"comments before a marker are a document of their own", []string{"# a\n", "---\nb: c\n"}},
		{"empty ones", []string{"---\n", "---\n", "---\na: b\n"}},
		{"text behind a marker", []string{"--- # a\nb: c\n", "--- {d: e}\n", "---\tf\n"}},
		{"an end, with what follows it", []string{"a: b\n...\n", "c: d\n"}},
		{"an end and a marker", []string{"a: b\n... # c\n", "---\nd: e\n"}},
		{"an end of the file", []string{"a: b\n..."}},
		{"a marker at the end of the file", []string{"a: b\n", "---"}},
		{"what only starts like a marker", []string{"a: b\n----\n---c\n....\n"}},
		{"a marker that is indented", []string{"a: |\n  ---\n  ...\n"}},
		{"a marker in a scalar ends it", []string{"a: |\n", "---\nb\n"}},
		{"a directive and its marker", []string{"%YAML 1.1\n---\na: b\n"}},
		{"directives behind comments and blank lines", []string{"# a\n\n%YAML 1.1\n%TAG ! b\n---\nc: d\n"}},
		{"a directive behind an end", []string{"a: b\n...\n", "%YAML 1.1\n---\nc: d\n"}},
		{"a directive behind an object is none", []string{"a: b\n%YAML 1.1\n", "---\nc: d\n"}},
		{"carriage returns and line feeds", []string{"a: b\r\n", "---\r\nc: d\r\n"}},
		{"carriage returns alone", []string{"a: b\r", "---\rc: d\r"}},
		{"the line break of an older YAML", []string{"a: b\u0085", "---\u0085c: d\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, doc := range Split([]byte(strings.Join(tt.want, ""))) {
				got = append(got, string(doc))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}
