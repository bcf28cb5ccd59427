package yamledit

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

func (s block) remove(p place, changes []Change, _ bool) error {
	for _, c := range changes {
		if err := s.cutEntry(p.value, c.Index); err != nil {
			return err
		}
	}
	return nil
}

// cutEntry plans to take out the lines of an entry of a list in block style. Comments
// on lines of their own stay: no entry that was added has any, and a formatter may have
// moved one there.
func (s block) cutEntry(list *yaml.Node, i int) error {
	start, end, err := s.entryLines(list, i)
	if err != nil {
		return err
	}
	for line := start; line < end; line = s.NextLine(line) {
		if _, ok := s.commentLine(line); ok {
			if start < line {
				s.edit(start, line, "")
			}
			start = s.NextLine(line)
		}
	}
	if start < end {
		s.edit(start, end, "")
	}
	return nil
}

// entryLines returns the lines of a list's entry: from the one with its dash to
// the one behind its end.
func (s block) entryLines(list *yaml.Node, i int) (start, end int, err error) {
	if i >= len(list.Content) {
		return 0, 0, yamltext.ErrUnclear
	}
	entry := list.Content[i]
	at, err := s.Offset(entry)
	if err != nil {
		return 0, 0, err
	}
	if end, err = s.End(entry, -1, false); err != nil {
		return 0, 0, err
	}
	start = s.LineStart(at)
	if string(bytes.TrimSpace(s.Data[start:at])) != "-" || !s.RestIsBlank(end) {
		return 0, 0, yamltext.ErrUnclear
	}
	return start, s.NextLine(end), nil
}

func (s block) empty(p place, c Change) error {
	if p.key == nil {
		return yamltext.ErrUnclear
	}
	end, err := s.cutEntries(p)
	if err != nil {
		return err
	}
	if m, ok := s.mark(end, c.Keep); ok {
		s.edit(m.Start, m.End, "")
	}
	if below, ok := strings.CutPrefix(c.Text, "\n"); ok {
		return s.emptyBelow(p, below)
	}
	s.edit(end, end, c.Text)
	return nil
}

// emptyBelow writes what the list was on a line of its own, where its first entry is:
// before the comment that was behind it, if there was one. Somebody may have moved the
// key since, and what is below it must stay deeper.
func (s block) emptyBelow(p place, was string) error {
	at, err := s.Offset(p.value.Content[0])
	if err != nil {
		return err
	}
	at = s.LineStart(at)
	was, behind := strings.CutSuffix(was, "#")
	text := strings.TrimLeft(was, " ")
	indent := len(was) - len(text)
	if indent < p.key.Column {
		indent = p.key.Column + 1
	}
	if !behind {
		s.edit(at, at, strings.Repeat(" ", indent)+text+s.EOL(at))
		return nil
	}
	comment := s.LineStart(at - 1)
	start := comment + len(s.Data[comment:at]) - len(bytes.TrimLeft(s.Data[comment:at], " \t"))
	if !s.HasPrefix(start, "#") {
		// Somebody has deleted the comment.
		s.edit(at, at, strings.Repeat(" ", indent)+strings.TrimRight(text, " \t")+s.EOL(at))
		return nil
	}
	if column := start - comment; column < p.key.Column {
		text = strings.Repeat(" ", p.key.Column+1-column) + text
	}
	s.edit(start, start, text)
	return nil
}

// cutEntries plans to take out the entries of a list in block style, and returns
// where its key ends, behind the colon.
func (s block) cutEntries(p place) (int, error) {
	if p.value.Kind != yaml.SequenceNode || p.value.Line == p.key.Line {
		return 0, yamltext.ErrUnclear
	}
	for i := range p.value.Content {
		if err := s.cutEntry(p.value, i); err != nil {
			return 0, err
		}
	}
	return s.colon(p.key)
}

func (s block) drop(p place) error {
	if p.key == nil {
		return yamltext.ErrUnclear
	}
	start, err := s.Offset(p.key)
	if err != nil {
		return err
	}
	line := s.LineStart(start)
	if !s.startsLine(start) || len(p.parent.Content) < 4 {
		return yamltext.ErrUnclear
	}
	var end int
	if p.value.Kind == yaml.SequenceNode && p.value.Style&yaml.FlowStyle == 0 {
		// Comments between the entries stay: they are not what was added.
		end, err = s.cutEntries(p)
	} else {
		end, err = s.End(p.value, p.key.Column-1, false)
	}
	if err != nil {
		return err
	}
	if !s.RestIsBlank(end) {
		return yamltext.ErrUnclear
	}
	s.edit(line, s.NextLine(end), "")
	return nil
}
