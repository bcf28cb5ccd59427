// Package manifest reads manifests and changes objects in them, without changing
// anything else.
//
// A [Stream] is one file's documents, and its [Item]s are the objects in them, also
// those inside Lists; a [ResourceList] is what a KRM function reads. Both are values:
// [Stream.Rewrite] returns another one.
//
// # Nothing is encoded again that doesn't change
//
// A change adds lines to a block collection or entries to a flow collection, at
// positions that the YAML nodes give, in the style found there. Every other byte
// stays as it was: comments, blank lines, quoting, line ends.
//
// # Nothing leaves unread
//
// Each edited object is read again and compared with what the same changes make of
// its nodes. Where an object can't be edited in place, as it shares what is to be
// changed by an anchor, an alias or a merge key, and where what was read isn't what
// it should be, that object alone is encoded anew, read again as well, and named in
// a [Rewritten]; where even that would change another object it is an error.
package manifest

import (
	"bytes"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Stream is one file: its documents, and the objects in them. Nothing changes a
// Stream once it is made.
type Stream struct {
	// Name is the file's name as messages show it.
	Name string

	docs []*document
}

// document is one YAML document with its "---" line, so that the documents of a
// stream joined are the stream.
type document struct {
	file         string
	index, line  int
	resourceList bool

	// lead is the bytes before the text: a byte order mark, a separator.
	lead []byte
	json bool
	text *yamltext.Text
	root *yaml.Node
	// kindless says that the document has no kind, so that it is no object.
	kindless bool
	items    []*Item
	// cut says that the objects are read one by one, and list that they are those of a
	// List; top and last are the document as an object and the last of its items.
	cut, list bool
	top, last *Item
	// plain says that no node has an anchor, is an alias or has a merge key.
	plain bool
}

// newDocument is a document before it is parsed. Its text starts in a line of its file.
func newDocument(file string, index, line int, part yamltext.Part) *document {
	return &document{file: file, index: index, line: line, lead: part.Lead, json: part.JSON, text: yamltext.New(part.Text)}
}

// behindLead is the line in which the text behind a lead starts.
func behindLead(lead []byte, line int) int {
	if len(lead) == 0 {
		return line
	}
	return line + yamltext.New(lead).Lines() - 1
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

// Bytes returns the stream's text. That of a stream as it was parsed is the input,
// byte for byte.
func (s *Stream) Bytes() []byte {
	if len(s.docs) == 1 && len(s.docs[0].lead) == 0 {
		return s.docs[0].text.Data
	}
	size := 0
	for _, doc := range s.docs {
		size += len(doc.lead) + len(doc.text.Data)
	}
	out := make([]byte, 0, size)
	for _, doc := range s.docs {
		out = append(out, doc.lead...)
		out = append(out, doc.text.Data...)
	}
	return out
}

// Separated is [Stream.Bytes] with a separator behind each JSON object that another
// document follows: what other text stands before or behind can't be read as JSON.
func (s *Stream) Separated() []byte {
	var out []byte
	for i, doc := range s.docs {
		if text := slices.Concat(doc.lead, doc.text.Data); i > 0 && s.docs[i-1].json && !bytes.HasPrefix(text, []byte("---")) {
			if !yamltext.EndsLine(out) {
				out = append(out, '\n')
			}
			out = append(append(out, "---\n"...), text...)
		} else {
			out = append(out, text...)
		}
	}
	return out
}

// Document is the text of an object, or of a List, as it was read.
type Document struct {
	Text []byte
	JSON bool
}

// OnlyJSON tells whether the document has escapes that are none in YAML.
func (d Document) OnlyJSON() bool {
	_, only := withoutJSONEscapes(d.Text)
	return d.JSON && only
}

// Documents returns each document that holds an object; the text may start with a
// separator.
func (s *Stream) Documents() []Document {
	var out []Document
	for _, doc := range s.docs {
		if !doc.empty() && !doc.kindless {
			out = append(out, Document{Text: doc.text.Data, JSON: doc.json})
		}
	}
	return out
}

// Kindless returns the places of documents that hold no object, as they have no kind,
// such as a kustomization or a patch. They stay as they are.
func (s *Stream) Kindless() []Origin {
	var out []Origin
	for _, doc := range s.docs {
		if doc.kindless {
			if doc.cut {
				out = append(out, doc.top.Origin)
			} else {
				out = append(out, doc.origin(doc.root))
			}
		}
	}
	return out
}
