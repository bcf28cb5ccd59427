package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goyaml "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	apiyaml "k8s.io/apimachinery/pkg/util/yaml"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// stricter are the texts that kubectl reads and this package refuses, each by a part
// of what it says then. docs/reading.md lists them.
var stricter = map[string][]string{
	"a key twice":                            {"stands twice"},
	"a merge key behind what it brings":      {"tools don't agree on the value"},
	"text behind the end of a document":      {"kubectl reads nothing behind the end of a document"},
	"bytes that are no text":                 {"UTF-8", "UTF-16", "control characters are not allowed", "invalid Unicode character"},
	"a byte order mark in a key":             {"takes the byte order mark before", "a byte order mark can stand behind a separator", "two byte order marks in a row"},
	"JSON that is no YAML":                   {"in a JSON string for a line break", "did not find expected ',' or '}'", "did not find expected ',' or ']'", "exceeded max depth"},
	"aliases and merge keys without measure": {"expand to too much", "nested too deeply", "a merge key wants"},
	"a last line that kubectl drops":         {"kubectl drops a last line"},
	"two carriage returns":                   {"ends with two carriage returns"},
	"a tag without a name":                   {"without a name makes of a value"},
	"no base64":                              {"is no base64"},
}

// kubectl is what kubectl reads of a file: apimachinery's reader as cli-runtime's
// FileVisitor uses it, and the decoder behind it. Of an error the objects before it.
func kubectl(data []byte) (out []any, err error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	data = []byte(string([]rune(string(data))))
	d := apiyaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		ext := runtime.RawExtension{}
		if err := d.Decode(&ext); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return out, err
		}
		if ext.Raw = bytes.TrimSpace(ext.Raw); len(ext.Raw) == 0 || string(ext.Raw) == "null" {
			continue
		}
		decoded, _, err := unstructured.UnstructuredJSONScheme.Decode(ext.Raw, nil, nil)
		if list, ok := decoded.(*unstructured.UnstructuredList); ok && slices.ContainsFunc(list.Items, func(u unstructured.Unstructured) bool { return u.GetKind() == "" }) {
			err = errors.New("an item has no kind")
		}
		if err != nil {
			return out, err
		}
		var object any
		if err := json.Unmarshal(ext.Raw, &object); err != nil {
			return out, err
		}
		out = append(out, object)
	}
}

// ours is the same of this package, by the values of its nodes.
func ours(data []byte) (out []any, err error) {
	s, err := Parse("in.yaml", data)
	if err != nil {
		return nil, err
	}
	if at := s.Kindless(); len(at) > 0 {
		return nil, fmt.Errorf("%s: the object has no kind", at[0])
	}
	if !bytes.Equal(s.Bytes(), data) {
		return nil, fmt.Errorf("the text is %q", s.Bytes())
	}
	for _, doc := range s.docs {
		if doc.empty() {
			continue
		}
		var object any
		n, err := decode(doc.text.Data)
		if err == nil {
			n, err = yamlnode.Expand(n)
		}
		var text []byte
		if err == nil {
			text, err = kyaml.Marshal(n)
		}
		if err == nil {
			text, err = yaml.YAMLToJSON(text)
		}
		if err == nil {
			err = json.Unmarshal(text, &object)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, object)
	}
	return out, nil
}

// goesOn tells whether kubectl's own parser would read more, or fail, behind the end of
// a document. Ours may look so far ahead that it fails before it has read the first.
func goesOn(data []byte) bool {
	parts, _ := yamltext.Split(data)
	return slices.ContainsFunc(parts, func(part yamltext.Part) bool {
		var object, more any
		d := goyaml.NewDecoder(bytes.NewReader(lineEnded(part.Text)))
		return d.Decode(&object) == nil && !errors.Is(d.Decode(&more), io.EOF)
	})
}

// folded makes all white space in strings one blank.
func folded(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Join(strings.Fields(v), " ")
	case []any:
		out := make([]any, len(v))
		for i, entry := range v {
			out[i] = folded(entry)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = folded(value)
		}
		return out
	}
	return v
}

