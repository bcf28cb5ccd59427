// Package sdkerror tells what is behind an error of an Alibaba Cloud SDK that gets
// no credentials in an injected pod.
//
// It knows facts, not programs: a [Cause] names the [Step] that shows more or fixes
// it, and whoever prints the cause says what to type for that step.
package sdkerror

import (
	"regexp"
	"slices"
	"strings"
)

// Error is an error that a program in an injected pod gets instead of credentials,
// and what is behind it. (§5)
type Error struct {
	// Code is what the error's text has in it: a code, the end of one, or a sentence.
	// Other texts may stand for the same error.
	Code string
	// Causes holds what may have led to it, the usual one first.
	Causes []Cause
}

// Cause is one thing that leads to an Error.
type Cause struct {
	// Cause is a sentence for people, without a full stop.
	Cause string
	// Do says what to do about it.
	Do string
	// Next is the step that shows more, or fixes it; empty where there is none.
	Next Step
}

// Step is something that a person can do next. A step keeps its meaning.
type Step string

const (
	// StepReadIssuer is to read the issuer of the cluster's tokens.
	StepReadIssuer Step = "ReadIssuer"
	// StepRestart is to have the workload's pods created again.
	StepRestart Step = "Restart"
	// StepRender is to see what is injected into a manifest.
	StepRender Step = "Render"
	// StepExplain is to see which settings decide about a manifest, and why.
	StepExplain Step = "Explain"
	// StepExplainPod is to see what a live pod has of an injection, and why.
	StepExplainPod Step = "ExplainPod"
	// StepCheckPolicy is to compare the role's trust policy with what the
	// ServiceAccount needs.
	StepCheckPolicy Step = "CheckPolicy"
)

// Known returns every error that is known, those that say more before those that say
// less. (§5)
func Known() []Error {
	var out []Error
	for _, k := range table() {
		out = append(out, k.Error)
	}
	return out
}

// Find returns the errors that a text is about, as a program has written it: what is
// around the code or the message, its case, its line breaks and its escapes don't
// matter. What a more specific error in the same text explains is left out. None means
// that nothing in the text is known.
func Find(text string) []Error {
	texts := plain(text)
	var found []known
	for _, k := range table() {
		if slices.ContainsFunc(texts, k.in) {
			found = append(found, k)
		}
	}
	var out []Error
	for _, k := range found {
		explained := func(other known) bool {
			return k.last && !other.last || slices.Contains(other.instead, k.Code)
		}
		if !slices.ContainsFunc(found, explained) {
			out = append(out, k.Error)
		}
	}
	return out
}

// in tells whether a plain text has the error in it.
func (k known) in(text string) bool {
	// A code that goes on is another one: EntityNotExist.Role is not EntityNotExist.Role.Policy.
	says := slices.Concat(k.says, []string{regexp.QuoteMeta(strings.ToLower(k.Code))})
	pattern := `(?:^|[^a-z0-9])(?:` + strings.Join(says, "|") + `)(?:[^a-z0-9._]|\.[^a-z0-9]|\.?$)`
	return regexp.MustCompile(pattern).MatchString(text) &&
		(k.unless == "" || !strings.Contains(text, k.unless))
}
