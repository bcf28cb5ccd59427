package textdiff

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnified(t *testing.T) {
	const ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
	upper := func(s string) string { return strings.ToUpper(s) }
	for name, tt := range map[string]struct {
		format Format
		pairs  []Pair
		want   string
	}{
		"no difference": {Format{Context: 3}, []Pair{{"f", ten, ten}, {"g", "", ""}}, ""},
		"a change":      {Format{Context: 2}, []Pair{{"f", ten, strings.Replace(ten, "5\n", "five\n", 1)}}, "--- a/f\n+++ b/f\n@@ -3,5 +3,5 @@\n 3\n 4\n-5\n+five\n 6\n 7\n"},
		"two hunks": {
			Format{Context: 1}, []Pair{{"f", ten, "1\n3\n4\n5\n6\n7\n8\n9\nten\n"}},
			"--- a/f\n+++ b/f\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n@@ -9,2 +8,2 @@\n 9\n-10\n+ten\n",
		},
		"contexts that touch are one hunk": {
			Format{Context: 1}, []Pair{{"f", ten, "1\n3\n4\n6\n7\n8\n9\n10\n"}},
			"--- a/f\n+++ b/f\n@@ -1,6 +1,4 @@\n 1\n-2\n 3\n 4\n-5\n 6\n",
		},
		"no context": {
			Format{}, []Pair{{"f", ten, "1\n2\nnew\n3\n4\n5\n6\n8\n9\n10\n"}},
			"--- a/f\n+++ b/f\n@@ -2,0 +3 @@\n+new\n@@ -7 +7,0 @@\n-7\n",
		},
		"more context than there can be": {Format{Context: math.MaxInt}, []Pair{{"f", "1\n2\n3\n", "1\n3\n"}}, "--- a/f\n+++ b/f\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n"},
		"from nothing":                   {Format{Context: 3}, []Pair{{"f", "", "1\n2\n"}}, "--- a/f\n+++ b/f\n@@ -0,0 +1,2 @@\n+1\n+2\n"},
		"to nothing":                     {Format{Context: 3}, []Pair{{"f", "1\n", ""}}, "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-1\n"},
		"the last break goes": {
			Format{Context: 3}, []Pair{{"f", "1\n2\n", "1\n2"}},
			"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\n-2\n+2\n\\ No newline at end of file\n",
		},
		"there is no last break": {
			Format{Context: 3}, []Pair{{"f", "1\n2", "0\n2"}},
			"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-1\n+0\n 2\n\\ No newline at end of file\n",
		},
		"line ends and other bytes stay": {Format{}, []Pair{{"f", "a\r\n", "\xff\x1b[0m\r\n"}}, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\r\n+\xff\x1b[0m\r\n"},
		"cleaned":                        {Format{Clean: upper}, []Pair{{"f", "a\n", "b"}}, "--- A/F\n+++ B/F\n@@ -1 +1 @@\n-A\n+B\n\\ No newline at end of file\n"},
		"in color": {
			Format{Context: 1, Color: true}, []Pair{{"f", "a\nb\n", "a\nc\n"}},
			"\x1b[1m--- a/f\x1b[m\n\x1b[1m+++ b/f\x1b[m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n a\n\x1b[31m-b\x1b[m\n\x1b[32m+c\x1b[m\n",
		},
		"several files, one as it is": {
			Format{}, []Pair{{"f", "a\n", "b\n"}, {"g", "a\n", "a\n"}, {"h", "a\n", "c\n"}},
			"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n--- a/h\n+++ b/h\n@@ -1 +1 @@\n-a\n+c\n",
		},
		"a name with a space": {Format{}, []Pair{{"my app.yaml", "a\n", ""}}, "--- a/my app.yaml\t\n+++ b/my app.yaml\t\n@@ -1 +0,0 @@\n-a\n"},
		"a name with a break": {Format{}, []Pair{{"f\n--- x", "a\n", ""}}, "--- \"a/f\\n--- x\"\n+++ \"b/f\\n--- x\"\n@@ -1 +0,0 @@\n-a\n"},
		"an absolute name":    {Format{}, []Pair{{"/srv/./f", "a\n", ""}}, "--- a/srv/f\n+++ b/srv/f\n@@ -1 +0,0 @@\n-a\n"},
		"a name above":        {Format{}, []Pair{{"../f", "a\n", ""}}, "--- a/../f\n+++ b/../f\n@@ -1 +0,0 @@\n-a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.format.From, tt.format.To = "a", "b"
			if diff := cmp.Diff(tt.want, tt.format.Unified(tt.pairs)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnifiedApplies: whatever the texts and the context, the diff read by its
// line numbers makes one text of the other.
func TestUnifiedApplies(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		a, b := randomText(random), randomText(random)
		diff := Format{From: "a", To: "b", Context: random.IntN(4)}.Unified([]Pair{{"f", a, b}})
		got, err := apply(a, diff)
		if err != nil || got != b {
			t.Fatalf("%q to %q, got %q: %v\n%s", a, b, got, err, diff)
		}
	}
}

var hunkHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$`)

// apply is a strict patch: every number and every unchanged line has to be right.
func apply(text, diff string) (string, error) {
	from, patch := splitLines(text), splitLines(diff)
	if len(patch) == 0 {
		return text, nil
	}
	var out []string
	at := 0
	for i := 2; i < len(patch); {
		m := hunkHeader.FindStringSubmatch(patch[i])
		if m == nil {
			return "", fmt.Errorf("no header: %q", patch[i])
		}
		left, right := number(m[2]), number(m[4])
		start, startB := number(m[1]), number(m[3])
		if left > 0 {
			start--
		}
		if right > 0 {
			startB--
		}
		if start < at {
			return "", fmt.Errorf("%q starts before line %d", patch[i], at)
		}
		out = append(out, from[at:start]...)
		at = start
		if len(out) != startB {
			return "", fmt.Errorf("%q starts at line %d", patch[i], len(out))
		}
		for i++; left > 0 || right > 0; i++ {
			kind, line := patch[i][0], patch[i][1:]
			if i+1 < len(patch) && strings.HasPrefix(patch[i+1], `\`) {
				line = strings.TrimSuffix(line, "\n")
			}
			if kind == '\\' {
				continue
			}
			if kind != '+' {
				if from[at] != line {
					return "", fmt.Errorf("want %q, got %q", line, from[at])
				}
				at++
				left--
			}
			if kind != '-' {
				out = append(out, line)
				right--
			}
		}
		if i < len(patch) && patch[i][0] == '\\' {
			i++
		}
	}
	return strings.Join(append(out, from[at:]...), ""), nil
}

func number(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return 1 // a count that isn't written
}
