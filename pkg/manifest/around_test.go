package manifest

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// TestAround: results are added where they read back as results and nothing else
// changes, and not at all where they don't.
func TestAround(t *testing.T) {
	const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
	for _, tt := range []struct{ name, in, want string }{
		{"at the end", head + "items:\n- kind: A\n", head + "items:\n- kind: A\nresults:\n- message: x\n"},
		{"before comments", head + "items:\n- kind: A\n\n# end\n", head + "items:\n- kind: A\nresults:\n- message: x\n\n# end\n"},
		{"behind results", head + "results:\n- message: was\nitems:\n- kind: A\n", head + "results:\n- message: was\n- message: x\nitems:\n- kind: A\n"},
		{"without items", head, head + "items: []\nresults:\n- message: x\n"},
		{"without items, behind results", head + "results: [{message: was}]\n", head + "results: [{message: was}, {message: x}]\nitems: []\n"},
		{"before the end of the document", head + "items: []\n...\n", head + "items: []\nresults:\n- message: x\n...\n"},
		{"in braces", "{kind: ResourceList, apiVersion: config.kubernetes.io/v1, items: []}\n", "{kind: ResourceList, apiVersion: config.kubernetes.io/v1, items: [], results: [{message: x}]}\n"},
		{"indented", "  apiVersion: config.kubernetes.io/v1\n  kind: ResourceList\n  items: []\n", "  apiVersion: config.kubernetes.io/v1\n  kind: ResourceList\n  items: []\n  results:\n  - message: x\n"},
		{"with an alias at the end", head + "items:\n- &a {kind: A}\nother: *a\n", head + "items:\n- &a {kind: A}\nother: *a\nresults:\n- message: x\n"},
		{"before a tab, which would be a part of them", head + "items:\n- 5\n \t", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := ParseResourceList([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			out, err := l.Rewrite(nil, func([]Rewritten) []*yaml.Node {
				return []*yaml.Node{yamlnode.Mapping(yamlnode.Str("message"), yamlnode.Str("x"))}
			})
			switch {
			case tt.want == "" && (err == nil || !strings.Contains(err.Error(), "does not read back")):
				t.Errorf("want an error, got %v and\n%s", err, out)
			case tt.want != "" && (err != nil || out.String() != tt.want):
				t.Errorf("want\n%s\ngot %v and\n%s", tt.want, err, out)
			}
		})
	}
}