// compare returns how a text is read: "same", "both refuse", "kubectl refuses" or one
// of stricter. Any other difference is an error.
func compare(data []byte) (string, error) {
	want, refused := kubectl(data)
	got, err := ours(data)
	if bytes.Contains(data, []byte(">")) {
		// Kubectl's older parser folds lines that are indented deeper into other breaks.
		want, got = folded(want).([]any), folded(got).([]any)
	}
	switch {
	case err != nil && refused != nil:
		return "both refuse", nil
	case err != nil:
		for name, says := range stricter {
			for _, part := range says {
				if strings.Contains(err.Error(), part) {
					return name, nil
				}
			}
		}
		if goesOn(data) {
			return "text behind the end of a document", nil
		}
		return "", fmt.Errorf("kubectl reads %v, and this fails: %w", want, err)
	case refused != nil:
		// What it has read it has applied.
		if len(got) < len(want) || !slices.EqualFunc(want, got[:len(want)], func(a, b any) bool { return cmp.Equal(a, b) }) {
			return "", fmt.Errorf("kubectl reads %v, then %v; got %v", want, refused, got)
		}
		return "kubectl refuses", nil
	case len(want) != len(got) || !cmp.Equal(want, got):
		return "", fmt.Errorf("kubectl reads other objects (-want +got):\n%s", cmp.Diff(want, got))
	}
	return "same", nil
}

// a is an object in YAML, and j one in JSON.
const (
	a = "kind: A\napiVersion: v1\n"
	j = `{"kind":"J","apiVersion":"v1"}`
)

