package textdiff

import "fmt"

// line is one line of a hunk: it stays (' '), goes ('-') or comes ('+').
type line struct {
	kind byte
	text string
}

// hunk is a stretch of changes with the unchanged lines around them.
type hunk struct {
	// startA and startB count from 0.
	startA, startB int
	lines          []line
}

// hunks groups changes that have no more than twice the context between them.
func hunks(a, b []string, changes []change, context int) []hunk {
	context = max(0, min(context, len(a))) // no sum below can overflow
	var out []hunk
	at := 0 // the first line of a that no hunk has yet
	for i, c := range changes {
		if i == 0 || c.fromA-at > 2*context {
			if i > 0 {
				out[len(out)-1].keep(a[at:min(at+context, len(a))])
			}
			lead := min(context, c.fromA)
			at = c.fromA - lead
			out = append(out, hunk{startA: at, startB: c.fromB - lead})
		}
		h := &out[len(out)-1]
		h.keep(a[at:c.fromA])
		h.add('-', a[c.fromA:c.toA])
		h.add('+', b[c.fromB:c.toB])
		at = c.toA
	}
	if len(out) > 0 {
		out[len(out)-1].keep(a[at:min(at+context, len(a))])
	}
	return out
}

func (h *hunk) keep(lines []string) { h.add(' ', lines) }

func (h *hunk) add(kind byte, lines []string) {
	for _, text := range lines {
		h.lines = append(h.lines, line{kind, text})
	}
}

// header is the line that says where the hunk belongs.
func (h *hunk) header() string {
	countA, countB := 0, 0
	for _, l := range h.lines {
		if l.kind != '+' {
			countA++
		}
		if l.kind != '-' {
			countB++
		}
	}
	return "@@ -" + span(h.startA, countA) + " +" + span(h.startB, countB) + " @@"
}

// span writes a range of lines. One without lines is named by the line before it.
func span(start, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", start)
	case 1:
		return fmt.Sprint(start + 1)
	}
	return fmt.Sprintf("%d,%d", start+1, count)
}
