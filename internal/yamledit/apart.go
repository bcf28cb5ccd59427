package yamledit

import (
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// closeUp takes out, with lines that go, the blank line that keeps them apart from a
// comment before them. It stays where what follows would take the comment for its own:
// something that is indented as far as that.
func (s *sheet) closeUp() {
	if !s.apart {
		return
	}
	slices.SortStableFunc(s.edits, func(a, b yamltext.Edit) int { return a.Start - b.Start })
	for i := 0; i < len(s.edits); i++ {
		first, end := i, s.edits[i].End
		if s.edits[i].Text != "" {
			continue
		}
		for i+1 < len(s.edits) && s.edits[i+1].Text == "" && s.edits[i+1].Start == end {
			i++
			end = s.edits[i].End
		}
		start := s.edits[first].Start
		if start == 0 || s.LineStart(start) != start || end < len(s.Data) && s.LineStart(end) != end {
			continue
		}
		blank := s.LineStart(start - 1)
		if blank == 0 || strings.TrimSpace(string(s.Data[blank:start])) != "" {
			continue
		}
		if column, ok := s.commentLine(s.LineStart(blank - 1)); ok && s.indentBehind(end) < column {
			s.edits[first].Start = blank
		}
	}
}
