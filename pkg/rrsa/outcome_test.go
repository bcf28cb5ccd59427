package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// outcome is what most rows compare: the verdict, and the reasons but those that
// merely say that the gate is open.
type outcome struct {
	Verdict rrsa.Verdict
	// Reasons are written "severity Code", with "!" before a blocking one.
	Reasons []string
}

func outcomeOf(d rrsa.Decision) outcome {
	o := outcome{Verdict: d.Verdict}
	for _, r := range d.Reasons {
		if r.Code != rrsa.CodeNamespaceLabelOn && r.Code != rrsa.CodePodLabelOn {
			o.Reasons = append(o.Reasons, short(r))
		}
	}
	return o
}

func short(r rrsa.Reason) string {
	s := string(r.Severity) + " " + string(r.Code)
	if r.Blocking {
		s = "!" + s
	}
	return s
}

// row is one row of most tables.
type row struct {
	name    string
	edits   []edit
	verdict rrsa.Verdict
	reasons []string
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			want := outcome{r.verdict, r.reasons}
			if diff := cmp.Diff(want, outcomeOf(plan(r.edits...))); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

// reason returns the one reason with a code; another number of them fails.
func reason(t *testing.T, d rrsa.Decision, code rrsa.Code) rrsa.Reason {
	t.Helper()
	var found []rrsa.Reason
	for _, r := range d.Reasons {
		if r.Code == code {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("want one reason %s, got %d among %+v", code, len(found), d.Reasons)
	}
	return found[0]
}

func names(env []corev1.EnvVar) []string {
	var out []string
	for _, e := range env {
		out = append(out, e.Name)
	}
	return out
}

// hint is one row of the tables of hints.
type hint struct {
	name  string
	edits []edit
	code  rrsa.Code
	want  string
}

func checkHints(t *testing.T, rows []hint) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if diff := cmp.Diff(r.want, reason(t, plan(r.edits...), r.code).Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}
