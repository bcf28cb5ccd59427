package plugin

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// errorExplanation is what explain --error prints for programs.
type errorExplanation struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Errors     []explainedError `json:"errors"`
}

type explainedError struct {
	Code   string           `json:"code"`
	Causes []explainedCause `json:"causes"`
}

type explainedCause struct {
	Cause   string `json:"cause"`
	Do      string `json:"do"`
	Command string `json:"command,omitempty"`
}

// explainError maps an SDK's error text to its causes. (§5)
func (o *explainOptions) explainError() error {
	found := rrsa.ExplainSDKError(o.sdkError)
	if len(found) == 0 {
		var known []string
		for _, e := range rrsa.SDKErrors() {
			known = append(known, fmt.Sprintf("%q", e.Code))
		}
		return fmt.Errorf("explaining the error %q: it has none of the known codes in it: %s", o.sdkError, strings.Join(known, ", "))
	}
	out := errorExplanation{APIVersion: cliVersion, Kind: "ErrorExplanation"}
	for _, e := range found {
		said := explainedError{Code: e.Code}
		for _, c := range e.Causes {
			said.Causes = append(said.Causes, explainedCause(c))
		}
		out.Errors = append(out.Errors, said)
	}
	if o.format.Name == "text" {
		return o.write([]byte(out.text()), "the explanation")
	}
	return o.encode(out, "the explanation")
}

func (e errorExplanation) text() string {
	var b strings.Builder
	for _, one := range e.Errors {
		term.WriteLine(&b, "%s:", one.Code)
		for _, c := range one.Causes {
			term.WriteLine(&b, "  cause: %s", c.Cause)
			term.WriteLine(&b, "    do: %s", c.Do)
			if c.Command != "" {
				term.WriteLine(&b, "    run: %s", c.Command)
			}
		}
	}
	return b.String()
}
