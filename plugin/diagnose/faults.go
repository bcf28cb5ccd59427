package diagnose

import (
	"slices"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// FaultCodes are the codes of what keeps every pod of a cluster from credentials.
func FaultCodes() []rrsa.Code {
	return []rrsa.Code{
		CodeRRSANotEnabled, CodeIssuerDiffers, CodeWebhookNotInstalled, CodeWebhookRulesMissPods, CodeWebhookNotReady, CodeWebhookCertificate, CodeWebhookFails, CodePolicyAltered, CodePolicySettingsDiffer,
	}
}

// Faults say what keeps any pod from an injection now: that there is no webhook, that its
// rules don't name pods, that none is ready, or that the API server can't verify it. A policy
// does without a webhook, unless that has the API server refuse pods. That a policy was
// changed is a fault too: nobody knows what it does.
func (w *Webhook) Faults(now time.Time) []Finding {
	out := w.absent()
	if f, ok := w.Policies.unclear(); ok && f.Code == CodePolicyAltered && len(out) == 0 {
		out = append(out, f)
	}
	policy := w.Policies.Acting() != nil
	if _, f := w.Registered(); len(w.Hooks) > 0 && f.Blocking && !policy {
		out = append(out, f)
	}
	for i := range w.Hooks {
		if policy && w.Hooks[i].Failure() == admissionregistrationv1.Ignore {
			continue
		}
		of := w.Hooks[i].Readiness()
		// A bundle without any certificate tells nothing of one that has ended.
		if status, f, certificates := w.Hooks[i].Certificate(now); status == cliapi.CheckFailed && len(certificates) > 0 {
			of = append(of, f)
		}
		for _, f := range of {
			if f.Blocking && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}
