package yamltext

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLines pins the line breaks that the YAML parser counts: node positions are
// worthless without the same count here.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []int
	}{
		{"nothing", "", []int{0}},
		{"line feeds", "a\nb\n\nc", []int{0, 2, 4, 5}},
		{"carriage returns and line feeds", "a\r\nb\r\n", []int{0, 3, 6}},
		{"carriage returns alone", "a\rb\r", []int{0, 2, 4}},
		{"one of each", "a\r\n\rb\n\r\n", []int{0, 3, 4, 6, 8}},
		{"next line", "a\u0085b\n", []int{0, 3, 5}},
		{"line and paragraph separators", "a\u2028b\u2029\nc", []int{0, 4, 8, 9}},
		{"letters that begin like them", "é\u2027\n", []int{0, 6}},
		{"a carriage return at the end", "a\n\r", []int{0, 2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, New([]byte(c.data)).lines); diff != "" {
				t.Errorf("line starts (-want +got):\n%s", diff)
			}
		})
	}
}
