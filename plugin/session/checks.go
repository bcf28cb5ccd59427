package session

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// NewChecks is a report on checks that were made, in their order.
func NewChecks(kind string, checks []cliapi.Check) cliapi.CheckReport {
	return cliapi.CheckReport{APIVersion: cliapi.Version, Kind: kind, Checks: checks, Passed: ChecksFailed(checks) == nil}
}

// ChecksFailed is the error that ends a run whose checks haven't all passed; nil if they
// have. What could not be judged is not right: it fails too.
func ChecksFailed(checks []cliapi.Check) error {
	names := map[cliapi.CheckStatus][]string{}
	for _, c := range checks {
		names[c.Status] = append(names[c.Status], c.Name)
	}
	var parts []string
	for _, status := range []cliapi.CheckStatus{cliapi.CheckFailed, cliapi.CheckUnknown} {
		if n := len(names[status]); n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s", status, strings.Join(names[status], ", ")))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return term.Differs("not everything is right: " + strings.Join(parts, "; "))
}

// WriteChecks writes a line for each check, with its details and what to do below.
func WriteChecks(b *strings.Builder, checks []cliapi.Check) {
	width := 0
	for _, c := range checks {
		width = max(width, len(c.Name))
	}
	for _, c := range checks {
		code := ""
		if c.Code != "" {
			code = string(c.Code) + ": "
		}
		term.WriteLine(b, "%-7s  %-*s  %s%s", c.Status, width, c.Name, code, c.Message)
		for _, d := range c.Details {
			term.WriteLine(b, "%-7s  %-*s  %s", "", width, "", d)
		}
		term.WriteHint(b, strings.Repeat(" ", width+9), c.Hint)
	}
}

// CheckOf is a finding as the outcome of a check.
func CheckOf(name string, status cliapi.CheckStatus, f diagnose.Finding) cliapi.Check {
	said := Finding(f)
	return cliapi.Check{Name: name, Status: status, Code: said.Code, Message: said.Message, Object: said.Object, Hint: said.Hint}
}
