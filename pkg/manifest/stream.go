package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Stream is one file: its documents, and the objects in them.
type Stream struct {
	// Name is the file's name as messages show it.
	Name string

	bom  bool
	docs []*document
}

// document is one YAML document with its "---" line, so that the documents of a
// stream joined are the stream.
type document struct {
	file         string
	index, line  int
	resourceList bool

	text  *text
	root  *yaml.Node
	items []*Item
	edits []edit
	// marked says that the text may hold what an earlier run has put in.
	marked bool
}

const byteOrderMark = "\uFEFF"

// Parse reads a file's documents. A document that isn't YAML, or isn't an object,
// is an error that names the file, the document and the line. Empty documents and
// those with nothing but comments are kept as text.
func Parse(name string, data []byte) (*Stream, error) {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, fmt.Errorf("reading %s: the file is UTF-16: save it as UTF-8", name)
	}
	s := &Stream{Name: name}
	data, s.bom = bytes.CutPrefix(data, []byte(byteOrderMark))
	line, index := 1, 1
	for _, chunk := range split(data) {
		doc := &document{file: name, index: index, line: line, text: newText(chunk), marked: bytes.Contains(chunk, []byte(Mark))}
		line += len(doc.text.lines) - 1
		s.docs = append(s.docs, doc)
		if err := doc.parse(); err != nil {
			return nil, err
		}
		if doc.root == nil {
			continue
		}
		index++
		if err := doc.collect(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Items returns the stream's objects in their order. The items of a List stand in
// its place.
func (s *Stream) Items() []*Item {
	var out []*Item
	for _, doc := range s.docs {
		out = append(out, doc.items...)
	}
	return out
}

// Bytes returns the stream's text with the edits made so far. Without edits it is
// the input, byte for byte.
func (s *Stream) Bytes() []byte {
	if len(s.docs) == 1 && !s.bom {
		return s.docs[0].bytes()
	}
	var out []byte
	if s.bom {
		out = append(out, byteOrderMark...)
	}
	for _, doc := range s.docs {
		out = append(out, doc.bytes()...)
	}
	return out
}

// Documents returns the text of each document that holds an object, without the
// lines that separate it from the others, with the edits made so far.
func (s *Stream) Documents() [][]byte {
	var out [][]byte
	for _, doc := range s.docs {
		if doc.root != nil {
			out = append(out, doc.bytes())
		}
	}
	return out
}

func (d *document) bytes() []byte {
	if len(d.edits) == 0 {
		return d.text.data
	}
	// What is added at a place comes before what is removed from there on.
	slices.SortStableFunc(d.edits, func(a, b edit) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	out := applyEdits(d.text.data, d.edits)
	if last := len(d.text.lines) - 1; d.text.lines[last] < len(d.text.data) {
		// A text without a line break at its end keeps none, also where its last
		// lines are removed.
		for _, eol := range []string{"\r\n", "\n", "\r"} {
			if cut, ok := bytes.CutSuffix(out, []byte(eol)); ok {
				return cut
			}
		}
	}
	return out
}

// parse decodes the document's text into nodes; root stays nil for an empty one.
func (d *document) parse() error {
	decoder := yaml.NewDecoder(bytes.NewReader(d.text.data))
	var n yaml.Node
	err := decoder.Decode(&n)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		if more := decoder.Decode(&yaml.Node{}); !errors.Is(more, io.EOF) {
			err = fmt.Errorf("more follows after the end of the document")
			if more != nil {
				err = more
			}
		}
	}
	if err != nil {
		return fmt.Errorf("parsing %s: document %d, %s", d.file, d.index, d.shiftLines(err))
	}
	if len(n.Content) == 0 || isNull(n.Content[0]) {
		return nil
	}
	d.root = n.Content[0]
	return nil
}

// shiftLines rewrites the parser's "line 3" to count from the start of the file.
func (d *document) shiftLines(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var n int
	if _, scanErr := fmt.Sscanf(message, "line %d:", &n); scanErr == nil {
		_, rest, _ := strings.Cut(message, ":")
		return fmt.Sprintf("line %d:%s", d.line+n-1, rest)
	}
	return fmt.Sprintf("line %d: %s", d.line, message)
}

// collect finds the objects in the document.
func (d *document) collect() error {
	if d.root.Kind != yaml.MappingNode {
		return d.fault(d.root, "want a Kubernetes object, got "+describe(d.root))
	}
	d.resourceList = isResourceList(d.root)
	return d.collectFrom(d.root, nil, "", "", 0)
}

// maxListDepth bounds Lists in Lists.
const maxListDepth = 32

func (d *document) collectFrom(n *yaml.Node, above []*yaml.Node, apiVersion, kind string, depth int) error {
	it := newItem(d, n, above, apiVersion, kind)
	if it.Kind == "" {
		return d.fault(n, "the object has no kind")
	}
	if !it.isList() {
		d.items = append(d.items, it)
		return nil
	}
	if depth == maxListDepth {
		return d.fault(n, "Lists are nested too deeply")
	}
	_, list := pair(n, "items")
	if list == nil || list.Kind != yaml.SequenceNode {
		return d.fault(n, "items is no list of objects")
	}
	inherited := strings.TrimSuffix(it.Kind, "List")
	if d.resourceList && n == d.root {
		inherited = ""
	}
	for i, entry := range list.Content {
		if entry.Kind != yaml.MappingNode {
			return d.fault(entry, fmt.Sprintf("items[%d]: want a Kubernetes object, got %s", i, describe(entry)))
		}
		way := append(above[:len(above):len(above)], n, list)
		if err := d.collectFrom(entry, way, it.APIVersion, inherited, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// isList tells whether an object is a list of objects: the kind List, what the
// API server answers to a listing, or a function's ResourceList. A custom
// resource whose name happens to end so has a name, or items of another form.
func (it *Item) isList() bool {
	items := get(it.node, "items")
	switch {
	case items == nil || !strings.HasSuffix(it.Kind, "List"):
		return false
	case it.Kind == "List" || it.doc.resourceList && it.node == it.doc.root:
		return true
	}
	noObject := func(n *yaml.Node) bool { return n.Kind != yaml.MappingNode }
	return it.Name == "" && items.Kind == yaml.SequenceNode && !slices.ContainsFunc(items.Content, noObject)
}

// fault is an error about a node of the document.
func (d *document) fault(n *yaml.Node, problem string) error {
	return fmt.Errorf("reading %s: %s", Origin{File: d.file, Document: d.index, Line: d.line + n.Line - 1}, problem)
}
