package audit

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// notices are what is wrong with the whole cluster, and which policy acts. That there is no
// webhook is wrong only if pods are without its work: they may all be rendered.
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
	return append(out, acting(s)...)
}

// acting says which policy injects the cluster's pods; none without one.
func acting(s *session.Session) []cliapi.Reason {
	if s.Webhook == nil {
		return nil
	}
	policy := s.Webhook.Policies.Acting()
	if policy == nil {
		return nil
	}
	text := fmt.Sprintf("MutatingAdmissionPolicy %q injects pods, by the rules of webhook %s", policy.Name, policy.Settings.Config.WebhookVersion)
	if len(s.Webhook.Hooks) > 0 {
		text += ", and the webhook gets them after it"
	}
	return []cliapi.Reason{session.Finding(diagnose.Finding{Object: policy.Object(), Reason: rrsa.Reason{
		Code: diagnose.CodePolicyActs, Severity: rrsa.Info, Level: rrsa.LevelComponent, Message: text,
	}})}
}
