package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// adding appends an entry to the list at a key of each object.
func adding(s *Stream, keys ...string) map[*Item][]yamledit.Change {
	entry := yamlnode.Mapping(yamlnode.Str("name"), yamlnode.Str("new"), yamlnode.Str("value"), yamlnode.Str("x"))
	out := map[*Item][]yamledit.Change{}
	for _, it := range s.Items() {
		out[it] = []yamledit.Change{{Op: yamledit.Append, List: yamlnode.Way{}.To(keys...), Entries: []*yaml.Node{entry}, Keep: "# ours"}}
	}
	return out
}

func parsed(t *testing.T, text string) *Stream {
	t.Helper()
	s, err := Parse("in.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s
}

// TestRewrite adds an entry to the list of each object, in YAML that is odd and legal.
// The rest of the text must not change.
func TestRewrite(t *testing.T) {
	const entry = "- name: new\n  value: x\n"
	for _, tt := range []struct{ name, in, want string }{
		{"a plain list", "kind: A\nlist:\n- a\nafter: x\n", "kind: A\nlist:\n- a\n" + entry + "after: x\n"},
		{"words over several lines before it", "kind: A\nlist:\n- a b\n    c\n\n  d\nafter: x\n", "kind: A\nlist:\n- a b\n    c\n\n  d\n" + entry + "after: x\n"},
		{"words that look like an entry", "kind: A\nlist:\n- a\n  - b\nafter: x\n", "kind: A\nlist:\n- a\n  - b\n" + entry + "after: x\n"},
		{"a list in a list", "kind: A\nlist:\n- - a\n  - b\nafter: x\n", "kind: A\nlist:\n- - a\n  - b\n" + entry + "after: x\n"},
		{"a dash in a line of its own", "kind: A\nlist:\n-\n  - a\nafter: x\n", "kind: A\nlist:\n-\n  - a\n" + entry + "after: x\n"},
		{"a complex key in an entry", "kind: A\nlist:\n- ? a\n  : b\nafter: x\n", "kind: A\nlist:\n- ? a\n  : b\n" + entry + "after: x\n"},
		{"complex keys of the object", "? kind\n: A\n? list\n:\n- a\n", "? kind\n: A\n? list\n:\n- a\n" + entry},
		{"a literal that keeps its blank lines", "kind: A\nlist:\n- |+\n  a\n\n\nafter: x\n", "kind: A\nlist:\n- |+\n  a\n\n\n" + entry + "after: x\n"},
		{"a literal in which an entry stands", "kind: A\nlist:\n- |\n  a\n   - b\n # c\nafter: x\n", "kind: A\nlist:\n- |\n  a\n   - b\n # c\n" + entry + "after: x\n"},
		{"a folded scalar in which a number sign stands", "kind: A\nlist:\n- >\n  a\n  # b\n", "kind: A\nlist:\n- >\n  a\n  # b\n" + entry},
		{"a literal that says how far it is indented", "kind: A\nlist:\n- |1\n   a\n  b\nafter: x\n", "kind: A\nlist:\n- |1\n   a\n  b\n" + entry + "after: x\n"},
		{"comments at all places", "# a\nkind: A # b\n# c\nlist: # d\n# e\n- f # g\n # h\n# i\n\n# j\nafter: x # k\n# l\n", "# a\nkind: A # b\n# c\nlist: # d\n# e\n- f # g\n # h\n" + entry + "# i\n\n# j\nafter: x # k\n# l\n"},
		{"carriage returns", "kind: A\r\nlist:\r\n- a\r\nafter: x\r\n", "kind: A\r\nlist:\r\n- a\r\n" + strings.ReplaceAll(entry, "\n", "\r\n") + "after: x\r\n"},
		{"carriage returns alone", "kind: A\rlist:\r- a\rafter: x\r", "kind: A\rlist:\r- a\r" + strings.ReplaceAll(entry, "\n", "\r") + "after: x\r"},
		{"tabs before comments and behind values", "kind: A\nlist:\n- a\t# b\nafter:\tx\t\n", "kind: A\nlist:\n- a\t# b\n" + entry + "after:\tx\t\n"},
		{"tabs in a flow collection", "kind: A\nlist: [{a: b},\n\t{c: d}]\n", "kind: A\nlist: [{a: b},\n\t{c: d},\n\t{name: new, value: x}]\n"},
		{"tags of values", "kind: !!str A\nlist:\n- !!str 1\n- !own a\nafter: x\n", "kind: !!str A\nlist:\n- !!str 1\n- !own a\n" + entry + "after: x\n"},
		{"anchors elsewhere", "kind: A\na: &a b\nlist:\n- c\nd: *a\n", "kind: A\na: &a b\nlist:\n- c\n" + entry + "d: *a\n"},
		{"a marker with a comment", "--- # a\nkind: A\nlist:\n- b\n--- # c\nkind: B\nlist:\n- d\n", "--- # a\nkind: A\nlist:\n- b\n" + entry + "--- # c\nkind: B\nlist:\n- d\n" + entry},
		{"a marker with an object", "--- {kind: A, list: [{a: b}]}\n", "--- {kind: A, list: [{a: b}, {name: new, value: x}]}\n"},
		{"an end", "kind: A\nlist:\n- a\n...\n# b\n---\nkind: B\nlist:\n- c\n...\n", "kind: A\nlist:\n- a\n" + entry + "...\n# b\n---\nkind: B\nlist:\n- c\n" + entry + "...\n"},
		{"a directive", "%YAML 1.1\n---\nkind: A\nlist:\n- a\n", "%YAML 1.1\n---\nkind: A\nlist:\n- a\n" + entry},
		{"a byte order mark", "\uFEFFkind: A\nlist:\n- a\n", "\uFEFFkind: A\nlist:\n- a\n" + entry},
		{"letters of several bytes", "kind: A\nä: ö # ü\nlist: # 語\n- 語\n", "kind: A\nä: ö # ü\nlist: # 語\n- 語\n" + entry},
		{"no line break at the end", "kind: A\nlist:\n- a", "kind: A\nlist:\n- a\n" + strings.TrimSuffix(entry, "\n")},
		{"a literal, and no line break at the end", "kind: A\nlist:\n- |\n  a", "kind: A\nlist:\n- |\n  a\n" + strings.TrimSuffix(entry, "\n")},
		{"a List", "kind: List\nitems:\n- kind: A\n  list:\n  - a\n# b\n- kind: B\n  list:\n  - c\n", "kind: List\nitems:\n- kind: A\n  list:\n  - a\n  - name: new\n    value: x\n# b\n- kind: B\n  list:\n  - c\n  - name: new\n    value: x\n"},
		{"a List in a List", "kind: List\nitems:\n  - kind: List\n    items:\n    - kind: A\n      list:\n      - a\n  - kind: B\n    list: []\n", "kind: List\nitems:\n  - kind: List\n    items:\n    - kind: A\n      list:\n      - a\n      - name: new\n        value: x\n  - kind: B\n    list: # ours was: \" []\"\n    - name: new\n      value: x\n"},
		{"a List whose dashes stand alone", "kind: List\nitems:\n-\n  kind: A\n  list:\n  - a\n", "kind: List\nitems:\n-\n  kind: A\n  list:\n  - a\n  - name: new\n    value: x\n"},
		{"a List in JSON", `{"kind":"List","items":[{"kind":"A","list":[{"a":"b"}]},{"kind":"B","list":[]}]}`, `{"kind":"List","items":[{"kind":"A","list":[{"a":"b"},{"name":"new","value":"x"}]},{"kind":"B","list":[{"name":"new","value":"x"}]}]}`},
		{"flow style in a List in block style", "kind: List\nitems:\n- {kind: A, list: [{a: b}]} # b\n- {kind: B}\n", "kind: List\nitems:\n- {kind: A, list: [{a: b}, {name: new, value: x}]} # b\n- {kind: B, list: [{name: new, value: x}]}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed(t, tt.in)
			out, rewritten, err := s.Rewrite(adding(s, "list"))
			if err != nil || len(rewritten) > 0 {
				t.Fatalf("it isn't edited in place: %v, %+v", err, rewritten)
			}
			if diff := cmp.Diff(tt.want, string(out.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.in, string(s.Bytes())); diff != "" {
				t.Errorf("the stream itself changes (-want +got):\n%s", diff)
			}
			sameItems(t, parsed(t, string(out.Bytes())), out)
		})
	}
}

// sameItems: a stream that was rewritten is as good as one that was parsed.
func sameItems(t *testing.T, want, got *Stream) {
	t.Helper()
	describe := func(s *Stream) (out []any) {
		for _, it := range s.Items() {
			object, err := it.Object()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, it.String(), it.Origin.String(), object)
		}
		return out
	}
	if diff := cmp.Diff(describe(want), describe(got)); diff != "" {
		t.Errorf("items (-parsed +rewritten):\n%s", diff)
	}
}

