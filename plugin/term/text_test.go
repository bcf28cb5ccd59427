package term_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// TestHint: what to type comes behind what the engine says, if there is anything.
func TestHint(t *testing.T) {
	for want, r := range map[string]rrsa.Reason{
		"":                                 {Code: rrsa.CodeNamespaceNotEnabled},
		"label it":                         {Code: rrsa.CodeNamespaceNotEnabled, Hint: "label it"},
		"install it: kubectl rrsa preview": {Code: cluster.CodeWebhookNotInstalled, Hint: "install it"},
		"kubectl rrsa preview":             {Code: cluster.CodeWebhookNotInstalled},
	} {
		if diff := cmp.Diff(want, term.Hint(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.Code, diff)
		}
	}
}

// TestWriteReason: a line break in a message is no other line of the report.
func TestWriteReason(t *testing.T) {
	var b strings.Builder
	term.WriteReason(&b, "  ", rrsa.Reason{Code: "X", Severity: rrsa.Warning, Message: "a\nb\x1b[31m", Hint: "do it"})
	want := "  warning: X: a\\nb\\x1b[31m\n    hint: do it\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
