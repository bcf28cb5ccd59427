package manifest

import (
	"bytes"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// part is the stretch of the document's text that holds the object: all of it, the
// lines of an entry of a List, or the braces of one in flow style. Not ok if such a
// stretch can't be read for itself.
func (it *Item) part() (start, end int, ok bool) {
	t := it.doc.text
	if len(it.above) == 0 {
		return 0, len(t.Data), true
	}
	start, err := t.Offset(it.node)
	if err != nil {
		return 0, 0, false
	}
	flow := it.above[len(it.above)-1].Style&yaml.FlowStyle != 0
	if end, err = t.End(it.node, -1, flow); err != nil {
		return 0, 0, false
	}
	if flow {
		return start, end, it.node.Style&yaml.FlowStyle != 0
	}
	at := start
	if start = t.LineStart(at); strings.Trim(string(t.Data[start:at]), "- ") != "" || !t.RestIsBlank(end) {
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
