package textdiff

import (
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// Format says how differences are shown.
type Format struct {
	// From and To stand before the names, as folders: what the texts are.
	From, To string
	// Context is the number of unchanged lines around a change.
	Context int
	// Color marks the lines for a terminal.
	Color bool
	// Clean, if it isn't nil, is given each line of the texts, without its break, and
	// each name.
	Clean func(string) string
}

// What a terminal is told, as git does it.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	reset = "\x1b[m"
)

// Unified returns a unified diff of the pairs that differ; empty if none does. It
// has no timestamps, so that the same texts give the same diff.
func (f Format) Unified(pairs []Pair) string {
	var b strings.Builder
	for _, p := range pairs {
		f.pair(&b, p)
	}
	return b.String()
}

func (f Format) pair(b *strings.Builder, p Pair) {
	before, after := splitLines(p.Before), splitLines(p.After)
	for i, h := range hunks(compare(before, after), f.Context) {
		if i == 0 {
			f.line(b, bold, "--- "+f.label(f.From, p.Name))
			f.line(b, bold, "+++ "+f.label(f.To, p.Name))
		}
		f.hunk(b, h, before, after)
	}
}

// hunks groups changes that have no more than twice the context between them.
func hunks(changes []change, context int) [][]change {
	var out [][]change
	for i, c := range changes {
		if i == 0 || c.fromA-changes[i-1].toA-context > context { // twice a large one would overflow
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], c)
	}
	return out
}

// hunk writes changes with the unchanged lines around them.
func (f Format) hunk(b *strings.Builder, changes []change, before, after []string) {
	first, last := changes[0], changes[len(changes)-1]
	lead, trail := min(f.Context, first.fromA), min(f.Context, len(before)-last.toA)
	f.line(b, cyan, "@@ -"+span(first.fromA-lead, last.toA+trail)+" +"+span(first.fromB-lead, last.toB+trail)+" @@")
	at := first.fromA - lead
	for _, c := range changes {
		f.lines(b, "", " ", before[at:c.fromA])
		f.lines(b, red, "-", before[c.fromA:c.toA])
		f.lines(b, green, "+", after[c.fromB:c.toB])
		at = c.toA
	}
	f.lines(b, "", " ", before[at:at+trail])
}

// span writes a range of lines. One without lines is named by the line before it.
func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func (f Format) lines(b *strings.Builder, color, kind string, lines []string) {
	for _, l := range lines {
		text, broken := strings.CutSuffix(l, "\n")
		f.line(b, color, kind+f.clean(text))
		if !broken {
			f.line(b, "", `\ No newline at end of file`)
		}
	}
}

func (f Format) line(b *strings.Builder, color, text string) {
	b.WriteString(f.paint(color, text) + "\n")
}

func (f Format) paint(color, text string) string {
	if !f.Color || color == "" || text == "" {
		return text
	}
	return color + text + reset
}

func (f Format) clean(text string) string {
	if f.Clean == nil {
		return text
	}
	return f.Clean(text)
}

// label is a name as git writes it: quoted if it would break the line, and ended by
// a tab if it has a space, as patch reads no further than that.
func (f Format) label(folder, name string) string {
	name = folder + "/" + strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), "/")
	switch {
	case strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, `"\`):
		return f.clean(strconv.Quote(name))
	case strings.Contains(name, " "):
		return f.clean(name) + "\t"
	}
	return f.clean(name)
}
