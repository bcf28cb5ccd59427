package manifest

import (
	"errors"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/parallel"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlread"
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
	made, err := rewrite(changes, s.docs...)
	if err != nil {
		return nil, nil, err
	}
	var rewritten []Rewritten
	var r yamlread.Reader
	line := 1
	for i, doc := range s.docs {
		if out.docs[i], err = doc.edited(&r, made[i].edits, line); err != nil {
			return nil, nil, err
		}
		line = out.docs[i].nextLine()
		rewritten = append(rewritten, made[i].rewritten...)
	}
	return out, rewritten, nil
}

// rewriting is what is done to a document.
type rewriting struct {
	edits     []yamltext.Edit
	rewritten []Rewritten
	// want is what is made of objects, where other objects may have parts of them.
	want map[*Item]*yaml.Node
}

// rewrite plans the edits of documents' objects. An object whose aliases stand for parts
// of others is read again with them, all at once; if that isn't as it should be, one by
// one, to find which it is.
func rewrite(changes Changes, docs ...*document) ([]rewriting, error) {
	made, deferred, err := plan(changes, docs, false)
	if err == nil {
		err = compareAll(docs, made)
	}
	if err == nil || !deferred {
		return made, err
	}
	if made, _, err = plan(changes, docs, true); err == nil {
		err = compareAll(docs, made)
	}
	return made, err
}

// compareAll reads documents again in which objects may have parts of others.
func compareAll(docs []*document, made []rewriting) error {
	for i, m := range made {
		if m.want == nil {
			continue
		}
		if err := compareDocument(docs[i], m.edits, m.want); err != nil {
			return err
		}
	}
	return nil
}

// plan plans the edits of documents' objects, side by side; the first one's error is the
// one that counts. deferred says that an object wasn't read again, as it can't be alone;
// at once asks for that all the same.
func plan(changes Changes, docs []*document, atOnce bool) (out []rewriting, deferred bool, err error) {
	type task struct {
		doc int
		*Item
	}
	var tasks []task
	for i, doc := range docs {
		for _, it := range doc.items {
			if len(changes[it]) > 0 {
				tasks = append(tasks, task{i, it})
			}
		}
	}
	type planned struct {
		edits    []yamltext.Edit
		why      *Rewritten
		want     *yaml.Node
		err      error
		deferred bool
	}
	plans := make([]planned, len(tasks))
	parallel.Each(len(tasks), func() func(int) {
		b := &bench{memo: yamledit.Memo{}, atOnce: atOnce}
		return func(i int) {
			p := &plans[i]
			b.deferred = false
			p.edits, p.want, p.why, p.err = rewriteItem(tasks[i].Item, changes[tasks[i].Item], b)
			p.deferred = b.deferred
			if doc := tasks[i].Item.doc; doc.cut || doc.plain {
				p.want = nil
			}
		}
	})
	out = make([]rewriting, len(docs))
	for i, p := range plans {
		if p.err != nil {
			return nil, deferred, p.err
		}
		deferred = deferred || p.deferred
		made := &out[tasks[i].doc]
		made.edits = append(made.edits, p.edits...)
		if p.why != nil {
			made.rewritten = append(made.rewritten, *p.why)
		}
		if p.want != nil {
			if made.want == nil {
				made.want = map[*Item]*yaml.Node{}
			}
			made.want[tasks[i].Item] = p.want
		}
	}
	return out, deferred, nil
}

// bench is what is used again from one object to the next.
type bench struct {
	memo yamledit.Memo
	text []byte
	// source and again have the nodes of an object before and after its edits.
	source Reader
	again  yamlread.Reader
	// atOnce asks to read each object again, with its document if need be; else deferred
	// says that it has to be done yet.
	atOnce, deferred bool
}

// target is an object that is rewritten, as it was read for that.
type target struct {
	*Item
	node *yaml.Node
}

// rewriteItem plans the edits of an object, and returns what they make of it. why says why
// it is encoded anew; nil if it is not.
func rewriteItem(it *Item, changes []yamledit.Change, b *bench) (edits []yamltext.Edit, want *yaml.Node, why *Rewritten, err error) {
	source, err := it.Source(&b.source)
	if err != nil {
		return nil, nil, nil, err
	}
	t := target{it, source.Node}
	if want, err = yamledit.Nodes(source, changes); err != nil {
		return nil, nil, nil, it.Wrap(err)
	}
	edits, err = yamledit.Splice(source, changes, b.memo)
	switch {
	case err != nil:
	case t.readAgain(edits, want, b):
		return edits, want, nil, nil
	default:
		err = errMisread
	}
	reason := newRewritten(it, err)
	source.Plain = false // so that tags that say nothing don't stay in the way
	if want, err = yamledit.Nodes(source, changes); err != nil {
		return nil, nil, nil, it.Wrap(err)
	}
	if edits, err = t.encode(changes, reason); err != nil {
		return nil, nil, nil, it.Wrap(err)
	}
	if !t.readAgain(edits, want, b) {
		return nil, nil, nil, it.Wrap(t.refusal(reason))
	}
	return edits, want, &reason, nil
}

// edited is the document with edits made; its lead starts at a line of its file.
func (d *document) edited(r *yamlread.Reader, edits []yamltext.Edit, line int) (*document, error) {
	line = behindLead(d.lead, line)
	if len(edits) == 0 && line == d.line {
		return d, nil
	}
	data, err := yamltext.Apply(d.text.Data, edits)
	if err != nil {
		return nil, err
	}
	out := newDocument(d.file, d.index, line, yamltext.Part{Lead: d.lead, Text: data, JSON: d.json})
	if err := out.parse(r, false); err != nil {
		return nil, err
	}
	return out, out.collect()
}
