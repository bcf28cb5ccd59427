package yamledit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// mark is the comment behind which a replaced text is kept.
const mark = "# ours"

// object reads the object in a text.
func object(t *testing.T, text string) Object {
	t.Helper()
	return Object{
		Text: yamltext.New([]byte(text)), Node: parsed(t, text),
		Plain: !strings.Contains(text, "&") && !strings.Contains(text, "<<"),
	}
}

func parsed(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc.Content[0]
}

// encoded is a node as text.
func encoded(t *testing.T, n *yaml.Node) string {
	t.Helper()
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := enc.Encode(n); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shapes describes a node and all in it, so that a change of any field shows.
func shapes(n *yaml.Node) (out []yaml.Node) {
	shape := *n
	shape.Content, shape.Alias = nil, nil
	out = append(out, shape)
	for _, child := range n.Content {
		out = append(out, shapes(child)...)
	}
	return out
}

// entries are the entries of a list in a text.
func entries(t *testing.T, text string) []*yaml.Node {
	t.Helper()
	return parsed(t, text).Content
}

// way is a list's way: keys, and numbers for entries.
func way(path string) yamlnode.Way {
	var out yamlnode.Way
	for _, key := range strings.Split(path, ".") {
		if len(key) == 1 && key[0] >= '0' && key[0] <= '9' {
			out = out.At(int(key[0] - '0'))
		} else {
			out = out.To(key)
		}
	}
	return out
}

// splice makes changes in a text, and checks that the nodes change in the same way
// and that nothing that was given changes.
func splice(t *testing.T, text string, changes []Change) (string, error) {
	t.Helper()
	o := object(t, text)
	before := shapes(o.Node)
	var given []yaml.Node
	for _, c := range changes {
		given = append(given, shapes(yamlnode.Sequence(c.Entries...))...)
	}
	edits, err := Splice(o, changes, Memo{})
	nodes, nodesErr := Nodes(o, changes)
	if diff := cmp.Diff(before, shapes(o.Node)); diff != "" {
		t.Errorf("the object changes (-before +after):\n%s", diff)
	}
	var after []yaml.Node
	for _, c := range changes {
		after = append(after, shapes(yamlnode.Sequence(c.Entries...))...)
	}
	if diff := cmp.Diff(given, after); diff != "" {
		t.Errorf("the given entries change (-before +after):\n%s", diff)
	}
	if err != nil {
		return "", err
	}
	out, err := yamltext.Apply(o.Text.Data, edits)
	if err != nil {
		return "", err
	}
	if nodesErr != nil {
		t.Fatalf("only the nodes can't be changed: %v", nodesErr)
	}
	if got := parsed(t, string(out)); o.Plain && !yamlnode.Equal(nodes, got) {
		t.Errorf("text and nodes differ (-nodes +text):\n%s", cmp.Diff(encoded(t, nodes), string(out)))
	}
	return string(out), nil
}
