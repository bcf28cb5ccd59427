package yamltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSplit: each document has its own "---" line and all that belongs to it; joined
// they are the text. A "^" stands for where the lead ends.
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
		{"a comment behind a marker", []string{"--- # a\nb: c\n", "---\t# d\ne: f\n"}},
		{"a comment without a blank", []string{"a: b\n", "---#x\n^c: d\n"}},
		{"… at the start, where kubectl hands it to the parser", []string{"---#x\na: b\n", "---#x\n^c: d\n", "---#x\n^", "---#x\ne: f\n"}},
		{"white space that YAML doesn't know", []string{"a: b\n", "---\u00a0\n^c: d\n", "---\v\r\n^e: f\n", "---\u2028\n^g: h\n"}},
		{"a comment that YAML ends earlier", []string{"a: b\n", "--- # c\rd: e\n^f: g\n"}},
		{"a comment of another script", []string{"a: b\n", "--- # ä\n^c: d\n"}},
		{"an object behind a marker at the very start", []string{"--- {a: b}\n", "---\nc: d\n"}},
		{"what follows an end is left to the parser", []string{"a: b\n...\nc: d\n", "---\ne: f\n"}},
		{"a marker at the end of the file", []string{"a: b\n", "---"}},
		{"what only looks like a marker", []string{"a: b\n ---\n--\n....\n-- -\n"}},
		{"a marker that is indented", []string{"a: |\n  ---\n  ...\n"}},
		{"a marker in a scalar ends it", []string{"a: |\n", "---\nb\n"}},
		{"a directive and its marker", []string{"%YAML 1.1\n---\na: b\n"}},
		{"directives behind comments and blank lines", []string{"# a\n\n%YAML 1.1\n#\n---\nc: d\n", "---\ne: f\n"}},
		{"directives that YAML refuses", []string{"a: b\n...\n%YAML 1.1\n%YAML 1.1\n", "---\nc: d\n...\n%YAML \n", "---\ne: f\n"}},
		{"a directive behind an end", []string{"a: b\n...\n", "# c\n%YAML 1.1\n--- # d\nc: d\n"}},
		{"a directive behind an object is none", []string{"a: b\n%YAML 1.1\n", "---\nc: d\n"}},
		{"a directive without a marker", []string{"%YAML 1.1\na: b\n"}},
		{"a directive that changes tags is left where kubectl fails", []string{"%TAG ! b\n", "---\na: b\n"}},
		{"carriage returns and line feeds", []string{"a: b\r\n", "---\r\nc: d\r\n"}},
		{"carriage returns alone divide nothing", []string{"a: b\r---\rc: d\r"}},
		{"the line breaks of an older YAML don't either", []string{"a: b\u0085---\u0085c: d\u2028---\n"}},

		{"a byte order mark", []string{"\ufeff^a: b\n", "---\nc: d\n"}},
		{"one and nothing else", []string{"\ufeff^"}},
		{"one before a marker", []string{"\ufeff^---\na: b\n"}},
		{"one before each document", []string{"\ufeff^a: b\n", "---\n\ufeff^c: d\n", "---\r\n\ufeff^e: f\n"}},
		{"one behind a marker that kubectl hands to the parser", []string{"---\n\ufeffa: b\n", "---\n\ufeff^c: d\n", "---\n", "---\n\ufeffe: f\n"}},
		{"one behind comments", []string{"# a\n", "---\n\ufeff^b: c\n", "---\n# d\n\ufeffe: f\n"}},
		{"one before a marker within the file divides nothing", []string{"a: b\n\ufeff---\nc: d\n"}},
		{"one before a marker behind a marker", []string{"a: b\n", "---\n\ufeff^---\nc: d\n"}},

		{"JSON", []string{"j{}"}},
		{"JSON one after another", []string{"j{\"a\": 1}", "j{\"b\": [\n{}\n]}", "j{}\n"}},
		{"JSON one per line", []string{"j ^{}\r\n", "j\n^{}\t\n", "j\t^null\n", "\n\t^"}},
		{"JSON behind a byte order mark", []string{"j\ufeff^{}", "j{}"}},
		{"a byte order mark behind JSON", []string{"j{}\n", "\ufeff^{}{}\n"}},
		{"JSON, and YAML in the same line", []string{"j{}  ", "a: b\n"}},
		{"JSON, and YAML in the next", []string{"j{} \n", "\na: b\n", "---\nc: d\n"}},
		{"JSON between markers", []string{"j{}\n", "---\n{}{}\n", "---\n\ufeff^{}"}},
		{"a marker first is YAML", []string{"---\n{}{}\n"}},
		{"braces that aren't JSON", []string{"{a: b}\n{}\n", "---\n{}\n"}},
		{"JSON that is cut off", []string{"{\"a\":\n", "---\n{}\n"}},
		{"a brace that is too far", []string{strings.Repeat(" ", 4096) + "{}{}"}},
		{"a brace that is just near enough", []string{"j" + strings.Repeat(" ", 4095) + "^{}", "j{}"}},
		{"white space that JSON doesn't know", []string{"\u00a0^{}{}"}},
		{"… behind JSON", []string{"j{} ", "\u3000\n^a: b\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.ReplaceAll(strings.Join(tt.want, "\x00"), "\x00j", "\x00")
			if len(tt.want) > 0 {
				text = strings.TrimPrefix(text, "j")
			}
			text = strings.NewReplacer("^", "", "\x00", "").Replace(text)
			parts, err := Split([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, part := range parts {
				line := string(part.Text)
				if part.Lead != nil {
					line = string(part.Lead) + "^" + line
				}
				if part.JSON {
					line = "j" + line
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSplitErrors: where kubectl can't divide a stream.
func TestSplitErrors(t *testing.T) {
	for text, at := range map[string]int{
		"---{a: b}\n":                   0,
		"{}\n--- {a: b}\n":              3,
		"a: b\n--- {c: d}\n":            5,
		"a: b\n---\tc\n":                5,
		"a: b\n----\n":                  5,
		"a: b\n---\ufeff\nc: d\n":       5,
		"a: |\n  b\n---c\n":             9,
		"\ufeff---a\n":                  3,
		"{}\n{}\n---\n{}\n":             6,
		"\ufeff{}\n{}\na":               9,
		"{}\n---\n{}\n--- a":            10,
		"a: b\n---\rc: d\n":             5,
		"a: b\n---\n\ufeff\n---\n--- ,": 17,
	} {
		_, err := Split([]byte(text))
		fault, ok := err.(*SplitError)
		if !ok || fault.At != at {
			t.Errorf("%q: want an error at %d, got %#v", text, at, err)
		}
	}
}

// TestUnreadable: the first byte that no YAML may have.
func TestUnreadable(t *testing.T) {
	for text, want := range map[string]int{
		"": -1, "a: b\r\n\t": -1, "a\u0085\u00a0ä\ufeff\ufffd😀": -1,
		"ab\xe9c": 2, "a\x01": 1, "a\x7f": 1, "ä\u0081": 2, "a\uffff": 1, "a\xed\xa0\x80": 1,
	} {
		if got := Unreadable([]byte(text)); got != want {
			t.Errorf("%q: want %d, got %d", text, want, got)
		}
	}
}
