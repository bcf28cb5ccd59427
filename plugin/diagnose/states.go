package diagnose

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// States are all states, in the order of a summary.
func States() []rrsa.State {
	return append(append([]rrsa.State{rrsa.StateOK}, FindingStates()...), rrsa.StateNotApplicable)
}

// FindingStates are the states that are findings, in the order of a summary.
func FindingStates() []rrsa.State {
	return []rrsa.State{rrsa.StateMissing, rrsa.StateStale, rrsa.StateOrphaned, rrsa.StateUnknown}
}

// IsFinding tells whether a state is a finding.
func IsFinding(s rrsa.State) bool { return slices.Contains(FindingStates(), s) }

// Fixable tells whether a pod in that state would be better off if it were created
// now.
func Fixable(s rrsa.State) bool { return IsFinding(s) && s != rrsa.StateUnknown }
