package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// CheckStatus is how a check has ended.
type CheckStatus string

// What a check ends with. Only CheckPassed means that something was seen to be right.
const (
	CheckPassed  CheckStatus = "passed"
	CheckWarning CheckStatus = "warning" // right, with something to see to
	CheckFailed  CheckStatus = "failed"
	CheckUnknown CheckStatus = "unknown" // it was asked, and could not be judged
	CheckSkipped CheckStatus = "skipped" // it was not asked: the message says why
)

// CheckReport is what "check" prints, and with the kind Verification what "verify" does.
type CheckReport struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Subject names what a chain was verified for, such as "pod/cart"; absent for a cluster.
	Subject   string `json:"subject,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	// Passed tells that no check has failed and none is unknown.
	Passed bool    `json:"passed"`
	Checks []Check `json:"checks"`
}

// Check is one check of a cluster, or one link of a chain.
type Check struct {
	Name   string      `json:"name"`
	Status CheckStatus `json:"status"`
	// Code is the reason's, for a check that has one.
	Code    rrsa.Code `json:"code,omitempty"`
	Message string    `json:"message"`
	// Object names what the check is about, where that is one object.
	Object string `json:"object,omitempty"`
	// Details are lines that belong to it.
	Details []string `json:"details,omitempty"`
	// Hint is what to do.
	Hint string `json:"hint,omitempty"`
}
