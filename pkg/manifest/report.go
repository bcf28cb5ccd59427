package manifest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Report holds the decisions about the pod templates of an input, in its order.
type Report struct {
	// Changes holds one decision for each pod template.
	Changes []*Change
	// Notices are about the settings or the input as a whole.
	Notices []rrsa.Reason
}

// Refused tells whether an error stands in the way of any injection. Such a
// report must not be applied.
func (r *Report) Refused() bool { return r.any(rrsa.Refused) }

// Unresolved tells whether any decision is Unknown.
func (r *Report) Unresolved() bool { return r.any(rrsa.Unknown) }

func (r *Report) any(v rrsa.Verdict) bool {
	for _, c := range r.Changes {
		if c.Decision.Verdict == v {
			return true
		}
	}
	return false
}

// Subject is the item that a reason is about; nil if it isn't in the input.
func (c *Change) Subject(reason rrsa.Reason) *Item {
	switch reason.Level {
	case rrsa.LevelNamespace:
		return c.namespaceItem
	case rrsa.LevelServiceAccount:
		return c.serviceAccountOf
	case rrsa.LevelComponent:
		return nil
	}
	return c.Item
}

// Field is the path of a reason's field in its subject: one about the pod starts
// at the object here, not at the pod template.
func (c *Change) Field(reason rrsa.Reason) string {
	switch {
	case reason.Level != rrsa.LevelPod || c.Path == "":
		return reason.Field
	case reason.Field == "":
		return c.Path
	}
	return c.Path + "." + reason.Field
}

// errRefused guards against half-made changes.
var errRefused = errors.New("applying a report with refused injections")

// Apply edits the text of the items' streams so that each pod template holds what
// its decision says. On an error no stream is changed.
func (r *Report) Apply() error {
	if r.Refused() {
		return errRefused
	}
	edits := map[*document][]edit{}
	var encoded []*document
	memo := map[memoKey]string{}
	for i := 0; i < len(r.Changes); {
		// The changes of one object stand together.
		it, first := r.Changes[i].Item, i
		for i < len(r.Changes) && r.Changes[i].Item == it {
			i++
		}
		made, nodes, err := it.edits(r.Changes[first:i], memo)
		if err != nil {
			return it.wrap(err)
		}
		edits[it.doc] = append(edits[it.doc], made...)
		if nodes {
			encoded = append(encoded, it.doc)
		}
	}
	for _, doc := range encoded {
		if err := doc.verify(edits[doc]); err != nil {
			return fmt.Errorf("%s: %w", Origin{File: doc.file, Document: doc.index}, err)
		}
	}
	for doc, made := range edits {
		doc.edits = append(doc.edits, made...)
	}
	return nil
}

// edits plans the edits of one object: in its text, or, where that can't be done,
// as nodes. The second result tells whether it was encoded.
func (it *Item) edits(changes []*Change, memo map[memoKey]string) ([]edit, bool, error) {
	s := splicer{text: it.doc.text, memo: memo}
	var err error
	needed := false
	for _, c := range changes {
		if !c.Decision.Mutation.Empty() {
			needed = true
			err = errors.Join(err, s.inject(c))
		}
	}
	if !needed || err == nil {
		return s.edits, false, nil
	}
	made, err := it.encode(changes)
	return made, true, err
}

// Summary says in a sentence what an injection does.
func (c *Change) Summary() string {
	role := ""
	for _, s := range c.Decision.Settings {
		if s.Name == "role-name" {
			role = s.Value
		}
	}
	account := c.ServiceAccount
	if c.Namespace != "" {
		account = c.Namespace + "/" + account
	}
	done := "into"
	if c.Decision.Mutation.Empty() {
		done = "already in"
	}
	return fmt.Sprintf("role %s of ServiceAccount %s, %s %s", role, account, done, strings.Join(c.Decision.Containers, ", "))
}
