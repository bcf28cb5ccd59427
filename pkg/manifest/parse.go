package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

const byteOrderMark = "\uFEFF"

// Parse reads a file's documents. name is the file's name for messages. A document
// that isn't YAML, or isn't an object, is an error that names the file, the document
// and the line. Empty documents and those with nothing but comments are kept as
// text.
func Parse(name string, data []byte) (*Stream, error) {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, fmt.Errorf("reading %s: the file is UTF-16: save it as UTF-8", name)
	}
	s := &Stream{Name: name}
	data, s.bom = bytes.CutPrefix(data, []byte(byteOrderMark))
	line, index := 1, 1
	for _, chunk := range yamltext.Split(data) {
		doc := newDocument(name, index, line, chunk)
		line += doc.text.Lines() - 1
		s.docs = append(s.docs, doc)
		if err := doc.parse(); err != nil {
			return nil, err
		}
		if doc.root != nil {
			index++
		}
		if err := doc.collect(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// lineEnded is a text with a line break at its end, as kubectl reads every file. A
// block scalar that ends the file has it in its value.
func lineEnded(data []byte) []byte {
	if len(data) == 0 || yamltext.EndsLine(data) {
		return data
	}
	return append(data[:len(data):len(data)], '\n')
}

// decode reads the one document of a text. Without any it is io.EOF.
func decode(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(lineEnded(data)))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	switch err := decoder.Decode(&yaml.Node{}); {
	case err == nil:
		return nil, errors.New("more follows after the end of the document")
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, io.EOF
	}
	return doc.Content[0], nil
}

// parse decodes the document's text into nodes; root stays nil for an empty one.
func (d *document) parse() error {
	root, err := decode(d.text.Data)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("parsing %s: document %d, %s%s", d.file, d.index, d.shiftLines(err), templateHint(d))
	}
	if !yamlnode.IsNull(root) {
		d.root = root
	}
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
	if d.root == nil {
		return nil
	}
	if d.root.Kind != yaml.MappingNode {
		return d.fault(d.root, "want a Kubernetes object, got "+yamlnode.Describe(d.root))
	}
	if err := checkKeys(d, d.root); err != nil {
		return err
	}
	d.resourceList = isResourceList(d.root)
	d.plain = !yamlnode.HasAnchor(d.root) && !yamlnode.Shares(d.root)
	return d.collectFrom(d.root, nil, "", "", 0)
}

// maxListDepth bounds Lists in Lists.
const maxListDepth = 32

func (d *document) collectFrom(n *yaml.Node, above []*yaml.Node, apiVersion, kind string, depth int) error {
	it := newItem(d, n, above, apiVersion, kind)
	if it.Kind == "" {
		return d.fault(n, "the object has no kind")
	}
	if !isList(it) {
		d.items = append(d.items, it)
		return nil
	}
	if depth == maxListDepth {
		return d.fault(n, "Lists are nested too deeply")
	}
	_, list := yamlnode.Pair(n, "items")
	if list == nil || list.Kind != yaml.SequenceNode {
		return d.fault(n, "items is no list of objects")
	}
	inherited := strings.TrimSuffix(it.Kind, "List")
	if d.resourceList && n == d.root {
		inherited = ""
	}
	for i, entry := range list.Content {
		if entry.Kind != yaml.MappingNode {
			return d.fault(entry, fmt.Sprintf("items[%d]: want a Kubernetes object, got %s", i, yamlnode.Describe(entry)))
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
func isList(it *Item) bool {
	items := yamlnode.Get(it.node, "items")
	switch {
	case items == nil || !strings.HasSuffix(it.Kind, "List"):
		return false
	case it.Kind == "List" || it.doc.resourceList && it.node == it.doc.root:
		return true
	}
	noObject := func(n *yaml.Node) bool { return n.Kind != yaml.MappingNode }
	return it.Name == "" && items.Kind == yaml.SequenceNode && !slices.ContainsFunc(items.Content, noObject)
}

// ContextItems reads a list of Namespace and ServiceAccount objects, which stand
// in a config and not in the input. Any other object is an error.
func ContextItems(list *yaml.Node) ([]*Item, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("want a list of objects, got %s", yamlnode.Describe(list))
	}
	doc := &document{file: "config", line: 1}
	var out []*Item
	for i, n := range list.Content {
		it := newItem(doc, n, nil, "", "")
		if it.APIVersion != "v1" || it.Kind != "Namespace" && it.Kind != "ServiceAccount" || it.Name == "" {
			return nil, fmt.Errorf("[%d]: want a Namespace or ServiceAccount of v1 with a name, got kind %q in %q", i, it.Kind, it.APIVersion)
		}
		it.Origin = Origin{File: fmt.Sprintf("config, context[%d]", i), Line: n.Line}
		out = append(out, it)
	}
	return out, nil
}

// fault is an error about a node of the document.
func (d *document) fault(n *yaml.Node, problem string) error {
	return fmt.Errorf("reading %s: %s", Origin{File: d.file, Document: d.index, Line: d.line + n.Line - 1}, problem)
}
