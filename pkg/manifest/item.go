package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamlread"
)

// LocalConfigAnnotation marks objects that never reach a cluster.
const LocalConfigAnnotation = "config.kubernetes.io/local-config"

// Item is one object of a document: the document itself, or an entry of a List.
type Item struct {
	APIVersion string
	Kind       string
	Name       string
	// Namespace is the one written in the object; empty if there is none.
	Namespace string
	// Origin tells where the object stands.
	Origin Origin

	doc   *document
	local bool
	// line is the item's first in its document, from 1.
	line int
	// node is the item in a document that is read as a whole, and above are the nodes
	// from its root to there, for items of Lists.
	node  *yaml.Node
	above []*yaml.Node
	// at is where the item stands in a document whose objects are read one by one.
	at yamlread.Span
}

// String names the item as kubectl does, such as "deployment/demo". A name that
// no object can have, such as one with a line break, is quoted.
func (it *Item) String() string {
	name := strings.ToLower(it.Kind) + "/" + it.Name
	if quoted := strconv.Quote(name); quoted[1:len(quoted)-1] != name {
		return quoted
	}
	return name
}

// GroupKind names the kind with its group, such as "Fleet.agones.dev".
func (it *Item) GroupKind() string {
	return strings.TrimSuffix(it.Kind+"."+it.Group(), ".")
}

// Group is the object's API group; empty for the core group.
func (it *Item) Group() string {
	group, _, ok := strings.Cut(it.APIVersion, "/")
	if !ok {
		return ""
	}
	return group
}

// LocalConfig tells whether the object is marked as one that never reaches a
// cluster.
func (it *Item) LocalConfig() bool { return it.local }

// Wrapped tells whether the object stands in a ResourceList, so that an orchestrator
// gets it back.
func (it *Item) Wrapped() bool { return it.doc.resourceList }

// Holds tells whether the object's text, or that of a document that it can't be told
// from, has any of some texts in it.
func (it *Item) Holds(texts ...string) bool {
	start, end, ok := it.part(it.node)
	if !ok || !it.doc.cut && yamlnode.Shares(it.node) {
		start, end = 0, len(it.doc.text.Data)
	}
	return slices.ContainsFunc(texts, func(text string) bool { return bytes.Contains(it.doc.text.Data[start:end], []byte(text)) })
}

// Shares tells whether the object has aliases or merge keys.
func (it *Item) Shares() bool {
	if it.doc.cut {
		return it.at.Shares
	}
	return !it.doc.plain && yamlnode.Shares(it.node)
}

// Alone tells whether no other object of the document has a part of the object.
func (it *Item) Alone() bool { return it.doc.cut || it.doc.plain }

// Node is the object's node, which is there to be read. It may be read from the text
// anew at each call, and have none of the comments.
func (it *Item) Node() (*yaml.Node, error) { return it.read(&Reader{}) }

// Reader is what [Item.Source] reads with. What it has read is good until it reads the
// next object: with one of its own for each object nothing is lost but time.
type Reader struct{ nodes yamlread.Reader }

// read is Node. The nodes are the reader's.
func (it *Item) read(r *Reader) (*yaml.Node, error) {
	if !it.doc.cut {
		return it.node, nil
	}
	if n, ok := r.nodes.Object(it.doc.text.Data, it.at); ok {
		return n, nil
	}
	n, err := decode(it.alone(it.at.End))
	if err != nil {
		return nil, it.Wrap(fmt.Errorf("reading the object alone: %w", err))
	}
	yamlnode.Shift(n, it.line-1)
	return n, nil
}

// alone is the object's text up to an offset. What stands before its first key is
// nothing but indentation without the list around it.
func (it *Item) alone(end int) []byte {
	before := it.at.Column - 1
	out := bytes.Repeat([]byte(" "), before+end-it.at.Start)
	copy(out[before:], it.doc.text.Data[it.at.Start:end])
	return out
}

// DataKeys reads the keys in the data, stringData and binaryData of a ConfigMap or
// Secret: the mappings of these names, with nothing for their values where they need not
// be read.
func (it *Item) DataKeys(r *Reader) (*yaml.Node, error) {
	if it.doc.cut {
		if n, ok := r.nodes.Keys(it.doc.text.Data, it.at); ok {
			return n, nil
		}
	}
	return it.read(r)
}

