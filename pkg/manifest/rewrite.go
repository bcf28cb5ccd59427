package manifest

import (
	"errors"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Changes are what is to become of objects.
type Changes map[*Item][]yamledit.Change

// Rewritten says that an object's whole text was encoded anew.
type Rewritten struct {
	Item *Item
	// Reason says why it could not be edited in place.
	Reason string
	// Hint says what to change so that it can; empty if that isn't known.
	Hint string
}

// errMisread says that a writer has erred.
var errMisread = errors.New("its edited text did not read back as it should")

// errNeeded is about an object of which another one has a part by an alias.
var errNeeded = errors.New("another object has a part of it by an alias")

// newRewritten says why an object can't be edited in place.
func newRewritten(it *Item, why error) Rewritten {
	out := Rewritten{Item: it}
	if why != nil {
		out.Reason = why.Error()
	}
	var shared *yamledit.SharedError
	if errors.As(why, &shared) || errors.Is(why, errNeeded) {
		out.Hint = "write out what its YAML anchors, aliases and merge keys stand for, and leave out tags"
	}
	return out
}

// Rewrite returns a stream with changes made in its objects; objects of other
// streams don't matter. Each changed object is read again and compared with what the
// changes make of it; see the package's description. An error names the object that
// can't be changed as it is written; there is no stream then.
func (s *Stream) Rewrite(changes Changes) (*Stream, []Rewritten, error) {
	out := &Stream{Name: s.Name, docs: slices.Clone(s.docs)}
	var rewritten []Rewritten
	line := 1
	for i, doc := range s.docs {
		made, err := doc.rewrite(changes)
		if err != nil {
			return nil, nil, err
		}
		if out.docs[i], err = doc.edited(made, line); err != nil {
			return nil, nil, err
		}
		line = out.docs[i].nextLine()
		rewritten = append(rewritten, made.rewritten...)
	}
	return out, rewritten, nil
}

// target is an object that is rewritten.
type target struct{ *Item }

// rewriting is what is done to a document.
type rewriting struct {
	edits     []yamltext.Edit
	rewritten []Rewritten
	// root is the document's only object, as it was read again; nil if it wasn't.
	root *yaml.Node
}

// rewrite plans the edits of the document's objects.
func (d *document) rewrite(changes Changes) (rewriting, error) {
	var out rewriting
	var want map[*Item]*yaml.Node
	memo := yamledit.Memo{}
	var buf []byte
	for _, item := range d.items {
		it := target{item}
		if len(changes[item]) == 0 {
			continue
		}
		expected, err := yamledit.Nodes(it.Source(), changes[item])
		if err != nil {
			return out, it.Wrap(err)
		}
		edits, err := yamledit.Splice(it.Source(), changes[item], memo)
		ok := false
		if err == nil {
			if out.root, ok = it.readAgain(edits, expected, &buf); !ok {
				err = errMisread
			}
		}
		if why := newRewritten(item, err); err != nil {
			whole := it.Source()
			whole.Plain = false // so that tags that say nothing don't stay in the way
			if expected, err = yamledit.Nodes(whole, changes[item]); err != nil {
				return out, it.Wrap(err)
			}
			if edits, err = it.encode(changes[item], why); err != nil {
				return out, it.Wrap(err)
			}
			if out.root, ok = it.readAgain(edits, expected, &buf); !ok {
				return out, it.Wrap(it.refusal(why))
			}
			out.rewritten = append(out.rewritten, why)
		}
		out.edits = append(out.edits, edits...)
		if !d.plain {
			if want == nil {
				want = map[*Item]*yaml.Node{}
			}
			want[item] = expected
		}
	}
	if want != nil {
		return out, d.compareAll(out, want)
	}
	return out, nil
}

// edited is the document with edits made; its lead starts at a line of its file.
func (d *document) edited(made rewriting, line int) (*document, error) {
	line = behindLead(d.lead, line)
	switch {
	case len(made.edits) == 0 && line == d.line:
		return d, nil
	case len(made.edits) == 0:
		out := *d
		out.line, out.items = line, nil
		return &out, out.collect()
	}
	data, err := yamltext.Apply(d.text.Data, made.edits)
	if err != nil {
		return nil, err
	}
	out := newDocument(d.file, d.index, line, yamltext.Part{Lead: d.lead, Text: data, JSON: d.json})
	if out.root = made.root; out.root == nil || len(d.items) != 1 || d.items[0].node != d.root {
		out.root = nil
		if err := out.parse(); err != nil {
			return nil, err
		}
	}
	return out, out.collect()
}
