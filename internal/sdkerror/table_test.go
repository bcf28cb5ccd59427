package sdkerror_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
)

// TestKnown: every error of §5 has a cause and what to do, and is found by its own
// code.
func TestKnown(t *testing.T) {
	all := sdkerror.Known()
	if len(all) != 8 {
		t.Errorf("§5 lists 8 errors, got %d", len(all))
	}
	for _, e := range all {
		found := sdkerror.Find("x: " + e.Code + ": y")
		if diff := cmp.Diff([]sdkerror.Error{e}, found); diff != "" {
			t.Errorf("%s by its own code (-want +got):\n%s", e.Code, diff)
		}
		if len(e.Causes) == 0 {
			t.Errorf("%s has no cause", e.Code)
		}
		for _, c := range e.Causes {
			if c.Cause == "" || c.Do == "" || strings.HasSuffix(c.Cause+c.Do, ".") {
				t.Errorf("%s: want a cause and what to do, without full stops, got %+v", e.Code, c)
			}
			for _, program := range []string{"kubectl", "--"} {
				if strings.Contains(c.Cause+c.Do, program) {
					t.Errorf("%s: %q is for a program to say, got %+v", e.Code, program, c)
				}
			}
		}
	}
}
