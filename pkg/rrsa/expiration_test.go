package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestExpiration(t *testing.T) {
	const none rrsa.Code = ""
	onPod := func(v string) []edit { return []edit{podNote(rrsa.TokenExpirationKey, v)} }
	onAccount := func(v string) []edit { return []edit{saNote(rrsa.TokenExpirationKey, v)} }
	for _, tt := range []struct {
		name  string
		edits []edit
		want  int64
		code  rrsa.Code
	}{
		{"§3: 3600 by default", nil, 3600, none},
		{"§3: from the ServiceAccount", onAccount("7200"), 7200, none},
		{"§3: from the pod", onPod("7200"), 7200, none},
		{"§3: the pod before the ServiceAccount", append(onAccount("7200"), onPod("900")...), 900, none},
		{"§3: an invalid pod value hides the ServiceAccount's", append(onAccount("7200"), onPod("1h")...), 3600, rrsa.CodeExpirationInvalid},
		{"§3: an empty pod value hides the ServiceAccount's", append(onAccount("7200"), onPod("")...), 3600, rrsa.CodeExpirationInvalid},
		{"§3: a pod label is not read", []edit{podLabel(rrsa.TokenExpirationKey, "900")}, 3600, rrsa.CodeKeyMisplaced},
		{"§3: the shortest", onPod("600"), 600, none},
		{"§3: one below is not clamped", onPod("599"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: the longest", onPod("43200"), 43200, none},
		{"§3: one above is not clamped", onPod("43201"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: negative", onPod("-600"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: more than an integer holds", onAccount("99999999999999999999"), 3600, rrsa.CodeExpirationOutOfRange},
		{"§3: base 10 alone", onPod("0x1000"), 3600, rrsa.CodeExpirationInvalid},
		{"§3: no leading-zero octal", onPod("01000"), 1000, none},
		{"§3: an integer", onPod("3600.0"), 3600, rrsa.CodeExpirationInvalid},
		{"§3: no white space", onAccount(" 7200"), 3600, rrsa.CodeExpirationInvalid},
		{"§5: a duration", onPod("7200s"), 3600, rrsa.CodeExpirationInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			got := *d.Mutation.Volume.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("expirationSeconds (-want +got):\n%s", diff)
			}
			var want []string
			if tt.code != none {
				want = []string{"warning " + string(tt.code)}
			}
			if diff := cmp.Diff(want, outcomeOf(d).Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}

// §5: a duration has one right spelling, and the hint gives it if it is in range.
func TestExpirationHint(t *testing.T) {
	const digits = "write the seconds as digits, 600 to 43200"
	for _, tt := range []struct{ name, value, want string }{
		{"§5: hours", "2h", digits + `: "2h" is "7200"`},
		{"§5: seconds with a unit", "3600s", digits + `: "3600s" is "3600"`},
		{"§3: a duration out of range has no spelling", "24h", digits},
		{"§3: nor has a part of a second", "3600.5s", digits},
		{"§3: nor a word", "long", digits},
		{"§3: out of range", "60", "write 600 to 43200; a value out of range is not moved to the nearest bound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(podNote(rrsa.TokenExpirationKey, tt.value))
			if diff := cmp.Diff(tt.want, d.Reasons[1].Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}
