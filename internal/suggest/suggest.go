// Package suggest finds what a misspelt word was meant to be.
package suggest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// longestWord is how long a word is at most that somebody has misspelt. The time that a
// comparison takes grows with the square of it.
const longestWord = 300

// Nearest returns the candidate that is closest to a word, case aside; empty if
// none is close enough to be meant.
func Nearest(word string, candidates []string) string {
	best, distance := "", 1+max(2, len(word)/5)
	letters := utf8.RuneCountInString(word)
	if letters > longestWord {
		return ""
	}
	for _, c := range candidates {
		if n := utf8.RuneCountInString(c) - letters; max(n, -n) >= distance {
			continue // each letter more or less is a step
		}
		if letters <= 4 && !strings.HasPrefix(strings.ToLower(c), strings.ToLower(word[:min(1, len(word))])) {
			continue // two of four letters make another word, unless it starts alike
		}
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// DidYouMean turns Nearest into a question; empty if nothing is close.
func DidYouMean(word string, candidates []string) string {
	if best := Nearest(word, candidates); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}
