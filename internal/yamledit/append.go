package yamledit

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// append plans to add entries to a list, which may not be there yet.
func (s *splicer) append(p place, entries []*yaml.Node, keep string) error {
	switch {
	case p.key == nil:
		return s.addKey(p, entries)
	case yamlnode.IsNull(p.value) || p.value.Kind == yaml.SequenceNode && len(p.value.Content) == 0:
		return s.fill(p, entries, keep)
	}
	return s.extend(p, entries)
}

// addKey adds a key with a list behind a mapping's last value.
func (s *splicer) addKey(p place, entries []*yaml.Node) error {
	_, key := p.group.parent()
	if p.parent.Style&yaml.FlowStyle != 0 {
		return s.addFlow(p.parent, key, entries)
	}
	end, err := s.endOf(p.parent)
	if err != nil {
		return err
	}
	p.style.eol = s.text.EOL(end)
	column := p.parent.Content[0].Column - 1
	return s.insertLines(end, column, s.lines(entries, key, column, p.style), p.style.eol)
}

// extend adds entries to a list that has some.
func (s *splicer) extend(p place, entries []*yaml.Node) error {
	if p.value.Kind != yaml.SequenceNode {
		return yamltext.ErrUnclear
	}
	if p.value.Style&yaml.FlowStyle != 0 {
		return s.addFlow(p.value, "", entries)
	}
	end, err := s.endOf(p.value)
	if err != nil {
		return err
	}
	st, column, err := s.listStyle(p)
	if err != nil {
		return err
	}
	last := p.value.Content[len(p.value.Content)-1]
	st.dash = dashWidth(column+1, last)
	st.eol = s.text.EOL(end)
	return s.insertLines(end, column+1, s.lines(entries, "", column, st), st.eol)
}

// listStyle is how the entries of a block list are written, and the column of its
// dashes, counted from 0.
func (s *splicer) listStyle(p place) (style, int, error) {
	at, err := s.text.Offset(p.value)
	if err != nil || !s.text.HasPrefix(at, "-") {
		return p.style, 0, yamltext.ErrUnclear
	}
	if p.value.Line > p.key.Line {
		p.style.seq = max(p.value.Column-p.key.Column, 0)
	}
	return p.style, p.value.Column - 1, nil
}

// fill gives entries to a key whose value is null or an empty list.
func (s *splicer) fill(p place, entries []*yaml.Node, keep string) error {
	if p.value.Style&yaml.TaggedStyle != 0 {
		return yamltext.ErrUnclear
	}
	flow := p.parent.Style&yaml.FlowStyle != 0
	start, err := s.text.Offset(p.value)
	if err != nil {
		return err
	}
	end, err := s.text.End(p.value, -1, flow)
	if err != nil {
		return err
	}
	keyEnd, err := s.text.End(p.key, -1, flow)
	if err != nil || p.key.Line != p.value.Line {
		return yamltext.ErrUnclear
	}
	between := string(s.text.Data[keyEnd:start])
	if strings.TrimSpace(between) != ":" {
		return yamltext.ErrUnclear
	}
	if flow {
		if start == end {
			return yamltext.ErrUnclear
		}
		var b strings.Builder
		writeFlow(&b, yamlnode.Sequence(entries...), s.flowStyle(p.parent))
		s.edit(start, end, b.String())
		return nil
	}
	if !s.text.RestIsBlank(end) {
		return yamltext.ErrUnclear
	}
	colon := keyEnd + strings.IndexByte(between, ':') + 1
	if len(entries) == 0 {
		s.edit(colon, end, " []")
		return nil
	}
	if end > colon {
		s.edit(colon, end, "")
	}
	if keep != "" {
		s.keep(end, keep, string(s.text.Data[colon:end]))
	}
	p.style.eol = s.text.EOL(end)
	return s.insertLines(end, p.key.Column, s.lines(entries, "", p.key.Column-1+p.style.seq, p.style), p.style.eol)
}

// edit plans to replace a stretch of text.
func (s *splicer) edit(start, end int, text string) {
	s.edits = append(s.edits, yamltext.Edit{Start: start, End: end, Text: text})
}

// keep plans a mark at the end of the line around an offset.
func (s *splicer) keep(at int, mark, was string) {
	end := s.text.LineEnd(at)
	s.edit(end, end, " "+markWas(mark, was))
}

// endOf returns the end of a collection that is edited. Its start is checked
// against the text, so that a position that is off is noticed.
func (s *splicer) endOf(n *yaml.Node) (int, error) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		key := n.Content[0]
		at, err := s.text.Offset(key)
		if err != nil {
			return 0, err
		}
		if s.text.HasPrefix(at, `"`) || s.text.HasPrefix(at, "'") {
			at++
		}
		if !s.text.HasPrefix(at, key.Value) {
			return 0, yamltext.ErrUnclear
		}
	}
	return s.text.End(n, -1, false)
}

// insertLines adds whole lines behind the line around an offset, and behind the
// comments that follow it indented at least to a column: they belong to what
// stands before. Lines at the end of a text without a last line break leave it
// without one.
func (s *splicer) insertLines(after, column int, lines, eol string) error {
	if !s.text.RestIsBlank(after) {
		return yamltext.ErrUnclear
	}
	at := s.text.NextLine(after)
	for at < len(s.text.Data) {
		line := s.text.Data[at:s.text.LineEnd(at)]
		content := bytes.TrimLeft(line, " ")
		if len(content) == 0 || content[0] != '#' || len(line)-len(content) < column {
			break
		}
		after, at = at, s.text.NextLine(at)
	}
	if at == len(s.text.Data) && s.text.LineStart(at) != at {
		lines = eol + strings.TrimSuffix(lines, eol)
	}
	s.edit(at, at, lines)
	return nil
}
