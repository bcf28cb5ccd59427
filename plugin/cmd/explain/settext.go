package explain

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// accountText writes the explanation of a ServiceAccount for people.
func accountText(e cliapi.ServiceAccountExplanation) string {
	var b strings.Builder
	if writeNotices(&b, e.Notices, true, e.Cause); b.Len() > 0 {
		b.WriteString("\n")
	}
	term.WriteLine(&b, "serviceaccount/%s (%s): %s", e.Object.Name, e.Namespace, accountHeading(e))
	if next := accountNext(e); next != "" {
		term.WriteLine(&b, "  next: %s", next)
	}
	term.WriteLine(&b, "  role: %s", roleText(e.Role))
	term.WriteLine(&b, "  Namespace: %s: %s", e.Namespace, gateText(e.Gate))
	writeInjectors(&b, e.Policy, e.Webhook)
	writeSettings(&b, e.Settings)
	writeSet(&b, e.PodSet)
	writeLints(&b, e.Lints)
	writeUnread(&b, e.PodSet)
	writeComponent(&b, e.Component)
	writeNotices(&b, e.Notices, false, e.Cause)
	return b.String()
}

// accountHeading is the answer: whom it serves, and why not the others.
func accountHeading(e cliapi.ServiceAccountExplanation) string {
	all, ok := 0, e.States[rrsa.StateOK]
	for _, n := range e.States {
		all += n
	}
	pods := fmt.Sprintf("%s (%s)", term.Count(all, "pod"), statesText(e.States))
	none := "serves none of its " + pods
	if all == 1 {
		none = fmt.Sprintf("doesn't serve its only pod (%s)", statesText(e.States))
	}
	var would []string
	for _, p := range e.WouldServe {
		if p.State == rrsa.StateOK {
			would = append(would, diagnose.OwnerName(p.Owner))
		}
	}
	text, why := "", " because "
	switch {
	case e.Serving == cliapi.ServingUnknown:
		text = "it isn't known whom it serves"
	case ok > 0 && e.Serving == cliapi.ServesNobody:
		text = "serves nobody, whatever its " + pods + " have,"
		if all == 1 {
			text = "serves nobody, whatever its " + pods + " has,"
		}
	case ok > 0 && ok == all:
		text, why = "serves "+term.Count(ok, "pod"), ", but "
	case ok > 0:
		text = fmt.Sprintf("serves %d of %s", ok, pods)
	case len(would) > 0 && all > 0:
		text = "would serve " + firstNames(would) + ", and " + none
	case len(would) > 0:
		text = "serves no pod now, and would serve " + firstNames(would)
	case all > 0:
		text = none
	case len(e.WouldServe) > 0:
		text = "serves nobody: it has no pods, and would serve none of " + term.Count(len(e.WouldServe), "workload")
	case e.Cause != nil:
		text = "serves nobody"
	default:
		return "serves nobody: no pod and no workload uses it"
	}
	switch {
	case e.Cause != nil:
		return text + why + string(e.Cause.Code) + ": " + e.Cause.Message
	case e.Serving == cliapi.ServingUnknown && len(e.Unread) > 0:
		return text + " because " + string(e.Unread[0].Code) + ": " + e.Unread[0].Message
	}
	return text
}

// accountNext is what to do: about the cause, or without one what is worth to look at.
func accountNext(e cliapi.ServiceAccountExplanation) string {
	switch {
	case e.Cause != nil:
		return e.Cause.Next
	case e.Serving == cliapi.ServingUnknown && len(e.Unread) > 0:
		return e.Unread[0].Hint
	case e.Serving == cliapi.Serves:
		return "see whether its role trusts it: kubectl rrsa trust-policy " + e.Namespace + "/" + e.Object.Name + " --check policy.json"
	case e.Serving == cliapi.ServesNobody:
		return "name it in a pod template: spec.serviceAccountName: " + e.Object.Name
	}
	return ""
}

// namespaceText writes the explanation of a Namespace for people.
func namespaceText(e cliapi.NamespaceExplanation) string {
	var b strings.Builder
	if writeNotices(&b, e.Notices, true, e.Cause); b.Len() > 0 {
		b.WriteString("\n")
	}
	term.WriteLine(&b, "namespace/%s: %s", e.Object.Name, namespaceHeading(e))
	if e.Cause != nil && e.Cause.Next != "" {
		term.WriteLine(&b, "  next: %s", e.Cause.Next)
	}
	term.WriteLine(&b, "  label: %s", gateText(e.Gate))
	writeInjectors(&b, e.Policy, e.Webhook)
	writeSettings(&b, e.Settings)
	if len(e.ServiceAccounts) > 0 {
		term.WriteLine(&b, "  ServiceAccounts with a role:")
	}
	for _, sa := range e.ServiceAccounts {
		use := map[cliapi.Known]string{
			cliapi.No: "no pod and no workload uses it", cliapi.Unknown: "it isn't known whether anything uses it", cliapi.Yes: "no pods now",
		}[sa.Used]
		if len(sa.States) > 0 {
			use = "pods: " + statesText(sa.States)
		}
		term.WriteLine(&b, "    %s: %s; %s", sa.Name, roleText(sa.Role), use)
	}
	writeSet(&b, e.PodSet)
	writeLints(&b, e.Lints)
	writeUnread(&b, e.PodSet)
	writeComponent(&b, e.Component)
	writeNotices(&b, e.Notices, false, e.Cause)
	return b.String()
}

// namespaceHeading is the answer: whether it is enabled, and how its pods are.
func namespaceHeading(e cliapi.NamespaceExplanation) string {
	text := map[cliapi.Known]string{cliapi.Yes: "enabled", cliapi.No: "not enabled", cliapi.Unknown: "it isn't known whether it is enabled"}[e.Gate.Enabled]
	text += ", pods: " + setText(e.PodSet)
	if e.Cause == nil {
		return text
	}
	why := " because "
	if e.Gate.Enabled == cliapi.Yes && foundCause(e.PodSet) == nil {
		why = ", but "
	}
	return text + why + string(e.Cause.Code) + ": " + e.Cause.Message
}
