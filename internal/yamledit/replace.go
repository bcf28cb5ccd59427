package yamledit

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// replace plans to write an entry anew, in the style of its list.
func (s block) replace(p place, c Change) error {
	if _, err := p.entry(c); err != nil {
		return err
	}
	if p.value.Style&yaml.FlowStyle != 0 {
		return yamltext.ErrUnclear
	}
	start, end, err := s.entryLines(p.value, c.Index)
	if err != nil {
		return err
	}
	st, column, err := s.listStyle(p)
	if err != nil {
		return err
	}
	st.dash = dashWidth(column+1, p.value.Content[c.Index])
	st.eol = s.EOL(end)
	lines := s.comments(start, end) + s.lines(c.Entries, "", column, st)
	if end == len(s.Data) && s.LineStart(end) != end {
		lines = strings.TrimSuffix(lines, st.eol)
	}
	s.edit(start, end, lines)
	return nil
}

// valueOf returns the value of an entry, or its valueFrom, with its key; without
// either all are nil.
func valueOf(entry *yaml.Node) (key, value *yaml.Node, err error) {
	key, value = yamlnode.Pair(entry, "value")
	if k, v := yamlnode.Pair(entry, "valueFrom"); k != nil {
		if key != nil {
			return nil, nil, yamltext.ErrUnclear
		}
		key, value = k, v
	}
	return key, value, nil
}

// setValue plans the new value of an entry. What is kept is all that it replaces.
func (s block) setValue(entry *yaml.Node, c Change) error {
	key, value, err := valueOf(entry)
	if err != nil {
		return err
	}
	if key == nil {
		return s.addValue(entry, c)
	}
	start, end, err := s.pair(entry, key, value, false)
	if err != nil {
		return err
	}
	if c.Keep == "" { // what was written here before is ours, and its key too
		if start, err = s.Offset(value); err != nil || start == end || value.Kind != yaml.ScalarNode {
			return yamltext.ErrUnclear
		}
		s.edit(start, end, scalarText(yamlnode.Str(c.Text), false))
		return nil
	}
	was, text := string(s.Data[start:end]), "value: "+scalarText(yamlnode.Str(c.Text), false)
	if !keeps(was, key, value) {
		was = pairText(entry)
		if value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && value.LineComment != "" {
			text += " " + value.LineComment // it was in the first line, and isn't kept
		}
	}
	s.edit(start, end, text)
	s.keep(end, c.Keep, was)
	return nil
}

// addValue plans a value for an entry that has none.
func (s block) addValue(entry *yaml.Node, c Change) error {
	if c.Keep == "" {
		return yamltext.ErrUnclear
	}
	end, err := s.endOf(entry)
	if err != nil {
		return err
	}
	eol, column := s.EOL(end), entry.Content[0].Column-1
	line := strings.Repeat(" ", column) + "value: " + scalarText(yamlnode.Str(c.Text), false) + " " + markWas(c.Keep, "") + eol
	return s.insertLines(end, column, line, eol)
}

// putBack plans to write again what a mark has kept of an entry.
func (s block) putBack(p place, c Change) error {
	entry, err := p.entry(c)
	if err != nil {
		return err
	}
	key, v := yamlnode.Pair(entry, "value")
	if v == nil {
		return yamltext.ErrUnclear
	}
	start, err := s.Offset(key)
	if err != nil {
		return err
	}
	column := entry.Content[0].Column - 1
	end, err := s.End(v, column, false)
	if err != nil {
		return err
	}
	m, ok := s.mark(end, c.Keep)
	if !ok {
		return yamltext.ErrUnclear
	}
	if c.Text == "" {
		// The entry had no value: the whole line is ours.
		line := s.LineStart(start)
		if !s.startsLine(start) {
			return yamltext.ErrUnclear
		}
		s.edit(line, s.NextLine(end), "")
		return nil
	}
	text, ok := below(c.Text, column)
	if !ok {
		return yamltext.ErrUnclear
	}
	s.edit(start, end, text)
	s.edit(m.Start, m.End, "")
	return nil
}

// below moves the lines of a kept text, but for the first, so that they belong to
// an entry at a column: somebody may have moved that since. Where they do already,
// they stay. Not ok if the text could be nothing but a flow mapping's inside.
func below(was string, column int) (string, bool) {
	if pairs, err := Kept(was); err != nil || len(pairs) != 2 {
		return "", false
	}
	lines := strings.SplitAfter(was, "\n")
	least := -1
	for _, line := range lines[1:] {
		if content := strings.TrimLeft(line, " "); strings.TrimSpace(content) != "" && (least < 0 || len(line)-len(content) < least) {
			least = len(line) - len(content)
		}
	}
	if least < 0 || least > column {
		return was, true
	}
	for i, line := range lines[1:] {
		if strings.TrimSpace(line) != "" {
			lines[i+1] = strings.Repeat(" ", column+2-least) + line
		}
	}
	return strings.Join(lines, ""), true
}
