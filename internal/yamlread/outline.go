package yamlread

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Span is where an object stands in its document's text.
type Span struct {
	// Start is the offset of its first key, Line and Column are the same place as a
	// node has it.
	Start, Line, Column int
	// End is the start of the next line that is neither blank nor a comment.
	End int
	// Shares says that the object has anchors, aliases or merge keys. None leads out
	// of it.
	Shares bool
}

// Outline reads a document's text and builds no more than what tells its objects apart:
// of its mapping, and of those in its list "items", the keys apiVersion, kind and
// metadata. envelope says that of the document's own mapping all but the items is
// wanted.
//
// item gets the objects of the list, whose nodes are good until it returns. root is the
// document's own mapping, with an empty list in the place of that one. It is not sure
// where item says so, nor of a text in which an object can't be told from its neighbours.
func (re *Reader) Outline(data []byte, envelope bool, item func(*yaml.Node, Span) bool) (root *yaml.Node, at Span, ok bool) {
	re.nodes.used = 0
	r, m := reader{cursor: cursor{data: data}, nodes: &re.nodes, list: "items", entries: head, item: item}, outline
	if envelope {
		m = whole
	}
	return r.outline(m)
}

// Each reads a text that holds one mapping in block style, and gives the entries of the
// list at a key one by one. In root is an empty list in their place.
func (re *Reader) Each(data []byte, key string, entry func(*yaml.Node) bool) (root *yaml.Node, ok bool) {
	re.nodes.used = 0
	r := reader{cursor: cursor{data: data}, nodes: &re.nodes, list: key, entries: build, item: func(n *yaml.Node, _ Span) bool { return entry(n) }}
	root, at, ok := r.outline(whole)
	return root, ok && !at.Shares
}

// Object builds an object of an outline of the same text.
func (re *Reader) Object(text []byte, at Span) (*yaml.Node, bool) { return re.object(text, at, build) }

func (re *Reader) object(text []byte, at Span, m mode) (*yaml.Node, bool) {
	re.nodes.used = 0
	r := reader{nodes: &re.nodes, cursor: cursor{data: text, start: at.Start - at.Column + 1, at: at.Start, line: at.Line, indent: at.Column - 1}}
	r.end, r.next = lineEnd(text, at.Start)
	return r.mapping(r.indent, r.indent-1, m)
}

// Keys builds of an object of an outline the keys data, stringData and binaryData, and in
// each the keys, with nothing for their values.
func (re *Reader) Keys(text []byte, at Span) (*yaml.Node, bool) { return re.object(text, at, data) }

// mode says what is built of a value.
type mode int

const (
	skip    mode = iota // nothing
	build               // all
	outline             // of a document's mapping, what [Outline] gives of it
	whole               // of a document's mapping, all but the items
	head                // of a mapping in the list of items, what Outline gives of it
	data                // of a mapping, what [Reader.Keys] gives of it
	names               // of a mapping, the keys, with nothing for values
	list                // the list of items: its entries, one by one
)

// maxKeys bounds the keys of a mapping of which an outline is made.
const maxKeys = 64

// once adds a key to those of an outlined mapping. Whether a key may stand twice is not
// for this package to say.
func once(seen []string, key string) ([]string, bool) {
	return append(seen, key), len(seen) < maxKeys && !slices.Contains(seen, key) && key != "<<"
}

// isList tells whether an object in the list of items may be a list of objects itself.
func isList(n *yaml.Node, seen []string) bool {
	kind := slices.IndexFunc(n.Content, func(k *yaml.Node) bool { return k.Value == "kind" })
	return slices.Contains(seen, "items") && kind >= 0 && strings.HasSuffix(n.Content[kind+1].Value, "List")
}

// outline reads a document.
func (r *reader) outline(m mode) (root *yaml.Node, at Span, ok bool) {
	if !yamltext.OnlyLines(r.data) || !r.begin() {
		return nil, Span{}, false
	}
	at = r.span()
	root, ok = r.mapping(r.indent, -1, m)
	at.End, at.Shares = r.start, r.shares
	return root, at, ok && r.done
}

// below is the mode for the value of a key of a mapping.
func (r *reader) below(m mode, key string) mode {
	switch {
	case m < outline:
		return m
	case m == data && (key == "data" || key == "stringData" || key == "binaryData"):
		return names
	case m >= data:
		return skip
	case m != head && key == r.list:
		return list
	case m == whole || key == "apiVersion" || key == "kind" || key == "metadata":
		return build
	}
	return skip
}

// entry reads an object in the list of items. An anchor before it is none of its own.
func (r *reader) entry(column int) bool {
	at, around, shares, used := r.span(), r.anchors, r.shares, r.nodes.used
	r.anchors, r.shares = nil, false
	n, ok := r.mapping(r.indent, column, r.entries)
	if !ok {
		return false
	}
	at.End, at.Shares = r.start, r.shares
	r.anchors, r.shares = around, shares || r.shares
	ok = r.item(n, at)
	r.nodes.used = used
	return ok
}

// anchor reads an anchor. Where it leads is for the parser to say.
func (r *reader) anchor() bool {
	name := r.word()
	r.anchors, r.shares = append(r.anchors, name), true
	ok := name != "" && r.ends(r.at)
	r.blanks()
	return ok && !r.rest("&") && !r.rest("*")
}

// alias reads an alias to what is in the object, and stands before it.
func (r *reader) alias() bool { return slices.Contains(r.anchors, r.word()) && r.endLine() }

// word reads the name of an anchor behind its sign.
func (r *reader) word() string {
	start := r.at + 1
	for r.at = start; r.at < r.end && isName(r.data[r.at]) && r.data[r.at] != '.' && r.data[r.at] != '/' && r.data[r.at] != '$'; {
		r.at++
	}
	return string(r.data[start:r.at])
}
