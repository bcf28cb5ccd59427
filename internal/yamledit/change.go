// Package yamledit changes lists in YAML objects.
//
// A [Change] says what becomes of one list, and a []Change all that becomes of an
// object. Two writers carry it out: [Splice] edits the object's text, so that every
// other byte stays; [Nodes] changes a copy of its nodes. Neither changes what it is
// given. What Splice writes is right if it reads back as what Nodes gives: that is
// for the caller to compare.
//
// What a change replaces can be kept in a comment behind it, a mark: see
// [Object.Mark] and [Kept].
package yamledit

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Object is an object in the text of a document.
type Object struct {
	Text *yamltext.Text
	Node *yaml.Node
	// Above are the nodes from the document's root to the object, for one in a list.
	Above []*yaml.Node
	// Plain says that the document has no anchors and no merge keys.
	Plain bool
	// Apart asks for a blank line between a comment and what is added behind it, so that
	// a reader that keeps comments with nodes keeps it where it is; see [sheet.closeUp].
	Apart bool
}

// Op is what a Change does.
type Op string

// What can be done. Indexes are those of the entries before any change.
const (
	// Append adds Entries behind those of the list, which is made where it isn't.
	Append Op = "append"
	// Remove takes out the entry at Index, which is not the only one left.
	Remove Op = "remove"
	// Replace writes the entry at Index anew, as the only one of Entries.
	Replace Op = "replace"
	// SetValue gives the entry at Index, a mapping, the string Text as its value; a
	// valueFrom goes.
	SetValue Op = "set value"
	// PutBack gives the entry at Index what Text says: a value or a valueFrom as
	// [Kept] reads them, or neither.
	PutBack Op = "put back"
	// Empty takes out all entries, and writes Text, which is an empty list or null,
	// behind the list's key.
	Empty Op = "empty"
	// Drop takes out the key that List leads to, with its value.
	Drop Op = "drop"
)

// Change is what becomes of one list of an object.
type Change struct {
	Op Op
	// List leads from the object to the list.
	List  yamlnode.Way
	Index int
	// Entries are never changed, so that changes may share them.
	Entries []*yaml.Node
	Text    string
	// Keep is the comment behind which a replaced text is kept; empty keeps none.
	Keep string
}

// group is all that becomes of one list.
type group struct {
	list    yamlnode.Way
	changes []Change
}

// byList groups changes by their lists, in the order of their first change.
func byList(changes []Change) []group {
	var out []group
	at := map[string]int{}
	i := 0
	for n, c := range changes {
		// Those of one list mostly come one after the other.
		if n == 0 || !slices.Equal(c.List, changes[n-1].List) {
			id, ok := c.List.String(), false
			if i, ok = at[id]; !ok {
				i = len(out)
				at[id] = i
				out = append(out, group{list: c.List})
			}
		}
		out[i].changes = append(out[i].changes, c)
	}
	return out
}

// parent is the way to what holds the list, and the list's key there.
func (g group) parent() (way yamlnode.Way, key string) {
	last := len(g.list) - 1
	return g.list[:last], g.list[last].Key
}

// with returns the group's changes of one kind.
func (g group) with(op Op) []Change {
	var out []Change
	for _, c := range g.changes {
		if c.Op == op {
			out = append(out, c)
		}
	}
	return out
}