// read names for each text how it is read.
var readCases = []struct{ how, text string }{
	{"same", ""},
	{"same", a},
	{"same", "# c\n---\n" + a + "---\n---\n\n---\n# d\n"},
	{"same", a + "---#x\n" + a},
	{"same", a + "--- \t\n" + a},
	{"same", a + "---\u00a0\n" + a + "---\v\n" + a + "---\u2028\n" + a},
	{"same", a + "--- # c\rkind: C\n" + a},
	{"two carriage returns", a + "---\r\r\n" + a},
	{"two carriage returns", "kind: A\napiVersion: v1\na: |\n  b\r\r\n  c\n"},
	{"same", strings.ReplaceAll(a+"---\n"+a, "\n", "\r\n")},
	{"same", a + "...\n# c\n---\n" + a + "... # d\n...\n"},
	{"same", a + "...\n%YAML 1.1\n---\n" + a},
	{"same", a + "a: |\n  ---\n  ...\n  --- x\n---\n" + a},
	{"same", a + "a: >-\n  c\n\n  d\n   e: f\n"},
	{"same", a + "a: |+\n  b\n\n\n---\n" + a + "a: |\n  no line break"},
	{"same", strings.ReplaceAll(a, "\n", "\r")},
	{"kubectl refuses", "%YAML 1.1\n---\n" + a},
	{"kubectl refuses", "--- {kind: A, apiVersion: v1}\n"},
	{"both refuse", a + "--- {kind: A, apiVersion: v1}\n"},
	{"both refuse", a + "--- a: b\n"},
	{"both refuse", a + "----\n" + a},
	{"both refuse", "--- kind: A\n"},
	{"both refuse", "...\n" + a},
	{"both refuse", a + "a: '\n---\n'\n"},
	{"both refuse", "---#x\n" + a},
	{"text behind the end of a document", a + "...\n" + a},
	{"text behind the end of a document", a + "... " + a},
	{"text behind the end of a document", a + "%YAML 1.1\n---\n" + a},
	{"text behind the end of a document", strings.ReplaceAll(a+"---\n"+a, "\n", "\r")},
	{"text behind the end of a document", strings.ReplaceAll(a+"---\n"+a, "\n", "\u0085")},
	{"text behind the end of a document", strings.ReplaceAll(a+"---\n"+a, "\n", "\u2028")},
	{"text behind the end of a document", "{kind: A, apiVersion: v1}\n" + j},
	{"text behind the end of a document", "---\n" + j + "\n" + j},
	{"text behind the end of a document", "\u00a0" + j + j},

	{"same", "\uFEFF" + a},
	{"a byte order mark in a key", "\uFEFF\uFEFF" + a},
	{"same", "\uFEFF---\n" + a},
	{"same", "\uFEFF" + a + "---\n\uFEFF" + a + "---\n\uFEFF---\n" + a},
	{"same", strings.ReplaceAll("\uFEFF"+a+"---\n\uFEFF"+a, "\n", "\r\n")},
	{"same", "# c\n---\n\uFEFF" + a + "--- #\n\uFEFF# c\n" + a + "---\n\uFEFF"},
	{"same", "---\n---\n\uFEFF" + a},
	{"both refuse", a + "---\n---\n\uFEFF" + a},
	{"both refuse", "---\n\uFEFF" + a},
	{"both refuse", "\n\uFEFF" + a},
	{"both refuse", a + "---\n# c\n\uFEFF" + a},
	{"both refuse", a + "\uFEFF---\n" + a},
	{"both refuse", a + "\uFEFF"},
	{"both refuse", a + "---\uFEFF\n" + a},
	{"a byte order mark in a key", a + "a: |\n  b\n\uFEFFmetadata: {}\n"},

	{"same", j},
	{"same", "\uFEFF" + j + j + "\n" + j + "\r\n\n\t" + j + "\n"},
	{"same", "{\n\t\"kind\": \"J\",\r\n\"apiVersion\"\t:\"v1\"\n}\n" + j},
	{"same", j + "\n---\n" + j + "\n---\n" + a},
	{"same", j + "\n" + a + "---\n" + j},
	{"same", j + " " + a},
	{"same", j + "null" + j},
	{"same", j + " # a comment\n---\n\uFEFF" + a + "---\n" + j},
	{"same", j + "\n\n---\n\uFEFF" + a},
	{"same", j + "\n\uFEFF" + j + "\n"},
	{"same", "{kind: A, apiVersion: v1}\n---\n" + j},
	{"same", "{\"kind\": \"A\", \"apiVersion\": \"v1\",}\n---\n" + j},
	{"same", strings.Repeat(" ", 4095) + j + j},
	{"same", `{"kind":"J","apiVersion":"v1","a":"\ud83d\ude00\/\\ud83d\\/\"\u00e9é😀\u007f\n"}` + j},
	{"same", `{"kind":"J","apiVersion":"v1","\ud83d\ude00\/":{"\/\u2028":["\ud83d","\uDE00x",1e3,-0.5,9007199254740993]}}`},
	{"both refuse", j + " 5 " + j},
	{"both refuse", j + j + "\n---\n" + j},
	{"both refuse", j + "\n---\n\uFEFF" + j},
	{"both refuse", "{\"kind\": \"J\","},
	{"both refuse", j + "\n...\n"},
	{"same", j + "\u00a0\n" + a},
	{"same", "\u00a0{kind: A, apiVersion: v1}"},
	{"a last line that kubectl drops", a + "a: " + strings.Repeat("x", 4093)},
	{"a last line that kubectl drops", a + "a: b\n---\n" + strings.Repeat(" ", 100) + "{kind: B, apiVersion: v1, a: " + strings.Repeat("y", 2*4096-130) + "}"},
	{"same", a + "a: " + strings.Repeat("x", 4093) + "\n"},
	{"same", a + "a: " + strings.Repeat("x", 4092)},
	{"kubectl refuses", j + "\n#x"},
	{"both refuse", a + "---\n" + `{"kind":"J","apiVersion":"v1","a":"\/"}`},
	{"text behind the end of a document", strings.Repeat(" ", 4096) + j + j},
	{"JSON that is no YAML", "{\"kind\":\"J\",\"apiVersion\"\n:\"v1\"}"},
	{"JSON that is no YAML", "{\"kind\":\"J\",\"apiVersion\":\"v1\",\"a\":\"b\u2028c\u0085\"}"},

	{"same", a + "metadata: {name: !!binary aGVsbG8=, labels: {!!binary YQ==: !!binary /wD/}}\n"},
	{"same", a + "a: !<tag:yaml.org,2002:binary> |\n  aGVs\n  bG8=\n"},
	{"both refuse", a + "a: !!binary x\n"},
	{"a tag without a name", a + "a: ! 5\n"},
	{"a tag without a name", a + "a: &x !\n"},
	{"a tag without a name", a + "a: [b, ! ]\n"},
	{"same", a + "a: ! 'c'\nb: hi!\nd: \"! e\"\nf: |\n  ! g\n"},
	{"a key twice", a + "kind: B\n"},
	{"a key twice", a + "metadata: {name: a, name: b}\n"},
	{"a key twice", "{\"kind\":\"J\",\"apiVersion\":\"v1\",\"kind\":\"K\"}"},
	{"same", a + "b: &b {c: d, e: f}\na: {<<: *b, c: g}\n<<: {h: i}\n"},
	{"a merge key behind what it brings", a + "<<: {kind: B}\n"},
	{"bytes that are no text", a + "a: \xe9\n"},
	{"bytes that are no text", j[:len(j)-1] + ",\"a\":\"\x7f\"}"},
	{"both refuse", a + "a: \x01\n"},
	{"both refuse", "metadata: {name: a}\n"},
	{"both refuse", "kind:\napiVersion: v1\n"},
	{"both refuse", "- " + j},
	{"both refuse", "hello\n"},
	{"same", "kind: AList\napiVersion: v1\nitems:\n- {metadata: {name: a}}\n- kind: B\n  apiVersion: v1\n"},
	{"both refuse", "kind: List\napiVersion: v1\nitems:\n- metadata: {name: a}\n"},
	{"both refuse", "kind: List\napiVersion: v1\nitems: [a]\n"},
	{"same", a + "on: off\n1: 010\n2.5: 1_000\nyes: ~\na: 0x1F\nb: 1:30\nc: 2001-01-01\nd: 1e3\n"},
	{"same", a + "a: !!str 5\nb: !!int '5'\nc: !foo d\ne: &f\n? g\n: *f\n"},
}

