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
	"github.com/kubectl-rrsa/rrsa/internal/yamlread"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Parse reads a file's documents, as kubectl does. name is the file's name for
// messages. A document that isn't YAML or JSON, or isn't an object, is an error that
// names the file, the document and the line. Empty documents and those with nothing
// but comments are kept as text, and so are those without a kind, which
// [Stream.Kindless] names.
func Parse(name string, data []byte) (*Stream, error) {
	s, err := read(name, data, false)
	if err != nil {
		return nil, err
	}
	for _, doc := range s.docs {
		if err := doc.collect(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// read parses the documents of a file, and looks for no objects in them. envelope says
// that it has a list of which all is wanted.
func read(name string, data []byte, envelope bool) (*Stream, error) {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, fmt.Errorf("reading %s: the file is UTF-16: save it as UTF-8", name)
	}
	parts, err := yamltext.Split(data)
	if at, ok := errors.AsType[*yamltext.SplitError](err); ok {
		return nil, fmt.Errorf("parsing %s: line %d: %w", name, yamltext.New(data[:at.At]).Lines(), err)
	}
	s := &Stream{Name: name}
	var r yamlread.Reader
	line, index := 1, 1
	for _, part := range parts {
		doc := newDocument(name, index, behindLead(part.Lead, line), part)
		line = doc.nextLine()
		s.docs = append(s.docs, doc)
		if err := doc.parse(&r, envelope); err != nil {
			return nil, err
		}
		if !doc.empty() {
			index++
		}
	}
	return s, nil
}

// nextLine is the line in which the next document starts.
func (d *document) nextLine() int { return d.line + d.text.Lines() - 1 }

// parse cuts the document up, or decodes all of its text into nodes; root stays nil for
// an empty one.
func (d *document) parse(r *yamlread.Reader, envelope bool) error {
	if envelope {
		r = &yamlread.Reader{} // its nodes are kept
	}
	if d.cutUp(r, envelope) {
		return nil
	}
	root, err := decode(d.text.Data)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil && d.json {
		err = misreadInJSON(d.text)
	}
	if err != nil {
		return fmt.Errorf("parsing %s: document %d, %s%s", d.file, d.index, d.shiftLines(err), templateHint(d))
	}
	if !yamlnode.IsNull(root) {
		d.root = root
	}
	return nil
}

// shiftLines rewrites the parser's "line 3" to count from the start of the file. The
// parser knows no line of what isn't text.
func (d *document) shiftLines(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	n := 1
	if _, scanErr := fmt.Sscanf(message, "line %d:", &n); scanErr == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	if at := yamltext.Unreadable(d.text.Data); at >= 0 && isUnreadable(message) {
		n = yamltext.New(d.text.Data[:at]).Lines()
	} else if at := yamltext.BehindEnd(d.text.Data); at >= 0 {
		n, message = yamltext.New(d.text.Data[:at]).Lines(), behindEnd
	} else if at := bytes.Index(d.text.Data, []byte("\n\uFEFF")); at >= 0 {
		message += fmt.Sprintf(": a byte order mark can stand behind a separator, and nowhere else: remove that in line %d", d.line+yamltext.New(d.text.Data[:at]).Lines())
	}
	return fmt.Sprintf("line %d: %s", d.line+n-1, message)
}

// isUnreadable tells whether a parser's message is about bytes that are no text.
func isUnreadable(message string) bool {
	return strings.Contains(message, "UTF-8") || message == "control characters are not allowed" || message == "invalid Unicode character"
}

// collect finds the objects in the document.
func (d *document) collect() error {
	switch {
	case d.cut:
		return d.collectCut()
	case d.root == nil:
		return nil
	case d.root.Kind != yaml.MappingNode:
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
	it := newItem(d, n, apiVersion, kind)
	it.node, it.above = n, above
	if err := it.check(n); err != nil {
		return err
	}
	if it.Kind == "" {
		switch {
		case d.resourceList: // an orchestrator sends what it finds in a package
		case depth == 0:
			d.kindless = true
		default:
			return d.fault(n, "the object has no kind")
		}
		return nil
	}
	_, list := yamlnode.Pair(n, "items")
	switch around := d.resourceList && depth == 0; {
	case around && yamlnode.IsNull(list):
		return nil
	case !around && !isList(it, n):
		d.items = append(d.items, it)
		return nil
	case depth == maxListDepth:
		return d.fault(n, "Lists are nested too deeply")
	}
	if list == nil || list.Kind != yaml.SequenceNode {
		return d.fault(n, "items is no list of objects")
	}
	inherited := strings.TrimSuffix(it.Kind, "List")
	if d.resourceList && n == d.root {
		inherited = ""
	}
	var faults []error
	for i, entry := range list.Content {
		if entry.Kind != yaml.MappingNode {
			faults = append(faults, d.fault(entry, fmt.Sprintf("items[%d]: want a Kubernetes object, got %s", i, yamlnode.Describe(entry))))
			continue
		}
		way := append(above[:len(above):len(above)], n, list)
		if err := d.collectFrom(entry, way, it.APIVersion, inherited, depth+1); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// isList tells whether an object is a list of objects: the kind List, what the
// API server answers to a listing, or a function's ResourceList. A custom
// resource whose name happens to end so has a name, or items of another form.
func isList(it *Item, n *yaml.Node) bool {
	items := yamlnode.Get(n, "items")
	switch {
	case items == nil || !strings.HasSuffix(it.Kind, "List"):
		return false
	case it.Kind == "List":
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
		it := newItem(doc, n, "", "")
		it.node = n
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
	return fmt.Errorf("reading %s: %s", d.origin(n), problem)
}

func (d *document) origin(n *yaml.Node) Origin {
	return Origin{File: d.file, Document: d.index, Line: d.line + n.Line - 1}
}