// TestRewritten: an object that can't be edited in place is encoded anew, alone, and
// named with the reason.
func TestRewritten(t *testing.T) {
	const (
		anchor  = "an anchor is on the way to list"
		unclear = "it can't be told from the text where to edit it: list"
	)
	// Only objects of the kinds A and C change.
	for _, tt := range []struct{ name, in, want, reason string }{
		{
			"an anchored list and its alias", "# before\nkind: A # a\nlist: &x # b\n- c\nd: *x # e\n# after\n---\nkind:   B\n",
			"# before\nkind: A # a\nlist:\n- c # b\n- name: new\n  value: x\nd:\n# e\n- c # b\n# after\n---\nkind:   B\n", anchor,
		},
		{
			"a list by a merge key", "kind: A\nx: &x {list: [a]}\n<<: *x\n",
			"kind: A\nx: {list: [a]}\nlist: [a, {name: new, value: x}]\n", "a merge key is on the way to list",
		},
		{
			"a tagged list", "kind: A\nlist: !!seq\n- a\n", "kind: A\nlist:\n- a\n- name: new\n  value: x\n", "a tag is on the way to list",
		},
		{
			"an empty list over two lines", "kind:   A\nlist: [\n  ]\n", "kind: A\nlist:\n- name: new\n  value: x\n", unclear,
		},
		{
			"a list behind a question mark", "kind:   A\n? list\n: []\n", "kind: A\nlist:\n- name: new\n  value: x\n",
			"it can't be told from the text where to edit it: \"list\" is an explicit key, with a question mark",
		},
		{
			"an entry of a List", "kind: List\nitems:\n    - kind:   A # a\n      list: &x\n      - b\n    - kind:   C # c\n      list: []\n",
			"kind: List\nitems:\n    - kind: A # a\n      list:\n      - b\n      - name: new\n        value: x\n    - kind:   C # c\n      list: # ours was: \" []\"\n      - name: new\n        value: x\n", anchor,
		},
		{
			"an anchored List", "--- &x\nkind: List\nitems:\n- kind: A\n  list:\n    - a\n", "--- &x\nkind: List\nitems:\n- kind: A\n  list:\n  - a\n  - name: new\n    value: x\n",
			"an anchor is on the way to the list that holds it",
		},
		{
			"nothing in flow style", "kind:   A\nlist: &x [{a: }]\nb: {c: , d: e}\n", "kind: A\nlist: [{a: null}, {name: new, value: x}]\nb: {c: null, d: e}\n", anchor,
		},
		{
			"with carriage returns", "kind:   A\r\nlist: &x\r\n- a\r\n", "kind: A\r\nlist:\r\n- a\r\n- name: new\r\n  value: x\r\n", anchor,
		},
		{
			"a literal at the end that keeps its blank lines", "kind:   A\nlist: &x []\nb: |+\n  c\n\n", "kind: A\nlist:\n- name: new\n  value: x\nb: \"c\\n\\n\"\n", anchor,
		},
		{
			"a literal at the end, without a line break", "kind:   A\nlist: &x []\nb: |\n  c", "kind: A\nlist:\n- name: new\n  value: x\nb: \"c\\n\"", anchor,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed(t, tt.in)
			items := s.Items()
			changes := adding(s, "list")
			for _, it := range items {
				if it.Kind == "B" {
					delete(changes, it)
				}
			}
			out, rewritten, err := s.Rewrite(changes)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(out.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if len(rewritten) != 1 || rewritten[0].Item != items[0] || rewritten[0].Reason != tt.reason {
				t.Errorf("want the first object with the reason %q, got %+v", tt.reason, rewritten)
			}
			if diff := cmp.Diff(tt.in, string(s.Bytes())); diff != "" {
				t.Errorf("the stream itself changes (-want +got):\n%s", diff)
			}
			sameItems(t, parsed(t, string(out.Bytes())), out)
		})
	}
}

