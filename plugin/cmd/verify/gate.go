package verify

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// gateLink tells whether a pod that is made now is injected by the rules. (§1)
func gateLink(c chain) cliapi.Check {
	d := c.diagnosis.Decision
	switch d.Verdict {
	case rrsa.NotInjected:
		out := session.CheckOf(linkGate, cliapi.CheckFailed, gateFinding(c))
		if c.pod == nil && out.Code == rrsa.CodeNamespaceNotEnabled {
			out.Details = append(out.Details, "a pod that has the label itself is injected too, by webhook 0.2.0 and newer: verify that pod")
		}
		return out
	case rrsa.Unknown:
		return session.CheckOf(linkGate, cliapi.CheckUnknown, gateFinding(c))
	}
	has := func(code rrsa.Code) bool {
		return slices.ContainsFunc(d.Reasons, func(r rrsa.Reason) bool { return r.Code == code })
	}
	if has(rrsa.CodePodLabelOn) && slices.Contains(c.live.Unread, diagnose.WebhookVersion) && (c.around.Namespace == nil || c.around.Namespace.Labels[rrsa.InjectionKey] != rrsa.On) {
		out := unknown(linkGate, "give --webhook-version", "only the pod has the injection label, which webhooks before 0.2.0 ignore, and the webhook's version could not be read")
		out.Code = diagnose.CodeSettingNotKnown
		return out
	}
	out := passed(linkGate, "by the rules a pod that is made now is injected")
	for _, r := range d.Reasons {
		if r.Code == rrsa.CodePodLabelOn || r.Code == rrsa.CodeNamespaceLabelOn {
			out.Code, out.Message = r.Code, fmt.Sprintf("%s, and ServiceAccount %q has the role %s", r.Message, c.account, roleName(c))
		}
	}
	return out
}

// gateFinding is why the rules don't inject a pod, or why that isn't known.
func gateFinding(c chain) diagnose.Finding {
	s := diagnose.Subject{Namespace: c.account.Namespace, Around: c.around, Decision: c.diagnosis.Decision, Object: c.target}
	if c.workload != nil {
		s.Workload = new(*c.workload)
		s.Workload.Fails = "" // that is no matter of the rules
	}
	f := c.live.Template(s, diagnose.Judgement{}, true)
	if f.Code == rrsa.CodeNamespaceUnknown && c.around.NoNamespace.Code != "" {
		f.Reason = c.around.NoNamespace
	}
	return f
}

// roleName is the role that the ServiceAccount names; empty if none is known, or if what
// it names can be none, which the gate tells.
func roleName(c chain) string {
	if c.around.ServiceAccount == nil || !isRoleName(c.around.ServiceAccount.Annotations[rrsa.RoleNameKey]) {
		return ""
	}
	return c.around.ServiceAccount.Annotations[rrsa.RoleNameKey]
}

// isRoleName tells whether RAM takes a text for a role's name. (§1)
func isRoleName(text string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`).MatchString(text)
}
