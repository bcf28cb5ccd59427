package manifest

import (
	"errors"
	"io"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamlread"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// resultsKey is where a ResourceList has its results.
const resultsKey = "results"

// errAround is about a ResourceList that would not be what it should any more.
var errAround = errors.New("what is around them does not read back as it should: the list may have been cut off")

// around plans the edits that add to a list itself, next to its items, and reads them
// back.
func around(d *document, changes []yamledit.Change) ([]yamltext.Edit, error) {
	root, err := d.envelope()
	if err != nil {
		return nil, err
	}
	edits, err := yamledit.Splice(yamledit.Object{Text: d.text, Node: root}, changes, nil)
	if err != nil || len(edits) == 0 {
		return edits, err
	}
	// Mostly they are at the end, which can be read for itself.
	from := len(d.text.Data)
	for _, e := range edits {
		from = min(from, d.text.LineStart(e.Start))
	}
	if first := root.Content[0]; root.Style&yaml.FlowStyle == 0 && first.Column == 1 && readsAs(d.text.Data[from:], from, edits, changes) {
		return edits, nil
	}
	if readsAs(d.text.Data, 0, edits, changes) {
		return edits, nil
	}
	return nil, errAround
}

// readsAs tells whether a part of a text, from an offset on, reads with edits made as
// what the changes make of it.
func readsAs(part []byte, from int, edits []yamltext.Edit, changes []yamledit.Change) bool {
	before, err := decode(part)
	if errors.Is(err, io.EOF) {
		before, err = yamlnode.Mapping(), nil
	}
	if err != nil || before.Kind != yaml.MappingNode {
		return false
	}
	want, err := yamledit.Nodes(yamledit.Object{Node: before}, changes)
	if err != nil {
		return false
	}
	shifted := make([]yamltext.Edit, len(edits))
	for i, e := range edits {
		shifted[i] = yamltext.Edit{Start: e.Start - from, End: e.End - from, Text: e.Text}
	}
	text, err := yamltext.Apply(part, shifted)
	if err != nil {
		return false
	}
	if spells(text, want) {
		return true
	}
	got, err := decode(text)
	return err == nil && same(want, got)
}

// spells tells whether a text reads as a list's envelope, whose results are compared one
// by one, as there may be many. If it doesn't, the parser may read it all the same.
func spells(text []byte, want *yaml.Node) bool {
	_, results := yamlnode.Pair(want, resultsKey)
	if results == nil || results.Kind != yaml.SequenceNode {
		return false
	}
	rest := results.Content
	around, ok := (&yamlread.Reader{}).Each(text, resultsKey, func(n *yaml.Node) bool {
		if len(rest) == 0 || !yamlnode.Equal(rest[0], n) {
			return false
		}
		rest = rest[1:]
		return true
	})
	if !ok || len(rest) > 0 {
		return false
	}
	bare := *want
	bare.Content = slices.Clone(want.Content)
	for i, n := range bare.Content {
		if n == results {
			bare.Content[i] = yamlnode.Sequence()
		}
	}
	return yamlnode.Equal(&bare, around)
}
