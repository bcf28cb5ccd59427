package yamledit

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// flow writes in flow style, and so in JSON.
type flow struct{ *sheet }

func (s flow) add(p place, entries []*yaml.Node, _ string) error {
	switch {
	case p.key == nil:
		_, key := p.group.parent()
		return s.addTo(p.parent, key, entries)
	case !p.empty():
		return s.addTo(p.value, "", entries)
	}
	var b strings.Builder
	writeFlow(&b, yamlnode.Sequence(entries...), s.flowStyle(p.parent))
	return s.write(p, b.String())
}

// write replaces the value of a key.
func (s flow) write(p place, text string) error {
	start, err := s.Offset(p.value)
	if err != nil {
		return err
	}
	end, err := s.End(p.value, -1, isFlow(p.parent))
	if err != nil || start == end || p.value.Style&yaml.TaggedStyle != 0 {
		return yamltext.ErrUnclear
	}
	s.edit(start, end, text)
	return nil
}

func (s flow) empty(p place, c Change) error {
	if p.key == nil {
		return yamltext.ErrUnclear
	}
	return s.write(p, strings.TrimSpace(c.Text))
}

// setValue keeps nothing of what it replaces: there is no line of its own for a mark.
func (s flow) setValue(entry *yaml.Node, c Change) error {
	key, value, err := valueOf(entry)
	if err != nil || key == nil {
		return yamltext.ErrUnclear
	}
	start, end, err := s.pair(entry, key, value, true)
	if err != nil {
		return err
	}
	fs := s.flowStyle(entry)
	s.edit(start, end, scalarText(yamlnode.Str("value"), fs.quoted)+":"+fs.space()+scalarText(yamlnode.Str(c.Text), true))
	return nil
}

// addTo adds to a flow collection: behind key, a list of the entries; without
// one, the entries themselves. Where the collection has a line for each of its
// values, so has what is added.
func (s flow) addTo(parent *yaml.Node, key string, entries []*yaml.Node) error {
	if len(parent.Content) == 0 {
		return yamltext.ErrUnclear
	}
	// The brackets must be there: "[a: b]" holds a mapping without any.
	if _, err := s.endOf(parent); err != nil {
		return err
	}
	last := parent.Content[len(parent.Content)-1]
	end, err := s.End(last, -1, true)
	if err != nil {
		return err
	}
	if yamlnode.IsNull(last) && last.Value == "" {
		return fmt.Errorf("%w: what is in braces ends in a key without a value: write null there", yamltext.ErrUnclear)
	}
	first := last
	if parent.Kind == yaml.MappingNode {
		first = parent.Content[len(parent.Content)-2]
	}
	start, err := s.Offset(first)
	if err != nil {
		return err
	}
	fs := s.flowStyle(parent)
	separator, opening, closing := ","+fs.space(), "[", "]"
	if first.Line != parent.Line && s.startsLine(start) {
		lead := string(s.Data[s.LineStart(start):start])
		separator = "," + s.EOL(start) + lead
		opening, closing = "["+s.EOL(start)+lead+"  ", s.EOL(start)+lead+"]"
	}
	var b strings.Builder
	b.WriteString(separator)
	between := separator
	if key != "" {
		b.WriteString(scalarText(yamlnode.Str(key), fs.quoted) + ":" + fs.space() + opening)
		if opening != "[" {
			between = separator + "  "
		}
	}
	for i, e := range entries {
		if i > 0 {
			b.WriteString(between)
		}
		writeFlow(&b, e, fs)
	}
	if key != "" {
		b.WriteString(closing)
	}
	s.edit(end, end, b.String())
	return nil
}

// remove takes out entries with the separator before them, as addTo has put them
// there; for the first ones with the separator behind.
func (s flow) remove(p place, changes []Change, more bool) error {
	list := p.value.Content
	gone := make([]bool, len(list))
	for _, c := range changes {
		if c.Index >= len(list) {
			return yamltext.ErrUnclear
		}
		gone[c.Index] = true
	}
	stays := slices.Index(gone, false)
	if more || stays < 0 {
		return yamltext.ErrUnclear
	}
	for i, entry := range list {
		end, err := s.End(entry, -1, true)
		switch {
		case !gone[i]:
			continue
		case err != nil:
		case i < stays:
			err = s.cutFirst(entry, end, list[i+1])
		default:
			err = s.cut(list[i-1], entry, end)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drop takes out the comma before the key or, for the first key, the one behind.
func (s flow) drop(p place) error {
	if p.key == nil {
		return yamltext.ErrUnclear
	}
	end, err := s.End(p.value, -1, true)
	if err != nil {
		return err
	}
	at := slices.Index(p.parent.Content, p.key)
	if at > 0 {
		return s.cut(p.parent.Content[at-1], p.key, end)
	}
	if len(p.parent.Content) < 4 {
		return yamltext.ErrUnclear
	}
	return s.cutFirst(p.key, end, p.parent.Content[2])
}

// cut plans to cut from the end of a node, with the separator before the next
// one, to an offset. Anything else between the two is not ours.
func (s flow) cut(before, first *yaml.Node, to int) error {
	from, err := s.End(before, -1, true)
	if err != nil {
		return err
	}
	start, err := s.Offset(first)
	if err != nil || strings.TrimSpace(string(s.Data[from:start])) != "," {
		return yamltext.ErrUnclear
	}
	s.edit(from, to, "")
	return nil
}

// cutFirst plans to cut what comes first and ends at an offset, with the separator
// behind it, which is all that is before the next one.
func (s flow) cutFirst(first *yaml.Node, end int, next *yaml.Node) error {
	start, err := s.Offset(first)
	to, nextErr := s.Offset(next)
	if err != nil || nextErr != nil || strings.TrimSpace(string(s.Data[end:to])) != "," {
		return yamltext.ErrUnclear
	}
	s.edit(start, to, "")
	return nil
}
