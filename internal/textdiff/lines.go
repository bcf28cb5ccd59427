// Package textdiff shows what differs between texts: as a unified diff, which
// patch and git apply read, or as a table of counts.
package textdiff

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Pair is a text before and after, with the name under which it is shown.
type Pair struct{ Name, Before, After string }

// Differs tells whether the texts aren't the same.
func (p Pair) Differs() bool { return p.Before != p.After }

// change replaces the lines [fromA, toA) of one text by [fromB, toB) of another.
type change struct{ fromA, toA, fromB, toB int }

// splitLines cuts a text into lines with their breaks; only the last one may have
// none.
func splitLines(text string) []string {
	return slices.Collect(strings.Lines(text))
}

// compare lists what makes a into b, in order.
//
// The library gives up on the shortest answer behind a hundred changed lines, and
// then takes out and puts in again what stayed the same. So it is asked for the
// stretches between lines that surely belong together, which are short.
func compare(a, b []string) []change {
	var out []change
	atA, atB := 0, 0
	for _, anchor := range append(anchors(a, b), [2]int{len(a), len(b)}) {
		for _, d := range lcs.DiffLines(a[atA:anchor[0]], b[atB:anchor[1]]) {
			c := change{atA + d.Start, atA + d.End, atB + d.ReplStart, atB + d.ReplEnd}
			if last := len(out) - 1; last >= 0 && out[last].toA == c.fromA && out[last].toB == c.fromB {
				out[last].toA, out[last].toB = c.toA, c.toB
				continue
			}
			out = append(out, c)
		}
		atA, atB = anchor[0], anchor[1]
	}
	return out
}

// anchors pairs lines of a with the same lines of b, both in ascending order. Lines
// that a and b have equally often are paired in their order; of those pairs the
// longest sequence that ascends in both is taken.
func anchors(a, b []string) [][2]int {
	where := map[string][]int{}
	for i, line := range b {
		where[line] = append(where[line], i)
	}
	count := map[string]int{}
	for _, line := range a {
		count[line]++
	}
	seen := map[string]int{}
	var pairs [][2]int
	for i, line := range a {
		if in := where[line]; len(in) == count[line] {
			pairs = append(pairs, [2]int{i, in[seen[line]]})
			seen[line]++
		}
	}
	return ascending(pairs)
}

// ascending returns the longest part of pairs, which ascend in their first number,
// that ascends in the second one too.
func ascending(pairs [][2]int) [][2]int {
	// tails[n] is the pair with the lowest end of all sequences of n+1 pairs, and
	// before is the pair in front of each.
	var tails []int
	before := make([]int, len(pairs))
	for i, p := range pairs {
		n, _ := slices.BinarySearchFunc(tails, p[1], func(tail, want int) int { return pairs[tail][1] - want })
		before[i] = -1
		if n > 0 {
			before[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	out := make([][2]int, len(tails))
	if len(tails) == 0 {
		return out
	}
	for i, n := tails[len(tails)-1], len(tails)-1; n >= 0; i, n = before[i], n-1 {
		out[n] = pairs[i]
	}
	return out
}
