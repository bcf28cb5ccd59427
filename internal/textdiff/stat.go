package textdiff

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// statWidth is how wide a line of Stat may be, and nameWidth how much of it a name
// may take.
const (
	statWidth = 80
	nameWidth = 50
)

// count is how many lines of a pair come and go.
type count struct {
	name           string
	added, removed int
}

// Stat returns a line for each pair that differs, with the number of changed lines
// and a bar, and a line with the totals; empty if no pair differs.
func (f Format) Stat(pairs []Pair) string {
	var counts []count
	var total count
	names, most := 0, 0
	for _, p := range pairs {
		if !p.Differs() {
			continue
		}
		c := count{name: short(strings.ReplaceAll(f.clean(p.Name), "\n", `\n`))}
		for _, change := range compare(splitLines(p.Before), splitLines(p.After)) {
			c.added += change.toB - change.fromB
			c.removed += change.toA - change.fromA
		}
		counts = append(counts, c)
		total.added += c.added
		total.removed += c.removed
		names = max(names, utf8.RuneCountInString(c.name))
		most = max(most, c.added+c.removed)
	}
	if len(counts) == 0 {
		return ""
	}
	digits := len(fmt.Sprint(most))
	bar := statWidth - names - digits - len("  |  ")
	var b strings.Builder
	for _, c := range counts {
		added, removed := c.scale(most, bar)
		fmt.Fprintf(&b, " %-*s | %*d ", names, c.name, digits, c.added+c.removed)
		b.WriteString(f.paint(green, strings.Repeat("+", added)) + f.paint(red, strings.Repeat("-", removed)) + "\n")
	}
	return b.String() + total.text(len(counts))
}

// short leaves out the start of a name that is too long.
func short(name string) string {
	runes := []rune(name)
	if len(runes) <= nameWidth {
		return name
	}
	return "..." + string(runes[len(runes)-nameWidth+3:])
}

// scale fits the counts into a bar. What isn't nothing stays visible.
func (c count) scale(most, bar int) (added, removed int) {
	if most <= bar {
		return c.added, c.removed
	}
	fit := func(n int) int {
		if n == 0 {
			return 0
		}
		return 1 + n*(bar-2)/most
	}
	return fit(c.added), fit(c.removed)
}

// text is the line with the totals. A kind of change that there isn't is left out.
func (c count) text(files int) string {
	parts := []string{plural(files, "file") + " changed"}
	if c.added > 0 || c.removed == 0 {
		parts = append(parts, plural(c.added, "insertion")+"(+)")
	}
	if c.removed > 0 {
		parts = append(parts, plural(c.removed, "deletion")+"(-)")
	}
	return " " + strings.Join(parts, ", ") + "\n"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