// TestReadsAsKubectl holds the reader against kubectl's.
func TestReadsAsKubectl(t *testing.T) {
	for _, tt := range readCases {
		if got, err := compare([]byte(tt.text)); got != tt.how {
			t.Errorf("%.300q: want %q, got %q, %v", tt.text, tt.how, got, err)
		}
	}
}

// Parts of a stream, of which a fuzzed text has some. "~" stands for two bytes that the
// fuzzer gives.
var streamParts = []string{
	a, j, j + "\n", "\uFEFF", "---\n", "---#x\n", "--- # c\n", "---\r\n", "--- \t\n", "---", "...\n", "... # c\n", "\n", " ", "# c\n", "%YAML 1.1\n",
	"kind: B\napiVersion: v1\nmetadata: {name: b}\n", "{kind: C, apiVersion: v1}\n", "a: |\n  ---\n  b\n", "a: >-\n  c\n\n  d\n", "a: 'x\n\n  y'\n", "a: \"\\u00e9\\x41\"\n",
	`{"kind":"J","apiVersion":"v1","a":"\ud83d\ude00\/"}`, "kind: List\napiVersion: v1\nitems:\n- kind: D\n  apiVersion: v1\n", "b: &x {c: d}\n", "e: *x\n", "f: {<<: *x, g: h}\n",
	"on: off\n1: 010\n", "a: !!binary aGk=\n", "a: !!str 5\n", "a: ! 5\n", "metadata:\n  labels: {a: b}\n", "a: \u00e9\u2028\n", "- c\n", "null\n", "a: [b,\n  c d\n  e]\n", "? f\n: g\n", "~",
}

// streamOf makes a text of what a fuzzer gives.
func streamOf(data []byte) string {
	text, crlf := "", len(data) > 0 && data[0]&0x80 != 0
	for len(data) > 0 && len(text) < 1<<12 {
		part := streamParts[int(data[0]&0x7f)%len(streamParts)]
		if data = data[1:]; part == "~" {
			n := min(2, len(data))
			part, data = string(data[:n]), data[n:]
		}
		text += part
	}
	if crlf {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// FuzzReadsAsKubectl: no other objects than kubectl reads, whatever the stream.
func FuzzReadsAsKubectl(f *testing.F) {
	for i := range 512 {
		f.Add([]byte{byte(i), byte(i * 3), byte(i * 5), byte(i * 7), byte(i * 11), byte(i * 13), byte(i >> 1), byte(i >> 3)})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := streamOf(data)
		if _, err := compare([]byte(text)); err != nil {
			t.Errorf("%v\n%q", err, text)
		}
	})
}
