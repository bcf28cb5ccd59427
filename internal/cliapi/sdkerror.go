package cliapi

// ErrorExplanation is what explain --error prints.
type ErrorExplanation struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Errors     []ExplainedError `json:"errors"`
}

// ExplainedError is one code that an SDK's text has in it.
type ExplainedError struct {
	Code   string       `json:"code"`
	Causes []ErrorCause `json:"causes"`
}

// ErrorCause is one thing that leads to the error, and what to do about it.
type ErrorCause struct {
	Cause   string `json:"cause"`
	Do      string `json:"do"`
	Command string `json:"command,omitempty"`
}
