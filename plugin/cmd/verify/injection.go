package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// injectionLink tells whether the pod has what its program needs, or for a ServiceAccount
// whether the cluster's webhook gives it to pods. (§2, §9)
func injectionLink(c chain) cliapi.Check {
	d := c.diagnosis
	switch {
	case c.pod == nil:
		return webhookLink(c)
	case d.Reason.Code == rrsa.CodePodFinished || d.Reason.Code == rrsa.CodePodTerminating || d.Reason.Code == rrsa.CodeMirrorPod:
		f := diagnose.Finding{Reason: d.Reason, Object: c.target}
		f.Hint = "name a pod that runs, or the ServiceAccount: kubectl rrsa verify serviceaccount/" + c.account.Name + " -n " + c.account.Namespace + c.live.Connection
		return session.CheckOf(linkInjection, cliapi.CheckFailed, f)
	case c.wouldBe && d.State == rrsa.StateMissing:
		return session.CheckOf(linkInjection, cliapi.CheckFailed, d.Cause)
	case c.wouldBe && d.State == rrsa.StateUnknown:
		out := session.CheckOf(linkInjection, cliapi.CheckFailed, diagnose.Finding{Reason: d.Reason, Object: c.target})
		out.Message = "the pod has no injection; whether it would get one now isn't known: " + out.Message
		return out
	case c.wouldBe:
		return broken(linkInjection, "see to the gate, and make the pod again", "the pod has no injection, and would get none now")
	}
	if i := slices.IndexFunc(d.Decision.Reasons, func(r rrsa.Reason) bool { return r.Code == rrsa.CodeVolumeConflict || r.Code == rrsa.CodeTokenDirTaken }); i >= 0 {
		return session.CheckOf(linkInjection, cliapi.CheckFailed, diagnose.Finding{Reason: d.Decision.Reasons[i], Object: c.target})
	}
	if len(c.lacks) > 0 {
		return lackingLink(c)
	}
	return hasAll(c)
}

// lackingLink judges an injection without something that the program needs. Whether a
// container is to have it may hang on a setting that nobody could read.
func lackingLink(c chain) cliapi.Check {
	d := c.diagnosis
	if d.Reason.Code == diagnose.CodeSettingNotKnown {
		out := session.CheckOf(linkInjection, cliapi.CheckUnknown, diagnose.Finding{Reason: d.Reason, Object: c.target})
		out.Details = c.lacks
		return out
	}
	out := broken(linkInjection, fmt.Sprintf("see why: kubectl rrsa explain %s -n %s%s", c.target, c.account.Namespace, c.live.Connection), "%s", c.lacks[0])
	out.Details = c.lacks[1:]
	if d.State == rrsa.StateStale {
		out.Code, out.Object, out.Hint = d.Cause.Code, d.Cause.Object, d.Cause.Hint
	}
	return out
}

// hasAll judges an injection that has what the program needs.
func hasAll(c chain) cliapi.Check {
	d := c.diagnosis
	var names, details []string
	for _, u := range c.uses {
		names = append(names, u.container)
	}
	for _, difference := range d.Differences {
		details = append(details, diagnose.DifferenceText(difference))
	}
	complete := "the pod has what its program needs, in " + strings.Join(names, ", ")
	switch d.State {
	case rrsa.StateOK:
		return passed(linkInjection, "the pod has all that an injection gives, in %s", strings.Join(names, ", "))
	case rrsa.StateUnknown:
		out := session.CheckOf(linkInjection, cliapi.CheckWarning, diagnose.Finding{Reason: d.Reason, Object: c.target})
		out.Message = complete + "; whether it is all that it would get now isn't known: " + out.Message
		return out
	}
	out := session.CheckOf(linkInjection, cliapi.CheckWarning, diagnose.Finding{Reason: d.Reason, Object: c.target})
	out.Message, out.Details = complete+"; made now, it would get something else", details
	if d.State == rrsa.StateOrphaned {
		out.Message = complete + ", which it keeps until it is made again"
		return out
	}
	asksAnother := func(difference rrsa.Difference) bool {
		return difference.Kind == rrsa.DifferenceChanged && slices.ContainsFunc([]string{rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled}, func(name string) bool {
			return strings.Contains(difference.Field, "env["+name+"]")
		})
	}
	if slices.ContainsFunc(d.Differences, asksAnother) {
		out.Status = cliapi.CheckUnknown
		out.Message = complete + "; it asks another STS than it would now, and whether it reaches that one isn't known here"
	}
	return out
}

// lacking lists what containers lack without which no SDK asks for credentials.
func lacking(uses []use) []string {
	if len(uses) == 0 {
		return []string{"no container has the token at " + rrsa.TokenDir}
	}
	var out []string
	for _, u := range uses {
		var lacks []string
		for _, v := range []struct {
			name string
			value
		}{{rrsa.EnvRoleARN, u.role}, {rrsa.EnvOIDCProviderARN, u.provider}, {rrsa.EnvOIDCTokenFile, u.tokenFile}} {
			if v.text == "" && !v.elsewhere {
				lacks = append(lacks, v.name)
			}
		}
		if !u.mounted {
			lacks = append(lacks, "the token at "+rrsa.TokenDir)
		}
		switch {
		case len(lacks) > 0:
			out = append(out, fmt.Sprintf("container %q lacks %s", u.container, strings.Join(lacks, ", ")))
		case u.tokenFile.text != rrsa.TokenFile && !u.tokenFile.elsewhere:
			out = append(out, fmt.Sprintf("container %q looks for its token at %q, and the injected one is at %s", u.container, u.tokenFile.text, rrsa.TokenFile))
		}
	}
	return out
}

// webhookLink tells whether the cluster's webhook, or a policy, injects pods of a ServiceAccount.
func webhookLink(c chain) cliapi.Check {
	judged := c.diagnosis.Judged
	f := judged.Why()
	switch c.acts {
	case diagnose.ActsYes:
		if judged.Policy.Call == diagnose.Called {
			return passed(linkInjection, "the cluster's %s acts on its pods", judged.Policy.Policy.Object())
		}
		return passed(linkInjection, "the cluster's webhook is called for its pods, and runs")
	case diagnose.ActsNot:
		out := session.CheckOf(linkInjection, cliapi.CheckFailed, f)
		out.Hint = join(out.Hint, "a pod whose manifest holds the injection needs no webhook: verify the pod")
		return out
	}
	out := session.CheckOf(linkInjection, cliapi.CheckUnknown, f)
	if out.Message == "" {
		out.Message = "it isn't known whether the cluster injects its pods"
	}
	out.Hint = join(out.Hint, "kubectl rrsa check settles whether the webhook acts")
	return out
}

func join(hints ...string) string {
	return strings.Join(slices.DeleteFunc(hints, func(h string) bool { return h == "" }), "; ")
}
