package yamledit

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// block writes in block style.
type block struct{ *sheet }

func (s block) add(p place, entries []*yaml.Node, keep string) error {
	switch {
	case p.key == nil:
		return s.addKey(p, entries)
	case p.empty():
		return s.fill(p, entries, keep)
	}
	return s.extend(p, entries)
}

// addKey adds a key with a list behind a mapping's last value.
func (s block) addKey(p place, entries []*yaml.Node) error {
	_, key := p.group.parent()
	end, err := s.endOf(p.parent)
	if err != nil {
		return err
	}
	p.style.eol = s.EOL(end)
	column := p.parent.Content[0].Column - 1
	return s.insertLines(end, column, s.lines(entries, key, column, p.style), p.style.eol)
}

// extend adds entries to a list that has some.
func (s block) extend(p place, entries []*yaml.Node) error {
	if p.value.Kind != yaml.SequenceNode {
		return yamltext.ErrUnclear
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
	st.eol = s.EOL(end)
	return s.insertLines(end, column+1, s.lines(entries, "", column, st), st.eol)
}

// listStyle is how the entries of a block list are written, and the column of its
// dashes, counted from 0.
func (s block) listStyle(p place) (style, int, error) {
	at, err := s.Offset(p.value)
	if err != nil || !s.HasPrefix(at, "-") {
		return p.style, 0, yamltext.ErrUnclear
	}
	if p.value.Line > p.key.Line {
		p.style.seq = max(p.value.Column-p.key.Column, 0)
	}
	return p.style, p.value.Column - 1, nil
}

// fill gives entries to a key whose value is null or an empty list, in the key's line
// or on a line of its own below.
func (s block) fill(p place, entries []*yaml.Node, keep string) error {
	if p.value.Style&yaml.TaggedStyle != 0 {
		return yamltext.ErrUnclear
	}
	colon, err := s.colon(p.key)
	if err != nil {
		return err
	}
	start, err := s.Offset(p.value)
	if err != nil {
		return err
	}
	end, err := s.End(p.value, -1, false)
	if err != nil || start < colon || !s.RestIsBlank(end) {
		return yamltext.ErrUnclear
	}
	if p.key.Line != p.value.Line {
		return s.fillBelow(p, entries, keep, colon, start, end)
	}
	was := string(s.Data[colon:end])
	if strings.TrimSpace(string(s.Data[colon:start])) != "" || keep != "" && !isEmptyList(was) {
		return yamltext.ErrUnclear // over several lines, or with a comment in it
	}
	if len(entries) == 0 {
		s.edit(colon, end, " []")
		return nil
	}
	if end > colon {
		s.edit(colon, end, "")
	}
	if keep != "" {
		s.keep(end, keep, was)
	}
	p.style.eol = s.EOL(end)
	return s.insertLines(end, p.key.Column, s.lines(entries, "", p.key.Column-1+p.style.seq, p.style), p.style.eol)
}

// fillBelow is fill where the empty list or null is on a line of its own, as Helm's
// "toYaml | nindent" prints it. That line goes; a comment in it stays.
func (s block) fillBelow(p place, entries []*yaml.Node, keep string, colon, start, end int) error {
	line, next := s.LineStart(start), s.NextLine(end)
	was := "\n" + string(s.Data[line:end])
	if keep == "" || len(entries) == 0 || !s.RestIsBlank(colon) || !isEmptyList(was) {
		return yamltext.ErrUnclear
	}
	p.style.eol = s.EOL(end)
	lines := s.lines(entries, "", p.key.Column-1+p.style.seq, p.style)
	last := next == len(s.Data) && !yamltext.EndsLine(s.Data)
	if last {
		lines = strings.TrimSuffix(lines, p.style.eol)
	}
	if comment := bytes.IndexByte(s.Data[end:next], '#'); comment < 0 {
		s.edit(line, next, lines)
	} else {
		was += string(s.Data[end:end+comment]) + "#"
		s.edit(start, end+comment, "")
		if last {
			lines = p.style.eol + lines
		}
		s.edit(next, next, lines)
	}
	s.keep(colon, keep, was)
	return nil
}
