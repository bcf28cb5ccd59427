package audit

import (
	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// notices are what is wrong with the whole cluster. That there is no webhook is wrong only
// if pods are without its work: they may all be rendered.
func notices(s *session.Session, live diagnose.Live, states map[rrsa.State]int) []cliapi.Reason {
	out := session.Findings(s.Enabled())
	for _, f := range live.Faults {
		switch {
		case f.Code == diagnose.CodeRRSANotEnabled, f.Code == diagnose.CodeIssuerDiffers: // it is told above
		case f.Code == diagnose.CodeWebhookNotInstalled && states[rrsa.StateMissing]+states[rrsa.StateStale] == 0:
		default:
			out = append(out, session.Finding(f))
		}
	}
	return out
}
