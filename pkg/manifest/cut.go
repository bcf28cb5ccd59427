package manifest

import (
	"errors"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamlread"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// A document is cut if its text tells for certain where each of its objects starts and
// ends. Then each is read when it is wanted and let go, so that memory follows the
// text. Such a document has no nodes but those around a ResourceList's items.

// cutUp finds the document's objects in its text. Not ok means that the parser has to
// read all of it. envelope says that what is around a list's items is wanted, too, and
// that the reader is the document's.
func (d *document) cutUp(r *yamlread.Reader, envelope bool) bool {
	if d.json || envelope && !yamltext.EndsLine(d.text.Data) {
		return false
	}
	var items []*Item
	var wrapped []Origin
	root, at, ok := r.Outline(d.text.Data, envelope, func(n *yaml.Node, at yamlread.Span) bool {
		it := newItem(d, n, "", "")
		it.at = at
		items = append(items, it)
		if envelope {
			wrapped = append(wrapped, wrappedOrigin(yamlnode.Get(yamlnode.Get(n, "metadata"), "annotations")))
		}
		return sound(it, n)
	})
	if !ok {
		return false
	}
	top := newItem(d, root, "", "")
	if top.at = at; !sound(top, root) {
		return false
	}
	if d.resourceList = isResourceList(root); d.resourceList != envelope {
		return false
	}
	for i, origin := range wrapped {
		items[i].Origin = origin
	}
	if d.list = isList(top, root); d.list && yamlnode.Get(root, "items").Kind != yaml.SequenceNode {
		return false
	}
	if envelope {
		d.root = root
	}
	d.cut, d.top, d.items = true, top, items
	if len(items) > 0 {
		d.last = items[len(items)-1]
	}
	return true
}

// empty tells whether there is nothing in the document but comments.
func (d *document) empty() bool { return d.root == nil && !d.cut }

// sound tells whether nothing is wrong with an object as far as it was read. What is
// wrong the parser's way shows with all that there is to say of it.
func sound(it *Item, n *yaml.Node) bool {
	kind, _ := yamlnode.Pair(n, "kind")
	return it.check(n) == nil && (kind == nil || it.Kind != "")
}

// collectCut makes of what was cut up the document's objects.
func (d *document) collectCut() error {
	switch {
	case d.resourceList:
		return d.inherit("", "")
	case d.top.Kind == "":
		d.kindless, d.items = true, nil
	case !d.list:
		d.items = []*Item{d.top}
	default:
		return d.inherit(d.top.APIVersion, strings.TrimSuffix(d.top.Kind, "List"))
	}
	return nil
}

// inherit gives a List's items what they have from it.
func (d *document) inherit(apiVersion, kind string) error {
	var faults []error
	all := d.items
	d.items = nil
	for _, it := range all {
		if it.Kind == "" {
			it.APIVersion, it.Kind = apiVersion, kind
		}
		switch {
		case it.Kind != "":
			d.items = append(d.items, it)
		case !d.resourceList: // an orchestrator sends what it finds in a package
			faults = append(faults, d.fault(&yaml.Node{Line: it.line}, "the object has no kind"))
		}
	}
	return errors.Join(faults...)
}

// envelope is the document's mapping. Of a list's items it has the last one, with which
// it may end.
func (d *document) envelope() (*yaml.Node, error) {
	if !d.cut || d.last == nil {
		return d.root, nil
	}
	n, err := d.last.Node()
	if err != nil {
		return nil, err
	}
	out := *d.root
	out.Content = append([]*yaml.Node{}, d.root.Content...)
	for i := 0; i+1 < len(out.Content); i += 2 {
		if out.Content[i].Value == "items" {
			items := *out.Content[i+1]
			items.Content = []*yaml.Node{n}
			out.Content[i+1] = &items
		}
	}
	return &out, nil
}
