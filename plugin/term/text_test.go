package term_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// TestHint: what to type comes behind what the engine says, if there is anything.
func TestHint(t *testing.T) {
	for want, r := range map[string]rrsa.Reason{
		"":                                 {Code: rrsa.CodeNamespaceNotEnabled},
		"label it":                         {Code: rrsa.CodeNamespaceNotEnabled, Hint: "label it"},
		"install it: kubectl rrsa preview": {Code: diagnose.CodeWebhookNotInstalled, Hint: "install it"},
		"kubectl rrsa preview":             {Code: diagnose.CodeWebhookNotInstalled},
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

// TestBounds: neither a message nor a hint that a manifest has made long floods the
// terminal, and the end of both is there.
func TestBounds(t *testing.T) {
	var b strings.Builder
	long := strings.Repeat("容器, ", 1<<16)
	term.WriteReason(&b, "", rrsa.Reason{Code: "X", Severity: rrsa.Warning, Message: long + "is wrong", Hint: "it has " + long + "choose one"})
	if got := utf8.RuneCountInString(b.String()); got > 3000 {
		t.Errorf("%d characters", got)
	}
	for _, part := range []string{"warning: X: 容器", "is wrong\n", "\n  hint: it has 容器", "choose one\n"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%q isn't there:\n%s", part, b.String())
		}
	}
}

// TestWriteLine: a URL in a line gives nobody access.
func TestWriteLine(t *testing.T) {
	var b strings.Builder
	term.WriteLine(&b, "%s injected", "pod/a (https://user:pass@host/a.yaml?Signature=s)")
	if diff := cmp.Diff("pod/a (https://host/a.yaml?Signature=...) injected\n", b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
