package manifest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Annotations with which kpt and kustomize tell a function where an object comes
// from. They are read and never written.
const (
	pathAnnotation        = "internal.config.kubernetes.io/path"
	indexAnnotation       = "internal.config.kubernetes.io/index"
	legacyPathAnnotation  = "config.kubernetes.io/path"
	legacyIndexAnnotation = "config.kubernetes.io/index"
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

	doc  *document
	node *yaml.Node
	// above are the nodes from the document's root to the item, for items of Lists.
	above []*yaml.Node
	local bool
}

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

// String names the item as kubectl does, such as "deployment/demo". A name that
// no object can have, such as one with a line break, is quoted.
func (it *Item) String() string {
	name := strings.ToLower(it.Kind) + "/" + it.Name
	if quoted := strconv.Quote(name); quoted[1:len(quoted)-1] != name {
		return quoted
	}
	return name
}

// groupKind names the kind with its group, such as "Fleet.agones.dev".
func (it *Item) groupKind() string {
	return strings.TrimSuffix(it.Kind+"."+it.group(), ".")
}

func (it *Item) group() string {
	group, _, ok := strings.Cut(it.APIVersion, "/")
	if !ok {
		return ""
	}
	return group
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

// wrap adds the item and its place to an error about it.
func (it *Item) wrap(err error) error {
	out := &ItemError{Item: it, Origin: it.Origin, Err: err}
	var fe *fieldError
	if errors.As(err, &fe) {
		out.Field = strings.TrimPrefix(fe.path, ".")
		if fe.line > 0 && it.Origin.Line > 0 {
			out.Origin.Line += fe.line - it.node.Line
		}
	}
	return out
}

// untouchable tells whether an object is never looked into: it describes other
// objects, or it is never applied to a cluster.
func (it *Item) untouchable() bool {
	switch it.group() {
	case "apiextensions.k8s.io":
		return it.Kind == "CustomResourceDefinition"
	case "kpt.dev", ConfigGroup:
		return true
	}
	return it.local
}

// ConfigGroup is the API group of the function's own config, whose objects are no
// workloads.
const ConfigGroup = "fn.rrsa.dev"

// newItem reads an object's identity. above is the way to it from the document's
// root.
func newItem(doc *document, n *yaml.Node, above []*yaml.Node, apiVersion, kind string) *Item {
	it := &Item{doc: doc, node: n, above: above, APIVersion: getString(n, "apiVersion"), Kind: getString(n, "kind")}
	if it.Kind == "" {
		it.APIVersion, it.Kind = apiVersion, kind
	}
	metadata := get(n, "metadata")
	it.Name = getString(metadata, "name")
	if it.Name == "" {
		it.Name = getString(metadata, "generateName")
	}
	it.Namespace = getString(metadata, "namespace")
	annotations := get(metadata, "annotations")
	local := get(annotations, LocalConfigAnnotation)
	it.local = local != nil && local.Value != "false"
	it.Origin = Origin{File: doc.file, Document: doc.index, Line: doc.line + n.Line - 1}
	if doc.resourceList {
		it.Origin = wrappedOrigin(annotations)
	}
	return it
}

// wrappedOrigin reads where an item of a ResourceList comes from. kpt counts the
// documents of a file from 0.
func wrappedOrigin(annotations *yaml.Node) Origin {
	first := func(keys ...string) string {
		for _, key := range keys {
			if v := getString(annotations, key); v != "" {
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

// Node is the object's node. It is there to be read; edits of it have no effect.
func (it *Item) Node() *yaml.Node { return it.node }

// ContextItems reads a list of Namespace and ServiceAccount objects, which stand
// in a config and not in the input. Any other object is an error.
func ContextItems(list *yaml.Node) ([]*Item, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("want a list of objects, got %s", describe(list))
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
