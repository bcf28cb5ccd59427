package check

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// suffix names the actor where it isn't the webhook alone, as which it goes without saying.
func suffix(a diagnose.Actor) string {
	if a == diagnose.ByWebhook {
		return ""
	}
	return ", by " + string(a)
}

// policyChecks are those of a policy; none where there is none.
func policyChecks(s *seen) []cliapi.Check {
	policies := &s.Webhook.Policies
	switch {
	case policies.Unreadable != "":
		return []cliapi.Check{as(checkPolicy, found(policies.Doubts()[0]))}
	case len(policies.All) == 0:
		return nil
	case len(policies.Doubts()) > 0:
		return []cliapi.Check{session.CheckOf(checkPolicy, cliapi.CheckFailed, policies.Doubts()[0])}
	}
	policy := policies.Acting()
	return []cliapi.Check{as(checkPolicy, judgePolicy(s, policy)), as(checkPolicySelects, judgePolicySelects(s)), as(checkPolicySettings, judgePolicySettings(s, policy))}
}

// judgePolicy tells what is there, which is as it was made.
func judgePolicy(s *seen, policy *diagnose.Policy) cliapi.Check {
	set := policy.Settings
	out := cliapi.Check{
		Status: cliapi.CheckPassed, Object: policy.Object(), Message: fmt.Sprintf("MutatingAdmissionPolicy %q and its bindings are what its settings make", policy.Name),
		Details: []string{fmt.Sprintf("rules of webhook %s, failurePolicy %s, reinvocation %s", set.Config.WebhookVersion, set.FailurePolicy, set.Reinvocation)},
	}
	if len(set.ExcludeNamespaces) > 0 {
		out.Details = append(out.Details, "it leaves alone the pods of "+strings.Join(bounded(set.ExcludeNamespaces), ", "))
	}
	if set.Selector != "" {
		out.Details = append(out.Details, "it acts only for ServiceAccounts with the label "+set.Selector)
	}
	if !s.hasWebhook() {
		out.Details = append(out.Details, "there is no webhook, and it needs none")
	}
	return out
}

// judgePolicySelects tells whether the policy selects pods in every Namespace that has the
// label.
func judgePolicySelects(s *seen) cliapi.Check {
	return judgeSelection(s, diagnose.ByWebhook, func(j diagnose.Judgement) (own, other diagnose.Call, findings []diagnose.Finding) {
		return j.Policy.Call, j.Call, j.Policy.Findings
	})
}

// judgePolicySettings compares the policy's settings with those in force, and tells what comes
// of a webhook that acts after it.
func judgePolicySettings(s *seen, policy *diagnose.Policy) cliapi.Check {
	for _, f := range policy.Foreign(s.Injector.Config) {
		return session.CheckOf("", cliapi.CheckFailed, f)
	}
	out := cliapi.Check{Status: cliapi.CheckPassed, Object: policy.Object(), Message: "the policy has the settings that are in force"}
	both := s.hasWebhook()
	if both {
		out.Message = "both act, with the same settings: the webhook finds all there that the policy has injected"
	}
	unread := map[string]bool{}
	for _, set := range session.Unread(s.Session) {
		unread[string(set)] = true
	}
	for _, d := range policy.Compare(s.Injector.Config) {
		if !unread[d.Name] {
			out.Details = append(out.Details, fmt.Sprintf("%s: the policy has %s, and %s is in force", d.Name, d.Policy, d.Ours))
		}
	}
	if len(out.Details) == 0 {
		return out
	}
	out.Status, out.Code = cliapi.CheckWarning, diagnose.CodePolicySettingsDiffer
	out.Message = "the policy has other settings than are in force, and injects by its own"
	if both {
		out.Message = "the policy has other settings than the webhook: it injects first, and the webhook adds what its own settings have in addition"
	}
	out.Hint = "make it again with these settings: kubectl rrsa admission-policy"
	return out
}