// Source reads the object as it stands in its text, for the packages that plan changes.
func (it *Item) Source(r *Reader) (yamledit.Object, error) {
	n, err := it.read(r)
	plain := it.doc.plain || it.doc.cut && !it.at.Shares
	return yamledit.Object{Text: it.doc.text, Node: n, Above: it.above, Plain: plain, Apart: it.Wrapped()}, err
}

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
	if of, ok := err.(*ItemError); ok && of.Item == it {
		return err
	}
	out := &ItemError{Item: it, Origin: it.Origin, Err: err}
	var at *yamlnode.Error
	if errors.As(err, &at) {
		out.Field = strings.TrimPrefix(at.Path, ".")
		if at.Line > 0 && it.Origin.Line > 0 {
			out.Origin.Line += at.Line - it.line
		}
		out.Err = it.shifted(err, at)
	}
	return out
}

// shifted is an error that counts the line of an earlier place as the file does.
func (it *Item) shifted(err error, at *yamlnode.Error) error {
	if at.First == 0 || err != error(at) || it.Origin.Line == 0 {
		return err
	}
	out := *at
	out.First += it.Origin.Line - it.line
	return &out
}

// check fails for an object that can't be told for sure.
func (it *Item) check(n *yaml.Node) error {
	metadata := yamlnode.Get(n, "metadata")
	if _, err := yamlnode.Pairs(n); err != nil {
		return it.Wrap(err)
	}
	if metadata != nil && metadata.Kind == yaml.MappingNode {
		if _, err := yamlnode.Pairs(metadata); err != nil {
			return it.Wrap(yamlnode.Below(".metadata", err))
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case strings.HasPrefix(key.Value, "\uFEFF"):
			return it.doc.fault(key, fmt.Sprintf("kubectl takes the byte order mark before %q for a part of the key: remove it", key.Value[len("\uFEFF"):]))
		case key.Value == "kind" && it.Kind == "":
			return it.doc.fault(key, "the kind is empty, or no text")
		}
	}
	return nil
}

// newItem reads an object's identity. What it doesn't say it may have from a List.
func newItem(doc *document, n *yaml.Node, apiVersion, kind string) *Item {
	it := &Item{
		doc: doc, line: n.Line,
		APIVersion: yamlnode.GetString(n, "apiVersion"), Kind: yamlnode.GetString(n, "kind"),
	}
	if it.Kind == "" {
		it.APIVersion, it.Kind = apiVersion, kind
	}
	metadata := yamlnode.Get(n, "metadata")
	it.Name = yamlnode.GetString(metadata, "name")
	if it.Name == "" {
		it.Name = yamlnode.GetString(metadata, "generateName")
	}
	it.Namespace = yamlnode.GetString(metadata, "namespace")
	annotations := yamlnode.Get(metadata, "annotations")
	local := yamlnode.Get(annotations, LocalConfigAnnotation)
	it.local = local != nil && local.Value != "false"
	it.Origin = Origin{File: doc.file, Document: doc.index, Line: doc.line + n.Line - 1}
	if doc.resourceList {
		it.Origin = wrappedOrigin(annotations)
	}
	return it
}

// Annotations with which kpt and kustomize tell a function where an object comes
// from. They are read and never written.
const (
	pathAnnotation        = "internal.config.kubernetes.io/path"
	indexAnnotation       = "internal.config.kubernetes.io/index"
	legacyPathAnnotation  = "config.kubernetes.io/path"
	legacyIndexAnnotation = "config.kubernetes.io/index"
)

// Origin is a place in the input.
type Origin struct {
	// File is the file's name, as the caller or an orchestrator gave it.
	File string
	// Document counts the documents of the file from 1; 0 means that the input
	// doesn't say.
	Document int
	// Line is the object's first line in the file, from 1; 0 for an object whose
	// file was not read here.
	Line int
}

// String writes the origin as a person looks for it.
func (o Origin) String() string {
	var parts []string
	if o.File != "" {
		parts = append(parts, o.File)
	}
	if o.Document > 0 {
		parts = append(parts, fmt.Sprintf("document %d", o.Document))
	}
	if o.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", o.Line))
	}
	return strings.Join(parts, ", ")
}

// wrappedOrigin reads where an item of a ResourceList comes from. kpt counts the
// documents of a file from 0.
func wrappedOrigin(annotations *yaml.Node) Origin {
	first := func(keys ...string) string {
		for _, key := range keys {
			if v := yamlnode.GetString(annotations, key); v != "" {
				return v
			}
		}
		return ""
	}
	o := Origin{File: first(pathAnnotation, legacyPathAnnotation)}
	if i, err := strconv.Atoi(first(indexAnnotation, legacyIndexAnnotation)); err == nil && i >= 0 {
		o.Document = i + 1
	}
	return o
}
