package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// What --fail-on knows beside states.
const (
	failOnLint    = "lint"
	failOnSkipped = "skipped"
	failOnNone    = "none"
)

// failOnDefault is whatever the report calls a finding.
func failOnDefault() []string {
	var out []string
	for _, s := range diagnose.FindingStates() {
		out = append(out, string(s))
	}
	return append(out, failOnLint)
}

func failOnValues() []string { return append(failOnDefault(), failOnSkipped, failOnNone) }

// checkFailOn refuses what --fail-on doesn't know.
func checkFailOn(failOn []string) error {
	for _, value := range failOn {
		if !slices.Contains(failOnValues(), value) {
			hint := suggest.DidYouMean(value, failOnValues())
			if hint == "" {
				hint = "want " + term.Choice(failOnValues())
			}
			return fmt.Errorf("checking --fail-on %q: %s", value, hint)
		}
	}
	if slices.Contains(failOn, failOnNone) && len(failOn) > 1 {
		return fmt.Errorf("checking --fail-on %q: %s stands alone", strings.Join(failOn, ","), failOnNone)
	}
	if len(failOn) == 0 {
		return errors.New("checking --fail-on: it is empty: want " + term.Choice(failOnValues()))
	}
	return nil
}

// failure is the error that ends an audit with findings that --fail-on names.
func failure(s cliapi.AuditSummary, failOn []string) error {
	var found []string
	for _, value := range failOn {
		switch n := s.States[rrsa.State(value)]; {
		case n > 0:
			found = append(found, fmt.Sprintf("%s %s", count(n, "pod"), value))
		case value == failOnLint && s.Lints > 0:
			found = append(found, count(s.Lints, "lint"))
		case value == failOnSkipped && len(s.Skipped) > 0:
			found = append(found, count(len(s.Skipped), "namespace")+" skipped")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return term.Differs("the audit has findings: " + strings.Join(found, ", "))
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
