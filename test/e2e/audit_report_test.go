package e2e

import (
	"encoding/json"
	"testing"
)

const accountID = "1488999589000000"

// audited is what the tests read of an AuditReport.
type audited struct {
	APIVersion, Kind string
	Summary          auditedSummary
	Items            []auditedPod
	Lints            []auditedLint
}

type auditedSummary struct {
	Notices      []said
	Kind         string
	Namespace    string
	Pods, Lints  int
	States       map[string]int
	Namespaces   []struct{ Namespace string }
	Skipped      []struct{ Namespace, Message string }
	Inconsistent bool
	Remedies     []struct{ Pod, Outcome, Command, Why, Instead string }
}

type auditedPod struct {
	Kind, Namespace, Name, State, ServiceAccount string
	Owner                                        *struct{ APIVersion, Kind, Name string }
	Reason                                       *auditedReason
}

type auditedLint struct {
	Object struct{ Kind, Namespace, Name string }
	Reason auditedReason
}

type auditedReason struct{ Code, Message string }

// audit runs "kubectl rrsa audit -o json" and wants its exit code.
func (c *cluster) audit(t testing.TB, code int, args ...string) (audited, result) {
	t.Helper()
	got := c.rrsa(t, "", append([]string{"audit", "--account-id", accountID, "-o", "json"}, args...)...)
	if got.code != code {
		t.Fatalf("auditing with %q: want exit code %d, got %d\n%s%s", args, code, got.code, got.stderr, got.stdout)
	}
	var report audited
	if code == 2 {
		if got.stdout != "" {
			t.Errorf("want nothing on stdout after an error, got:\n%s", got.stdout)
		}
		return report, got
	}
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("auditing with %q: %v\n%s", args, err, got.stdout)
	}
	return report, got
}

// of are the states of a namespace's pods by their names.
func (a audited) of(namespace string) map[string]string {
	out := map[string]string{}
	for _, p := range a.Items {
		if p.Namespace == namespace {
			out[p.Name] = p.State
		}
	}
	return out
}

// commands are the lines for a shell.
func (a audited) commands() []string {
	var out []string
	for _, r := range a.Summary.Remedies {
		if r.Command != "" {
			out = append(out, r.Command)
		}
	}
	return out
}
