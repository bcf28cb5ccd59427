package manifest

import (
	"errors"
	"io"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// errAround is about a ResourceList that would not be what it should any more.
var errAround = errors.New("what is around them does not read back as it should: the list may have been cut off")

// around plans the edits that add to a list itself, next to its items, and reads them
// back.
func around(d *document, changes []yamledit.Change) ([]yamltext.Edit, error) {
	edits, err := yamledit.Splice(yamledit.Object{Text: d.text, Node: d.root}, changes, nil)
	if err != nil || len(edits) == 0 {
		return edits, err
	}
	// Mostly they are at the end, which can be read for itself.
	from := len(d.text.Data)
	for _, e := range edits {
		from = min(from, d.text.LineStart(e.Start))
	}
	if first := d.root.Content[0]; d.root.Style&yaml.FlowStyle == 0 && first.Column == 1 && readsAs(d.text.Data[from:], from, edits, changes) {
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
	got, err := decode(text)
	return err == nil && same(want, got)
}
