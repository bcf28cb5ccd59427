package manifest

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// ItemError is an error about one object.
type ItemError struct {
	Item *Item
	// Field is the path of the field in the object; empty if it is about all of it.
	Field string
	// Origin is the place of the field, as far as it is known.
	Origin Origin
	Err    error
}

// Error names the place and the object before the error.
func (e *ItemError) Error() string { return fmt.Sprintf("%s: %s: %v", e.Origin, e.Item, e.Err) }

// Unwrap returns the error without the place.
func (e *ItemError) Unwrap() error { return e.Err }

// Wrap adds the item and its place to an error about it.
func (it *Item) Wrap(err error) error {
	out := &ItemError{Item: it, Origin: it.Origin, Err: err}
	var at *yamlnode.Error
	if errors.As(err, &at) {
		out.Field = strings.TrimPrefix(at.Path, ".")
		if at.Line > 0 && it.Origin.Line > 0 {
			out.Origin.Line += at.Line - it.node.Line
		}
	}
	return out
}

// fault is an error about a node of the document.
func (d *document) fault(n *yaml.Node, problem string) error {
	return fmt.Errorf("reading %s: %s", Origin{File: d.file, Document: d.index, Line: d.line + n.Line - 1}, problem)
}
