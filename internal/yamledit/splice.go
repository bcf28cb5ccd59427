package yamledit

import (
	"cmp"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// Splice returns the edits of the text that make changes. It gives up where the
// text doesn't tell for sure what an edit would change, and where an anchor, an
// alias or a merge key shares what is to be changed: the error says which.
func Splice(o Object, changes []Change, memo Memo) ([]yamltext.Edit, error) {
	for _, n := range o.Above {
		if !yamlnode.Owned(n) {
			return nil, errShared(n, "the list that holds it")
		}
	}
	s := &sheet{text: text{o.Text}, memo: memo, apart: o.Apart}
	var all []place
	for _, g := range byList(changes) {
		p, err := find(o.Node, g)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	// Where one place ends, others may end too. What is added to a list comes before
	// what is added to the mapping around it, and keys that are new come last. Keys
	// that go in a flow mapping go from the last one on.
	slices.SortStableFunc(all, func(a, b place) int {
		lineA, columnA := a.at()
		lineB, columnB := b.at()
		return cmp.Or(len(b.list)-len(a.list), lineB-lineA, columnB-columnA)
	})
	for _, p := range all {
		err := s.write(p)
		if err == yamltext.ErrUnclear {
			err = fmt.Errorf("%w: %s", err, p.list)
		}
		if err != nil {
			return nil, err
		}
	}
	s.closeUp()
	return s.edits, nil
}

// place is a list that changes, as it is written.
type place struct {
	group
	parent *yaml.Node
	// key and value are nil for a list that isn't there.
	key, value *yaml.Node
	style      style
}

// at is where the list's key is; one that isn't there comes before all that are.
func (p place) at() (line, column int) {
	if p.key == nil {
		return -1, 0
	}
	return p.key.Line, p.key.Column
}

// find goes the way to a list as it is written, and fails where it is shared.
func find(n *yaml.Node, g group) (place, error) {
	way, key := g.parent()
	st := style{step: 2, dash: 2}
	for _, step := range way {
		if !yamlnode.Owned(n) {
			return place{}, errShared(n, g.list.String())
		}
		if step.Key == "" {
			if step.Index >= len(n.Content) {
				return place{}, errShared(n, g.list.String())
			}
			n = n.Content[step.Index]
			continue
		}
		st = st.like(n)
		k, v := yamlnode.Pair(n, step.Key)
		if k == nil {
			return place{}, errMissing(n, g.list.String())
		}
		if v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && len(v.Content) > 0 {
			st.step = max(v.Content[0].Column-k.Column, 1)
		}
		n = v
	}
	if !yamlnode.Owned(n) || n.Kind != yaml.MappingNode {
		return place{}, errShared(n, g.list.String())
	}
	p := place{group: g, parent: n, style: st.like(n)}
	p.key, p.value = yamlnode.Pair(n, key)
	switch {
	case p.key == nil && yamlnode.Get(n, key) != nil:
		return place{}, errMissing(n, g.list.String())
	case p.key != nil && (p.value.Kind == yaml.AliasNode || p.value.Anchor != "" || len(p.value.Content) > 0 && !yamlnode.Owned(p.value)):
		return place{}, errShared(p.value, g.list.String())
	}
	return p, nil
}

// SharedError says that a place can't be edited alone, as it is written elsewhere too,
// or is marked to be of a type of its own.
type SharedError struct {
	// What is there, such as "an alias".
	What string
	// Where is the path of the list that was to be edited.
	Where string
}

func (e *SharedError) Error() string { return e.What + " is on the way to " + e.Where }

// errMissing is about a key that a mapping doesn't have itself.
func errMissing(m *yaml.Node, where string) error {
	if m != nil && slices.ContainsFunc(m.Content, yamlnode.IsMerge) {
		return &SharedError{"a merge key", where}
	}
	return fmt.Errorf("%w: %s", yamltext.ErrUnclear, where)
}

// errShared names what is in the way at a node.
func errShared(n *yaml.Node, where string) error {
	switch {
	case n.Kind == yaml.AliasNode:
		return &SharedError{"an alias", where}
	case n.Anchor != "":
		return &SharedError{"an anchor", where}
	case n.Style&yaml.TaggedStyle != 0:
		return &SharedError{"a tag", where}
	}
	return fmt.Errorf("%w: %s", yamltext.ErrUnclear, where)
}

// empty tells whether the list has no entries, or isn't there.
func (p place) empty() bool {
	return p.key == nil || yamlnode.IsNull(p.value) || p.value.Kind == yaml.SequenceNode && len(p.value.Content) == 0
}

// entry is the entry of a list that a change is about, if it can be edited alone.
func (p place) entry(c Change) (*yaml.Node, error) {
	if p.value == nil || p.value.Kind != yaml.SequenceNode || c.Index >= len(p.value.Content) {
		return nil, yamltext.ErrUnclear
	}
	entry := p.value.Content[c.Index]
	if slices.ContainsFunc(entry.Content, yamlnode.IsMerge) {
		return nil, errMissing(entry, p.list.At(c.Index).String())
	}
	if !yamlnode.Owned(entry) || entry.Kind != yaml.MappingNode {
		return nil, errShared(entry, p.list.At(c.Index).String())
	}
	return entry, nil
}
