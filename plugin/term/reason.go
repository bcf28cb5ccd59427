package term

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Verdict is a verdict in words.
func Verdict(v rrsa.Verdict) string {
	return map[rrsa.Verdict]string{
		rrsa.Injected: "injected", rrsa.NotInjected: "not injected", rrsa.Unknown: "unknown", rrsa.Refused: "refused",
	}[v]
}

// WriteReason writes a reason, and what to do about it on a line of its own.
func WriteReason(b *strings.Builder, indent string, r rrsa.Reason) {
	WriteLine(b, "%s%s: %s: %s", indent, r.Severity, r.Code, r.Message)
	WriteHint(b, indent, Hint(r))
}

// WriteHint writes what to do, if there is anything.
func WriteHint(b *strings.Builder, indent, hint string) {
	if hint != "" {
		WriteLine(b, "%s  hint: %s", indent, hint)
	}
}

// Hint is what to do about a reason: what the engine says, and what to type for it.
func Hint(r rrsa.Reason) string {
	typed := "" // the engine's own hints don't name the command line
	if r.Code == "WebhookNotInstalled" {
		typed = "kubectl rrsa preview"
	}
	return strings.Join(NonEmpty(r.Hint, typed), ": ")
}
