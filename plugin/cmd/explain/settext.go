package explain

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
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
	if e.Webhook != nil {
		writeWebhook(&b, e.Webhook)
	}
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
	pods := fmt.Sprintf("%s (%s)", count(all, "pod"), statesText(e.States))
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
		text, why = "serves "+count(ok, "pod"), ", but "
	case ok > 0:
		text = fmt.Sprintf("serves %d of %s", ok, pods)
	case len(would) > 0 && all > 0:
		text = "would serve " + firstNames(would) + ", and " + none
	case len(would) > 0:
		text = "serves no pod now, and would serve " + firstNames(would)
	case all > 0:
		text = none
	case len(e.WouldServe) > 0:
		text = "serves nobody: it has no pods, and would serve none of " + count(len(e.WouldServe), "workload")
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
	if e.Webhook != nil {
		writeWebhook(&b, e.Webhook)
	}
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

func roleText(r cliapi.Role) string {
	switch {
	case r.ARN != "":
		return r.ARN
	case r.Reason == nil:
		return "not known"
	case r.Name == "":
		return "none: " + string(r.Reason.Code) + ": " + r.Reason.Message
	}
	return r.Name + ": " + string(r.Reason.Code) + ": " + r.Reason.Message
}

func gateText(g cliapi.Gate) string {
	source := " (" + session.SourceText(g.Source) + ")"
	switch {
	case g.Enabled == cliapi.Unknown:
		return "not known whether it is enabled"
	case g.Label == "":
		return "not enabled: it has no label " + rrsa.InjectionKey + source
	case g.Enabled == cliapi.No:
		return fmt.Sprintf("not enabled: %s is %q, and only %q counts%s", rrsa.InjectionKey, g.Label, rrsa.On, source)
	}
	return "enabled: " + rrsa.InjectionKey + "=" + g.Label + source
}

func writeSettings(b *strings.Builder, settings []cliapi.Setting) {
	if len(settings) > 0 {
		term.WriteLine(b, "  settings:")
	}
	for _, s := range settings {
		term.WriteLine(b, "    %s: %s (%s)", s.Name, s.Value, settingFrom(s))
	}
}

// writeSet writes the pods, a line for those of one owner that are so for the same cause,
// and the workloads without pods.
func writeSet(b *strings.Builder, p cliapi.PodSet) {
	term.WriteLine(b, "  pods: %s", setText(p))
	unmeant, pods := []string{}, 0
	for _, g := range p.Groups {
		if g.Cause != nil && g.Cause.Code == rrsa.CodeRoleNameMissing && g.State == rrsa.StateNotApplicable && len(p.Groups) > 1 {
			unmeant, pods = append(unmeant, ownerName(g)), pods+g.Pods
			continue
		}
		which := count(g.Pods, "pod") + " without a controller, such as pod/" + g.Example
		switch {
		case g.Owner != nil && g.Pods == 1:
			which = fmt.Sprintf("pod/%s of %s", g.Example, ownerName(g))
		case g.Owner != nil:
			which = fmt.Sprintf("%s of %s, such as pod/%s", count(g.Pods, "pod"), ownerName(g), g.Example)
		case g.Pods == 1:
			which = "pod/" + g.Example
		}
		term.WriteLine(b, "    %s: %s", which, stateText(g.State, g.Cause))
		if g.Cause != nil && g.Cause.Next != "" && g.State != rrsa.StateNotApplicable {
			term.WriteLine(b, "      next: %s", g.Cause.Next)
		}
	}
	if len(unmeant) > 0 { // they may be many, and nobody meant to serve them
		term.WriteLine(b, "    %s of %s: %s: their ServiceAccounts have no role", count(pods, "pod"), firstNames(unmeant), rrsa.StateNotApplicable)
	}
	switch {
	case len(p.WouldServe) > 0 && p.Listed:
		term.WriteLine(b, "  made now, of workloads without pods:")
	case len(p.WouldServe) > 0:
		term.WriteLine(b, "  made now, of workloads:")
	}
	for _, w := range p.WouldServe {
		term.WriteLine(b, "    %s: %s", diagnose.OwnerName(w.Owner), stateText(w.State, w.Cause))
	}
}

func ownerName(g cliapi.OwnedGroup) string {
	if g.Owner == nil {
		return "pod/" + g.Example
	}
	return diagnose.OwnerName(*g.Owner)
}

func stateText(state rrsa.State, cause *cliapi.Cause) string {
	if cause == nil {
		return string(state)
	}
	return fmt.Sprintf("%s: %s: %s", state, cause.Code, cause.Message)
}

func writeLints(b *strings.Builder, lints []cliapi.Reason) {
	if len(lints) > 0 {
		term.WriteLine(b, "  labels and annotations:")
		writeReasons(b, lints)
	}
}

func writeUnread(b *strings.Builder, p cliapi.PodSet) {
	if len(p.Unread) > 0 {
		term.WriteLine(b, "  not known:")
		writeReasons(b, p.Unread)
	}
	if p.Inconsistent {
		term.WriteLine(b, "  the list of pods expired while it was read: pods made or deleted meanwhile may be counted or not")
	}
}

// statesText counts pods by their states.
func statesText(states map[rrsa.State]int) string {
	var out []string
	for _, s := range append(diagnose.FindingStates(), rrsa.StateNotApplicable, rrsa.StateOK) {
		if n := states[s]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, s))
		}
	}
	return cmp.Or(strings.Join(out, ", "), "none")
}

// setText is [statesText] where pods could be listed.
func setText(p cliapi.PodSet) string {
	if !p.Listed {
		return "not known"
	}
	return statesText(p.States)
}

// maxNamed bounds how many workloads the first line names.
const maxNamed = 3

func firstNames(names []string) string {
	if more := len(names) - maxNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), more)
	}
	return strings.Join(names, ", ")
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
