package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestDifferenceText(t *testing.T) {
	for want, d := range map[string]rrsa.Difference{
		"missing spec.volumes[x]": {Kind: rrsa.DifferenceMissing, Field: "spec.volumes[x]"},
		"missing env[A] = 1":      {Kind: rrsa.DifferenceMissing, Field: "env[A]", Want: "1"},
		"extra env[A] = 1":        {Kind: rrsa.DifferenceExtra, Field: "env[A]", Got: "1"},
		`changed env[A]: "2", and would get "1" (or the container sets it itself)`: {Kind: rrsa.DifferenceChanged, Field: "env[A]", Want: "1", Got: "2", Note: "or the container sets it itself"},
		`changed env[A]: "(valueFrom)", and would get ""`:                          {Kind: rrsa.DifferenceChanged, Field: "env[A]", Got: "(valueFrom)"},
	} {
		if diff := cmp.Diff(want, DifferenceText(d)); diff != "" {
			t.Errorf("difference (-want +got):\n%s", diff)
		}
	}
}
