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
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Stream is one file: its documents, and the objects in them. Nothing changes a
// Stream once it is made.
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

	text  *yamltext.Text
	root  *yaml.Node
	items []*Item
	// plain says that no node has an anchor, is an alias or has a merge key.
	plain bool
}

func newDocument(file string, index, line int, data []byte) *document {
	return &document{file: file, index: index, line: line, text: yamltext.New(data)}
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
	if len(s.docs) == 1 && !s.bom {
		return s.docs[0].text.Data
	}
	var out []byte
	if s.bom {
		out = append(out, byteOrderMark...)
	}
	for _, doc := range s.docs {
		out = append(out, doc.text.Data...)
	}
	return out
}

// Documents returns the text of each document that holds an object, without the
// lines that separate it from the others.
func (s *Stream) Documents() [][]byte {
	var out [][]byte
	for _, doc := range s.docs {
		if doc.root != nil {
			out = append(out, doc.text.Data)
		}
	}
	return out
}
