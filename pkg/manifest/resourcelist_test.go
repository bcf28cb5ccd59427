package manifest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

const listHead = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// TestParseResourceList: what is no ResourceList, or may be half of one, is said to be.
func TestParseResourceList(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "reading stdin: want a ResourceList, got nothing"},
		{"nothing but comments", "# a\n---\n", "reading stdin: want a ResourceList, got nothing"},
		{"another kind", "kind: A\n", `reading stdin: want one document of kind ResourceList, as kpt and kustomize send it; got kind "A"`},
		{"the kind of another group", "apiVersion: v1\nkind: ResourceList\n", `got kind "ResourceList"`},
		{"two of them", listHead + "---\n" + listHead, `got kind "ResourceList"`},
		{"no YAML", listHead + "items: [\n", "parsing stdin: document 1, line 3: did not find expected node content"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParseResourceList([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
}

// TestResourceList: items are changed and results added, and every other byte stays.
func TestResourceList(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		results  []string
		want     string
	}{
		{
			"an item and a result", listHead + "items:\n- kind: A # a\n  list:\n  - b\n# c\nfunctionConfig:\n  kind: C\n", []string{"done"},
			listHead + "items:\n- kind: A # a\n  list:\n  - b\n  - name: new\n    value: x\n# c\nfunctionConfig:\n  kind: C\nresults:\n- message: done\n",
		},
		{
			"behind the results that came in", listHead + "results:\n- message: before\nitems:\n- kind: A\n  list: [{a: b}]\n", []string{"one", "two"},
			listHead + "results:\n- message: before\n- message: one\n- message: two\nitems:\n- kind: A\n  list: [{a: b}, {name: new, value: x}]\n",
		},
		{"no result", listHead + "items:\n- kind: A\n", nil, listHead + "items:\n- kind: A\n  list:\n  - name: new\n    value: x\n"},
		{"no items", listHead, []string{"done"}, listHead + "items: []\nresults:\n- message: done\n"},
		{"null for items", listHead + "items: # none\n", nil, listHead + "items: [] # none\n"},
		{"empty results", listHead + "items: []\nresults: []\n", []string{"done"}, listHead + "items: []\nresults:\n- message: done\n"},
		{"JSON", `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"kind":"A","list":[{"a":"b"}]}]}`, []string{"done"},
			`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"kind":"A","list":[{"a":"b"},{"name":"new","value":"x"}]}],"results":[{"message":"done"}]}`},
		{"comments around it", "# a\n---\n" + listHead + "items: []\n---\n# b\n", []string{"done"}, "# a\n---\n" + listHead + "items: []\nresults:\n- message: done\n---\n# b\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := ParseResourceList([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			got, err := l.Rewrite(adding(&Stream{docs: []*document{l.doc}}, "list"), func([]Rewritten) (out []*yaml.Node) {
				for _, message := range tt.results {
					out = append(out, yamlnode.Mapping(yamlnode.Str("message"), yamlnode.Str(message)))
				}
				return out
			})
			if diff := cmp.Diff(tt.want, got.String()); err != nil || diff != "" {
				t.Errorf("text (-want +got):\n%s%v", diff, err)
			}
			if diff := cmp.Diff(tt.in, string(l.stream.Bytes())); diff != "" {
				t.Errorf("the list itself changes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestResourceListErrors: items that can't be changed, and results that have no place.
func TestResourceListErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"an item in flow style that is shared", listHead + "items: [{kind: A, list: &x [a], b: *x}]\n", "a/: the object can't be changed as it is written"},
		{"the end cut off", listHead + "items:\n- kind: A\n  b: |\n    c", "it may have been cut off; add a line break if it hasn't"},
		{"results in an alias", listHead + "a: &x [b]\nitems: []\nresults: *x\n", "writing the ResourceList's results: an alias is on the way to results"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := ParseResourceList([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			got, err := l.Rewrite(adding(&Stream{docs: []*document{l.doc}}, "list"), func([]Rewritten) []*yaml.Node {
				return []*yaml.Node{yamlnode.Str("done")}
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) || got != nil {
				t.Errorf("want %q, got %v and\n%s", tt.want, err, got)
			}
		})
	}
}

// TestResourceListRewritten: results are asked for once it is known what was written
// anew.
func TestResourceListRewritten(t *testing.T) {
	l, err := ParseResourceList([]byte(listHead + "items:\n- kind: A\n  list: &x\n  - b\n  c: *x\nfunctionConfig: {kind: C}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var rewritten []Rewritten
	got, err := l.Rewrite(adding(&Stream{docs: []*document{l.doc}}, "list"), func(all []Rewritten) []*yaml.Node {
		rewritten = all
		return nil
	})
	if err != nil || len(rewritten) != 1 || rewritten[0].Item != l.Items()[0] {
		t.Errorf("want the item written anew, got %+v, %v", rewritten, err)
	}
	want := listHead + "items:\n- kind: A\n  list:\n  - b\n  - name: new\n    value: x\n  c:\n  - b\nfunctionConfig: {kind: C}\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if config, err := l.FunctionConfig(); err != nil || config != "{kind: C}\n" || !l.Items()[0].Wrapped() {
		t.Errorf("the config is %q, %v", config, err)
	}
}

// TestItemError: where, which object, and what.
func TestItemError(t *testing.T) {
	s := parsed(t, "# a\nkind: A\nmetadata:\n  name: \"b\\nc\"\nlist: x\n")
	cause := &yamlnode.Error{Path: ".list", Line: 5, Problem: "want a list"}
	err := s.Items()[0].Wrap(cause)
	var at *ItemError
	if !errors.As(err, &at) || at.Field != "list" || at.Item != s.Items()[0] || !errors.Is(err, cause) {
		t.Errorf("got %#v", err)
	}
	if diff := cmp.Diff(`in.yaml, document 1, line 5: "a/b\nc": reading list: want a list`, err.Error()); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}
