package manifest

import (
	"bytes"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// readAgain reads the object with edits made, and tells whether it is what is
// expected.
func (it target) readAgain(edits []yamltext.Edit, want *yaml.Node, b *bench) bool {
	start, end, ok := it.part(it.node)
	if !ok {
		return it.readWhole(edits, want)
	}
	part := slices.Clone(edits)
	for i := range part {
		if part[i].Start < start || part[i].End > end {
			return it.readWhole(edits, want)
		}
		part[i].Start -= start
		part[i].End -= start
	}
	edited, err := yamltext.NewEdited(it.doc.text.Data[start:end], part)
	if err != nil {
		return false
	}
	b.text = edited.Append(b.text[:0])
	text := b.text
	if start > 0 {
		// The dash before an entry of a list is nothing but indentation without the list.
		at, _ := it.doc.text.Offset(it.node)
		for i := range text[:at-start] {
			text[i] = ' '
		}
	}
	if got, ok := b.again.Read(text); ok && yamlnode.Equal(want, got) {
		return true
	}
	got, err := decode(text)
	switch {
	case err == nil:
		return same(want, got)
	case it.doc.cut || it.doc.plain:
		return false
	case b.atOnce: // an alias may stand for something outside
		return it.readWhole(edits, want)
	}
	b.deferred = true
	return true
}

// readWhole is readAgain of the whole document: for an object whose text doesn't
// stand for itself.
func (it target) readWhole(edits []yamltext.Edit, want *yaml.Node) bool {
	text, err := yamltext.Apply(it.doc.text.Data, edits)
	if err != nil || it.doc.cut {
		return false
	}
	whole, err := decode(text)
	if err != nil {
		return false
	}
	got := it.in(whole)
	return got != nil && same(want, got)
}

// same compares an object without aliases and merge keys with one that may have
// them.
func same(want, got *yaml.Node) bool {
	if yamlnode.Shares(got) {
		var err error
		if got, err = yamlnode.Expand(got); err != nil {
			return false
		}
	}
	return yamlnode.Equal(want, got)
}

// compareDocument reads a document with anchors again as a whole: an edit of one object
// must not have changed another one.
func compareDocument(d *document, edits []yamltext.Edit, want map[*Item]*yaml.Node) error {
	text, err := yamltext.Apply(d.text.Data, edits)
	var root *yaml.Node
	if err == nil {
		root, err = decode(text)
	}
	if err != nil {
		return d.fault(d.root, "the edited text can't be read: "+err.Error())
	}
	var alike yamlnode.Alike
	for _, it := range d.items {
		got, ok := it.in(root), false
		if expected := want[it]; got != nil && expected != nil {
			ok = same(expected, got)
		} else if got != nil {
			ok = alike.Nodes(it.node, got)
		}
		if !ok {
			return it.Wrap(target{it, it.node}.refusal(newRewritten(it, errNeeded)))
		}
	}
	return nil
}

// part is the stretch of the document's text that holds the object n: all of it, the
// lines of an entry of a List, or the braces of one in flow style. Not ok if such a
// stretch can't be read for itself.
func (it *Item) part(n *yaml.Node) (start, end int, ok bool) {
	t := it.doc.text
	switch {
	case it.doc.cut && it != it.doc.top:
		return t.LineStart(it.at.Start), it.at.End, true
	case len(it.above) == 0:
		return 0, len(t.Data), true
	}
	start, err := t.Offset(n)
	if err != nil {
		return 0, 0, false
	}
	flow := it.above[len(it.above)-1].Style&yaml.FlowStyle != 0
	if end, err = t.End(n, -1, flow); err != nil {
		return 0, 0, false
	}
	if flow {
		return start, end, n.Style&yaml.FlowStyle != 0
	}
	at := start
	if start = t.LineStart(at); len(bytes.Trim(t.Data[start:at], "- ")) > 0 || !t.RestIsBlank(end) {
		return 0, 0, false
	}
	// What is added stands behind the comments that follow the object.
	for end = t.NextLine(end); end < len(t.Data); end = t.NextLine(end) {
		if line := bytes.TrimLeft(t.Data[end:t.LineEnd(end)], " \t"); len(line) > 0 && line[0] != '#' {
			break
		}
	}
	return start, end, true
}

// in finds the item's object in another parse of its document; nil if it isn't
// there.
func (it *Item) in(root *yaml.Node) *yaml.Node {
	way := append(it.above[:len(it.above):len(it.above)], it.node)
	for i := 0; i+1 < len(way); i++ {
		at := slices.Index(way[i].Content, way[i+1])
		if at < 0 || at >= len(root.Content) {
			return nil
		}
		root = root.Content[at]
	}
	return root
}