// TestRefused: what can't even be encoded anew without a change of something else is
// an error that says why and what to do; there is no stream then.
func TestRefused(t *testing.T) {
	const refusal = "the object can't be changed as it is written, neither in place nor as a whole: "
	for _, tt := range []struct{ name, in, want string }{
		{"a flow List", "{kind: List, items: [{kind: A, list: &x [a], b: *x}]}\n", "in.yaml, document 1, line 1: a/: " + refusal + "an anchor is on the way to list: write out"},
		{"an alias of the object elsewhere", "kind: List\nx: *x\nitems:\n- &x\n  kind: A\n  list: [a]\n", ""},
		{"an object whose anchor another one needs", "kind: List\nitems:\n- kind: A\n  list: &x [a]\n- kind: B\n  b: *x\n", "in.yaml, document 1, line 3: a/: " + refusal + "another object has a part of it by an alias: write out"},
		{"an anchored object", "kind: List\nitems:\n- &x\n  kind: A\n  list: [a]\n", "in.yaml, document 1, line 3: a/: " + refusal + "an anchor is on the way to list: write out"},
		{"an alias without an end", "kind: A\nb: &x [*x]\n", "in.yaml, document 1, line 2: a/: YAML aliases expand to too much"},
		{"a way that leads through a word", "kind: A\nlist: a\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse("in.yaml", []byte(tt.in))
			if tt.want == "" {
				if err == nil {
					out, rewritten, err := s.Rewrite(adding(s, "list", "more"))
					if err == nil || out != nil || rewritten != nil {
						t.Errorf("want an error alone, got %v and %+v", err, rewritten)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			changes := adding(s, "list")
			if items := s.Items(); len(items) > 1 {
				delete(changes, items[1])
			}
			out, rewritten, err := s.Rewrite(changes)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || out != nil || rewritten != nil {
				t.Errorf("want %q, got %v and %+v", tt.want, err, rewritten)
			}
			if diff := cmp.Diff(tt.in, string(s.Bytes())); diff != "" {
				t.Errorf("the stream changes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCaught: a text that was edited wrongly doesn't leave. The changes here have in
// them what no caller gives: text that the writer of text takes as it is.
func TestCaught(t *testing.T) {
	const misread = "its edited text did not read back as it should"
	list := yamlnode.Way{}.To("list")
	empty := func(text string) []yamledit.Change {
		return []yamledit.Change{{Op: yamledit.Empty, List: list, Text: text}}
	}
	add := func(comment, keep string) []yamledit.Change {
		entry := yamlnode.Str("new")
		entry.LineComment = comment
		return []yamledit.Change{{Op: yamledit.Append, List: list, Entries: []*yaml.Node{entry}, Keep: keep}}
	}
	const pod, listed = "kind: A\nlist:\n- a\nb: c\n", "kind: List\nitems:\n- kind: A\n  list:\n  - a\n  b: c\n- kind: B\n"
	anchored := strings.ReplaceAll(listed, "kind: B\n", "kind: B\n  d: &x e\n  f: *x\n")
	for _, tt := range []struct {
		name, in     string
		changes      []yamledit.Change
		want, reason string
		err          string
	}{
		{"a key behind an empty list", pod, empty(" []\nhostPID: true"), "kind: A\nlist: []\nb: c\n", misread, ""},
		{"a document behind an empty list", pod, empty(" []\n---\nkind: B"), "kind: A\nlist: []\nb: c\n", misread, ""},
		{"a document behind the last list", "kind: A\nlist:\n- a\n", empty(" []\n---\nkind: B"), "kind: A\nlist: []\n", misread, ""},
		{"the end of the document", "kind: A\nlist:\n- a\n", empty(" []\n...\nkind: B"), "kind: A\nlist: []\n", misread, ""},
		{"no YAML", pod, empty(" [\"]"), "kind: A\nlist: []\nb: c\n", misread, ""},
		{"a comment that is none", pod, add("and more", "#"), "kind: A\nlist:\n- a\n- new # and more\nb: c\n", misread, ""},
		{"a comment with a key in it", "kind: A\nlist: []\n", add("", "# a\nhostPID: true\n#"), "kind: A\nlist:\n- new\n", misread, ""},
		{"a key of the object's in a List", listed, empty(" []\n  hostPID: true"), strings.Replace(listed, "  list:\n  - a\n", "  list: []\n", 1), misread, ""},
		{"an object in a List", listed, empty(" []\n- kind: C"), strings.Replace(listed, "  list:\n  - a\n", "  list: []\n", 1), misread, ""},
		{"a document in a List", listed, empty(" []\n---\nkind: C"), strings.Replace(listed, "  list:\n  - a\n", "  list: []\n", 1), misread, ""},
		{"an object in a List next to one with anchors", anchored, empty(" []\n- kind: C"), strings.Replace(anchored, "  list:\n  - a\n", "  list: []\n", 1), misread, ""},
		{"an object in a List with anchors across", strings.NewReplacer("b: c", "b: &x c", "d: &x e\n  ", "").Replace(anchored), empty(" []\n  b: c\n- kind: C\n  d: e"), "", "", "in.yaml, document 1, line 7: b/: the object can't be changed as it is written, neither in place nor as a whole: another object has a part of it by an alias"},
		{"an object behind the last one", "kind: List\nitems:\n- kind: B\n- kind: A\n  list: &x\n  - a\n", empty(" []\n- kind: C"), "kind: List\nitems:\n- kind: B\n- kind: A\n  list: []\n", "an anchor is on the way to list", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed(t, tt.in)
			changes := map[*Item][]yamledit.Change{}
			for _, it := range s.Items() {
				if it.Kind == "A" {
					changes[it] = tt.changes
				}
			}
			out, rewritten, err := s.Rewrite(changes)
			if tt.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.err) || out != nil {
					t.Errorf("want the error %q, got %v", tt.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(out.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if len(rewritten) != 1 || rewritten[0].Reason != tt.reason {
				t.Errorf("want the reason %q, got %+v", tt.reason, rewritten)
			}
		})
	}
}

// TestUnreadable: an object that can't be written out, and that nobody changes, is in
// nobody's way.
func TestUnreadable(t *testing.T) {
	in := "kind: List\nitems:\n- kind: B\n  twice: {a: b, a: c}\n- kind: A\n  x: &x y\n  list: [{a: *x}]\n"
	s := parsed(t, in)
	changes := adding(s, "list")
	delete(changes, s.Items()[0])
	out, rewritten, err := s.Rewrite(changes)
	if err != nil || len(rewritten) > 0 {
		t.Fatalf("%v, %+v", err, rewritten)
	}
	if diff := cmp.Diff(strings.Replace(in, "*x}]", "*x}, {name: new, value: x}]", 1), string(out.Bytes())); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// TestRewrittenComments: of an object that is encoded anew each comment stands where
// it stood, once.
func TestRewrittenComments(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"behind the last value", "kind: A\nlist: &x [b]\nc: d # e\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: d # e\n"},
		{"behind the last entry, where one is added", "kind: A\nlist: &x\n- b # c\n# d\n", "kind: A\nlist:\n- b # c\n- name: new\n  value: x\n# d\n"},
		{"behind an alias", "kind: A\nlist: &x [b]\nc: *x # d\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: [\n  # d\n  b]\n"},
		{"behind a flow mapping", "{kind: A, list: &x [b]} # c\n", "{kind: A, list: [b, {name: new, value: x}]} # c\n"},
		{"behind the last value, without a line break", "kind: A\nlist: &x [b]\nc: d # e", "kind: A\nlist: [b, {name: new, value: x}]\nc: d # e"},
		{"below, as deep as the last value", "kind: A\nlist: &x [b]\nc:\n  d: e\n  # f\n# g\n", "kind: A\nlist: [b, {name: new, value: x}]\nc:\n  d: e\n  # f\n# g\n"},
		{"below, as deep as the last entry", "kind: A\nlist: &x [b]\nc:\n- d:\n  - e\n  # f\n# g\n", "kind: A\nlist: [b, {name: new, value: x}]\nc:\n- d:\n  - e\n  # f\n# g\n"},
		{"below, behind a blank line", "kind: A\nlist: &x [b]\nc:\n  d: e\n\n  # f\n", "kind: A\nlist: [b, {name: new, value: x}]\nc:\n  d: e\n\n  # f\n"},
		{"behind a flow list at the end", "kind: A\nlist: &x [b]\nc: [d] # e\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: [d] # e\n"},
		{"behind a flow mapping at the end", "kind: A\nlist: &x [b]\nc:\n- {d: e} # f\n", "kind: A\nlist: [b, {name: new, value: x}]\nc:\n- {d: e} # f\n"},
		{"behind nothing", "kind: A\nlist: &x [b]\nc: # d\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: # d\n"},
		{"behind quotes over two lines", "kind: A\nlist: &x [b]\nc: \"d\n  e\" # f\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: \"d e\" # f\n"},
		{"in the first line of a literal", "kind: A\nlist: &x [b]\nc: | # d\n  e\n", "kind: A\nlist: [b, {name: new, value: x}]\nc: | # d\n  e\n"},
		{"above all", "# a\n\n# b\nkind: A\nlist: &x [b]\n", "# a\n\n# b\nkind: A\nlist: [b, {name: new, value: x}]\n"},
		{"in a List", "kind: List\nitems:\n# a\n- kind: A # b\n  list: &x\n  - c # d\n  # e\n# f\n- kind: B\n", "kind: List\nitems:\n# a\n- kind: A # b\n  list:\n  - c # d\n  - name: new\n    value: x\n  # e\n# f\n- kind: B\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed(t, tt.in)
			changes := adding(s, "list")
			for _, it := range s.Items()[1:] {
				delete(changes, it)
			}
			out, rewritten, err := s.Rewrite(changes)
			if err != nil || len(rewritten) != 1 {
				t.Fatalf("it isn't written anew: %v, %v", err, rewritten)
			}
			if diff := cmp.Diff(tt.want, string(out.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRewriteOfManyObjects: an object is read again for itself, whatever stands in
// the others. Reading the whole document for each one would allocate a hundred times
// as much here.
func TestRewriteOfManyObjects(t *testing.T) {
	const objects = 200
	allocations := func(first string) float64 {
		s := parsed(t, "kind: List\nitems:\n"+first+strings.Repeat("- kind: A\n  list:\n  - a\n", objects))
		changes := adding(s, "list")
		return testing.AllocsPerRun(1, func() {
			out, rewritten, err := s.Rewrite(changes)
			if err != nil || len(rewritten) > 0 {
				t.Fatalf("it isn't edited in place: %v, %+v", err, rewritten)
			}
			if got := strings.Count(string(out.Bytes()), "name: new"); got != objects+1 {
				t.Fatalf("%d objects are edited, want %d", got, objects+1)
			}
		})
	}
	plain := allocations("- kind: B\n  list:\n  - a\n")
	for _, tt := range []struct {
		name, first string
		times       float64
	}{
		{"an ampersand in a script", "- kind: B\n  run: a && b << c\n  list:\n  - a\n", 1.1},
		{"an anchor and its alias", "- kind: B\n  a: &a b\n  c: *a\n  list:\n  - a\n", 4},
		{"a merge key", "- kind: B\n  a: {<<: {b: c}}\n  list:\n  - a\n", 4},
	} {
		if got := allocations(tt.first); got > tt.times*plain {
			t.Errorf("%s: %.0f allocations, and %.0f without it; want %v times as many at most", tt.name, got, plain, tt.times)
		} else {
			t.Logf("%s: %.2f times the allocations", tt.name, got/plain)
		}
	}
}

// TestEncodedCRLF: an object that is written again keeps its comments and its line
// breaks, whichever these are.
func TestEncodedCRLF(t *testing.T) {
	in := "kind: A\nother:\n- name: a\n  value: b\n# note\n- {name: c, value: d}\nlist: &x\n- a\nagain: *x\n"
	want := "kind: A\nother:\n- name: a\n  value: b\n# note\n- {name: c, value: d}\nlist:\n- a\n- name: new\n  value: x\nagain:\n- a\n"
	for _, eol := range []string{"\n", "\r\n"} {
		s := parsed(t, strings.ReplaceAll(in, "\n", eol))
		out, rewritten, err := s.Rewrite(adding(s, "list"))
		if err != nil || len(rewritten) != 1 {
			t.Fatalf("%q: %v, %+v", eol, err, rewritten)
		}
		if diff := cmp.Diff(strings.ReplaceAll(want, "\n", eol), string(out.Bytes())); diff != "" {
			t.Errorf("%q (-want +got):\n%s", eol, diff)
		}
	}
}
