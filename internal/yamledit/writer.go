package yamledit

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// writer plans changes in one of YAML's two styles.
type writer interface {
	// add adds entries to a list, which may be empty, null or not there yet.
	add(p place, entries []*yaml.Node, keep string) error
	// remove takes entries out of a list in which others stay or, with more, come.
	remove(p place, changes []Change, more bool) error
	// empty takes out all entries, and writes what the list was before them.
	empty(p place, c Change) error
	// drop takes out a key with its value.
	drop(p place) error
	// setValue gives an entry a value.
	setValue(entry *yaml.Node, c Change) error
}

func isFlow(n *yaml.Node) bool { return n != nil && n.Style&yaml.FlowStyle != 0 }

// in is the writer for a style.
func (s *sheet) in(flowStyle bool) writer {
	if flowStyle {
		return flow{s}
	}
	return block{s}
}

// write plans all that becomes of a list.
func (s *sheet) write(p place) error {
	for _, c := range p.changes {
		var err error
		switch c.Op {
		case SetValue:
			var entry *yaml.Node
			if entry, err = p.entry(c); err == nil {
				err = s.in(isFlow(entry) || isFlow(p.value)).setValue(entry, c)
			}
		case PutBack:
			err = block{s}.putBack(p, c)
		case Replace:
			err = block{s}.replace(p, c)
		case Empty:
			err = s.in(isFlow(p.parent) || isFlow(p.value)).empty(p, c)
		case Drop:
			err = s.in(isFlow(p.parent)).drop(p)
		}
		if err != nil {
			return err
		}
	}
	add := p.with(Append)
	if gone := p.with(Remove); len(gone) > 0 {
		if p.value == nil || p.value.Kind != yaml.SequenceNode {
			return yamltext.ErrUnclear
		}
		if err := s.in(isFlow(p.value)).remove(p, gone, len(add) > 0); err != nil {
			return err
		}
	}
	if len(add) == 0 {
		return nil
	}
	entries := add[0].Entries
	if len(add) > 1 {
		entries = slices.Clone(entries)
		for _, c := range add[1:] {
			entries = append(entries, c.Entries...)
		}
		s.memo = nil // it knows entries by their first one
	}
	// A list without entries is written in the style of what is around it.
	around := p.value
	if p.empty() {
		around = p.parent
	}
	return s.in(isFlow(around)).add(p, entries, add[0].Keep)
}
