package textdiff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCompareMakesTheOther: whatever the texts, what compare lists makes one of the
// other, and is in order.
func TestCompareMakesTheOther(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		a, b := randomText(random), randomText(random)
		var out []string
		at, atB := 0, 0
		from, to := splitLines(a), splitLines(b)
		for _, c := range compare(from, to) {
			if c.fromA < at || c.fromB < atB || c.fromA-at != c.fromB-atB || c.fromA == c.toA && c.fromB == c.toB {
				t.Fatalf("%q, %q: %+v behind line %d, %d", a, b, c, at, atB)
			}
			out = append(out, from[at:c.fromA]...)
			out = append(out, to[c.fromB:c.toB]...)
			at, atB = c.toA, c.toB
		}
		out = append(out, from[at:]...)
		if diff := cmp.Diff(b, strings.Join(out, "")); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", a, diff)
		}
	}
}

// randomText has few different lines, so that many repeat, and sometimes no break
// at its end.
func randomText(random *rand.Rand) string {
	var b strings.Builder
	for range random.IntN(12) {
		b.WriteString(strings.Repeat("x", random.IntN(4)) + "\n")
	}
	if random.IntN(3) == 0 {
		b.WriteString("end")
	}
	return b.String()
}

// TestCompareManyChanges: lines that stay are no change, however many others come.
func TestCompareManyChanges(t *testing.T) {
	for name, names := range map[string]func(int) string{
		"names of their own": func(i int) string { return fmt.Sprint("d", i) },
		"one name":           func(int) string { return "d" },
	} {
		t.Run(name, func(t *testing.T) {
			var before, after strings.Builder
			const objects = 5000
			for i := range objects {
				object := "kind: Deployment\nmetadata:\n  name: " + names(i) + "\nspec:\n  containers:\n  - name: x\n"
				before.WriteString(object + "    image: y\n  hostNetwork: true\n---\n")
				after.WriteString(object + "    env:\n    - name: A\n      value: a\n    image: y\n  volumes:\n  - name: B\n  hostNetwork: true\n---\n")
			}
			added, removed := 0, 0
			for _, c := range compare(splitLines(before.String()), splitLines(after.String())) {
				added += c.toB - c.fromB
				removed += c.toA - c.fromA
			}
			if added != 5*objects || removed != 0 {
				t.Errorf("want %d lines more, got %d more and %d less", 5*objects, added, removed)
			}
		})
	}
}

// TestCompareMoved: lines that only come in another order still stay, as many as
// can.
func TestCompareMoved(t *testing.T) {
	a, b := splitLines("1\n2\n3\n4\n5\n"), splitLines("5\n1\n2\n3\n4\n")
	want := []change{{0, 0, 0, 1}, {4, 5, 5, 5}}
	if diff := cmp.Diff(want, compare(a, b), cmp.AllowUnexported(change{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
