package explain

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// explainError maps an SDK's error text to its causes. (§5)
func (o *options) explainError() error {
	if err := o.Format.Check(); err != nil {
		return err
	}
	found := sdkerror.Find(o.sdkError)
	if len(found) == 0 {
		var known []string
		for _, e := range sdkerror.Known() {
			known = append(known, fmt.Sprintf("%q", e.Code))
		}
		return fmt.Errorf("explaining the error %q: it has none of the known codes in it: %s", o.sdkError, strings.Join(known, ", "))
	}
	// What to type for the next step about a cause, if there is anything.
	commands := map[sdkerror.Step]string{
		sdkerror.StepReadIssuer:  "kubectl get --raw /.well-known/openid-configuration",
		sdkerror.StepRestart:     "kubectl rollout restart deployment/NAME -n NAMESPACE",
		sdkerror.StepRender:      "kubectl rrsa preview FILE --config rrsa.yaml",
		sdkerror.StepExplain:     "kubectl rrsa explain FILE --config rrsa.yaml",
		sdkerror.StepCheckPolicy: "kubectl rrsa trust-policy NAMESPACE/SERVICEACCOUNT --config rrsa.yaml --check policy.json",
	}
	out := cliapi.ErrorExplanation{APIVersion: cliapi.Version, Kind: "ErrorExplanation"}
	for _, e := range found {
		said := cliapi.ExplainedError{Code: e.Code}
		for _, c := range e.Causes {
			said.Causes = append(said.Causes, cliapi.ErrorCause{Cause: c.Cause, Do: c.Do, Command: commands[c.Next]})
		}
		out.Errors = append(out.Errors, said)
	}
	if o.Format.Name == "text" {
		return term.Write(o.Out, []byte(errorText(out)), "the explanation")
	}
	return term.Encode(o.Out, o.Format.Name, out, "the explanation")
}

func errorText(e cliapi.ErrorExplanation) string {
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
