package plugin

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
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
	found := sdkerror.Find(o.sdkError)
	if len(found) == 0 {
		var known []string
		for _, e := range sdkerror.Known() {
			known = append(known, fmt.Sprintf("%q", e.Code))
		}
		return fmt.Errorf("explaining the error %q: it has none of the known codes in it: %s", o.sdkError, strings.Join(known, ", "))
	}
	out := errorExplanation{APIVersion: cliVersion, Kind: "ErrorExplanation"}
	for _, e := range found {
		said := explainedError{Code: e.Code}
		for _, c := range e.Causes {
			said.Causes = append(said.Causes, explainedCause{c.Cause, c.Do, stepCommand(c.Next)})
		}
		out.Errors = append(out.Errors, said)
	}
	if o.output == "text" {
		return o.write([]byte(out.text()), "the explanation")
	}
	return o.encode(out, "the explanation")
}

// stepCommand is what to type for the next step about an error's cause; empty if
// there is nothing to type.
func stepCommand(next sdkerror.Step) string {
	switch next {
	case sdkerror.StepReadIssuer:
		return "kubectl get --raw /.well-known/openid-configuration"
	case sdkerror.StepRestart:
		return "kubectl rollout restart deployment/NAME -n NAMESPACE"
	case sdkerror.StepRender:
		return "kubectl rrsa preview FILE --config rrsa.yaml"
	case sdkerror.StepExplain:
		return "kubectl rrsa explain FILE --config rrsa.yaml"
	case sdkerror.StepCheckPolicy:
		return "kubectl rrsa trust-policy NAMESPACE/SERVICEACCOUNT --config rrsa.yaml --check policy.json"
	}
	return ""
}

func (e errorExplanation) text() string {
	var b strings.Builder
	for _, one := range e.Errors {
		writeLine(&b, "%s:", one.Code)
		for _, c := range one.Causes {
			writeLine(&b, "  cause: %s", c.Cause)
			writeLine(&b, "    do: %s", c.Do)
			if c.Command != "" {
				writeLine(&b, "    run: %s", c.Command)
			}
		}
	}
	return b.String()
}
