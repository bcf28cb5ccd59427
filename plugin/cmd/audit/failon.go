package audit

import (
	"cmp"
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

// What --fail-on knows besides states and the codes of what is wrong with a cluster.
const (
	failOnCluster   = "cluster"
	failOnTrap      = "trap"
	failOnWorkload  = "workload"
	failOnLint      = "lint"
	failOnAccessKey = "access-key"
	failOnSkipped   = "skipped"
	failOnNone      = "none"
)

// failOnDefault is whatever keeps pods from credentials, or may. A static AccessKey doesn't.
func failOnDefault() []string {
	out := []string{failOnCluster}
	for _, s := range diagnose.FindingStates() {
		out = append(out, string(s))
	}
	return append(out, failOnTrap, failOnWorkload, failOnLint)
}

func failOnValues() []string {
	return append(failOnDefault(), failOnAccessKey, failOnSkipped, failOnNone)
}

// clusterCodes are what may be wrong with a whole cluster.
func clusterCodes() []string {
	var out []string
	for _, code := range diagnose.FaultCodes() {
		out = append(out, string(code))
	}
	return out
}

// foundLead begins the error of an audit with findings.
const foundLead = "the audit has findings: "

// checkFailOn refuses what --fail-on doesn't know.
func checkFailOn(failOn []string) error {
	known := append(failOnValues(), clusterCodes()...)
	for _, value := range failOn {
		if !slices.Contains(known, value) {
			return fmt.Errorf("checking --fail-on %q: %s", value, cmp.Or(suggest.DidYouMean(value, known), "want "+term.Choice(known)))
		}
	}
	switch {
	case len(failOn) == 0:
		return errors.New("checking --fail-on: it is empty: want " + term.Choice(known))
	case len(failOn) > 1 && slices.Contains(failOn, failOnNone):
		return fmt.Errorf("checking --fail-on %q: %s stands alone", strings.Join(failOn, ","), failOnNone)
	}
	return nil
}

// failure is the error that ends an audit with findings that --fail-on names.
func failure(s cliapi.AuditSummary, failOn []string) error {
	var found []string
	for _, n := range s.Notices {
		if n.Severity != rrsa.Info && (slices.Contains(failOn, failOnCluster) || slices.Contains(failOn, string(n.Code))) {
			found = append(found, string(n.Code))
		}
	}
	for _, value := range failOn {
		if n := s.States[rrsa.State(value)]; n > 0 {
			found = append(found, fmt.Sprintf("%s %s", term.Count(n, "pod"), value))
			continue
		}
		for _, other := range []struct {
			value, what string
			n           int
		}{
			{failOnTrap, "trapped pod", s.Traps}, {failOnWorkload, "workload", s.Workloads}, {failOnLint, "lint", s.Lints},
			{failOnAccessKey, "pod", s.AccessKeys}, {failOnSkipped, "namespace", len(s.Skipped)},
		} {
			if other.value != value || other.n == 0 {
				continue
			}
			text := term.Count(other.n, other.what)
			switch value {
			case failOnSkipped:
				text += " skipped"
			case failOnAccessKey:
				text += " with a static AccessKey"
			}
			found = append(found, text)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return term.Differs(foundLead + strings.Join(found, ", "))
}
