package explain

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// How much of a text that nothing is known about its error repeats.
const shownError = 200

// explainError maps an SDK's error text to its causes. (§5)
func (o *options) explainError() error {
	if err := o.Format.Check(); err != nil {
		return err
	}
	found := sdkerror.Find(o.sdkError)
	switch {
	case strings.TrimSpace(o.sdkError) == "":
		return errors.New("explaining --error: the text is empty: give what the program wrote, with its code and message")
	case len(found) == 0:
		return fmt.Errorf("explaining the error %q: it has no known code and no known message: give the whole text that the program wrote, with what each provider said; "+
			"kubectl rrsa explain pod/NAME -n NAMESPACE tells whether the pod is injected as it should be", printable.Short(o.sdkError, shownError))
	}
	// What to type for the next step about a cause, if there is anything.
	commands := map[sdkerror.Step]string{
		sdkerror.StepReadIssuer:  "kubectl get --raw /.well-known/openid-configuration",
		sdkerror.StepRestart:     "kubectl rollout restart deployment/NAME -n NAMESPACE",
		sdkerror.StepRender:      "kubectl rrsa preview FILE --config rrsa.yaml",
		sdkerror.StepExplain:     "kubectl rrsa explain FILE --config rrsa.yaml",
		sdkerror.StepExplainPod:  "kubectl rrsa explain pod/NAME -n NAMESPACE",
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
	return o.Format.Encode(o.Out, out, "the explanation")
}

// errorText has the usual cause on the first line and what to do on the second, then
// what else it may be.
func errorText(e cliapi.ErrorExplanation) string {
	var b strings.Builder
	for i, one := range e.Errors {
		for j, c := range one.Causes {
			if i+j > 0 {
				b.WriteString("\n")
			}
			if j == 0 {
				term.WriteLine(&b, "cause: %s (%s)", c.Cause, one.Code)
			} else {
				term.WriteLine(&b, "or: %s", c.Cause)
			}
			term.WriteLine(&b, "next: %s", c.Do)
			if c.Command != "" {
				term.WriteLine(&b, "run: %s", c.Command)
			}
		}
	}
	return b.String()
}
