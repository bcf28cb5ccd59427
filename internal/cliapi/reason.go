package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// Reason says one thing about a decision, and what to do about it.
type Reason struct {
	Code     rrsa.Code     `json:"code"`
	Severity rrsa.Severity `json:"severity"`
	Blocking bool          `json:"blocking"`
	// First marks the first reason that blocks, which is the one to look at.
	First bool       `json:"first,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the reason is about, where that is known.
	Object string `json:"object,omitempty"`
	// Field is the path in that object.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Setting is a value in force, with where it comes from.
type Setting struct {
	Name  string     `json:"name"`
	Value string     `json:"value,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the value comes from, and Key is its label or annotation.
	Object string `json:"object,omitempty"`
	Key    string `json:"key,omitempty"`
	Source Source `json:"source"`
}
