package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Parts of a ResourceList, of which a fuzzed text has some. "~" stands for the bytes
// that the fuzzer gives.
var (
	listBefore = []string{"", "\uFEFF", "---\n", "# a\n", "--- # a\n", "# a\n---\n", "---#x\n", "\n\n", "\uFEFF---\n", "%YAML 1.1\n---\n", "--- ", "~"}
	listFields = []string{
		"functionConfig: &f {kind: C, data: {a: b}}\n", "results: []\n", "results:\n- message: was\n", "results: [{message: was}]\n",
		"other: &o {a: b}\n", "# comment\n", "items: []\n", "results: null\n", "kind: ResourceList\n", "a: |\n  ---\n  b\n", "~",
	}
	listItems = []string{
		"- kind: A\n  metadata: {name: a}\n", "- {kind: B, data: {a: b, c: [d]}}\n", "-   kind: C # c\n    list:\n    - a\n    # d\n",
		"- null\n", "-\n", "- ~\n", "- []\n", "- 5\n", "- 'a'\n", "- {}\n", "# between\n", "\n", "- &x\n  kind: D\n  a: &y [b]\n", "- *x\n",
		"- <<: *x\n  kind: E\n", "- kind: F\n  a: *y\n", "- kind: F\n  kind: G\n", "- kind:\n", "- resources:\n  - a.yaml\n", "---\n", "...\n",
		"- kind: H\n  a: |\n    b\n\n", "- kind: I\n  a: >-\n    b\n    c\n", "- \"kind\": \"J\"\n  a: \"\\u00e9\\x41\"\n", "- kind: K\n  b: !!binary aGk=\n",
		"- kind: List\n  items:\n  - kind: L\n", "- kind: M\n  on: off\n  n: 0o7\n", "\uFEFF", "~",
	}
	listAfter = []string{"", "...\n", "---\n", "# end", "---\n# end\n", "\n\n", "--- # end\n", "---\nkind: N\n", "\uFEFF", "~"}
)

// listOf makes a text of what a fuzzer gives.
func listOf(data []byte) string {
	next := func(from []string) string {
		if len(data) == 0 {
			return from[0]
		}
		part := from[int(data[0])%len(from)]
		if data = data[1:]; part == "~" {
			n := min(4, len(data))
			part, data = string(data[:n]), data[n:]
		}
		return part
	}
	flags := byte(0)
	if len(data) > 0 {
		flags, data = data[0], data[1:]
	}
	text := next(listBefore) + listHead
	for range flags & 3 {
		text += next(listFields)
	}
	switch flags >> 2 & 7 {
	case 0: // none
	case 1:
		text += "items: null\n"
	case 2:
		text += "items: [{kind: A}, {kind: B, a: &x [b]}, " + strings.Trim(next(listItems), "- \n") + "]\n"
	default:
		text += "items:\n"
		for range flags >> 5 {
			text += next(listItems)
		}
	}
	text += next(listFields) + next(listAfter)
	if flags&3 == 3 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// readByKyaml is a list's items and results as kpt and kustomize read them; not ok if
// they take it for none.
func readByKyaml(t *testing.T, text string) (items []any, results int, ok bool) {
	t.Helper()
	r := &kio.ByteReader{Reader: strings.NewReader(text), OmitReaderAnnotations: true}
	nodes, err := r.Read()
	if err != nil || r.WrappingKind != "ResourceList" {
		return nil, 0, false
	}
	for _, n := range nodes {
		items = append(items, value(t, n.YNode()))
	}
	if r.Results != nil {
		results = len(r.Results.Content())
	}
	return items, results, true
}

func value(t *testing.T, n *yaml.Node) any {
	t.Helper()
	var out any
	if n.Decode(&out) != nil {
		return "something that can't be read, such as a key twice"
	}
	return out
}

// FuzzReadsAsKyaml: a ResourceList has the items that kpt and kustomize send, or there
// is an error, and it comes back with them and with results behind those that it had.
func FuzzReadsAsKyaml(f *testing.F) {
	for i := range 256 {
		f.Add([]byte{byte(i), byte(i >> 4), byte(i), byte(i + 1), byte(i + 2), byte(i * 7), byte(i * 11), byte(i * 13), byte(i), byte(i >> 2)})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := listOf(data)
		l, err := ParseResourceList([]byte(text))
		if err != nil {
			return
		}
		want, before, ok := readByKyaml(t, text)
		if !ok {
			return // what it isn't to them they don't send
		}
		var got []any
		root, err := decode(l.doc.text.Data)
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		objects := l.doc.items
		if _, items := yamlnode.Pair(root, "items"); l.Invalid() == nil && !yamlnode.IsNull(items) {
			for _, n := range items.Content {
				got = append(got, value(t, n))
				if !l.doc.cut || len(objects) == 0 || objects[0].line != n.Line {
					continue // it has no kind
				}
				alone, err := objects[0].Node()
				if diff := cmp.Diff(value(t, n), value(t, alone)); err != nil || diff != "" {
					t.Errorf("an item (-of the list +alone):\n%s%v\n%q", diff, err, text)
				}
				objects = objects[1:]
			}
		}
		if l.doc.cut && len(objects) > 0 {
			t.Errorf("%s isn't in the list\n%q", objects[0], text)
		}
		if diff := cmp.Diff(want, got); l.Invalid() == nil && diff != "" {
			t.Errorf("items (-kyaml +ours):\n%s\n%q", diff, text)
		}
		out, err := l.Rewrite(nil, func([]Rewritten) []*yaml.Node {
			return []*yaml.Node{yamlnode.Mapping(yamlnode.Str("message"), yamlnode.Str("added"))}
		})
		if err != nil {
			return
		}
		again, after, ok := readByKyaml(t, out.String())
		if diff := cmp.Diff(want, again); !ok || after != before+1 || diff != "" {
			t.Errorf("written back, %d results, then %d (-was +is):\n%s\n%q\n%q", before, after, diff, text, out)
		}
	})
}
