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
		which := term.Count(g.Pods, "pod") + " without a controller, such as pod/" + g.Example
		switch {
		case g.Owner != nil && g.Pods == 1:
			which = fmt.Sprintf("pod/%s of %s", g.Example, ownerName(g))
		case g.Owner != nil:
			which = fmt.Sprintf("%s of %s, such as pod/%s", term.Count(g.Pods, "pod"), ownerName(g), g.Example)
		case g.Pods == 1:
			which = "pod/" + g.Example
		}
		term.WriteLine(b, "    %s: %s", which, stateText(g.State, g.Cause))
		if g.Cause != nil && g.Cause.Next != "" && g.State != rrsa.StateNotApplicable {
			term.WriteLine(b, "      next: %s", g.Cause.Next)
		}
	}
	if len(unmeant) > 0 { // they may be many, and nobody meant to serve them
		term.WriteLine(b, "    %s of %s: %s: their ServiceAccounts have no role", term.Count(pods, "pod"), firstNames(unmeant), rrsa.StateNotApplicable)
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
