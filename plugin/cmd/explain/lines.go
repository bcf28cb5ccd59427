package explain

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// surroundingText names a Namespace or ServiceAccount and where it comes from.
func surroundingText(n cliapi.Surrounding) string {
	from := session.SourceText(n.Source)
	if n.Name == "" {
		return from
	}
	return n.Name + " (" + from + ")"
}

// writeReasons marks the first reason that blocks, so that it is found among many.
func writeReasons(b *strings.Builder, reasons []cliapi.Reason) {
	for _, r := range reasons {
		mark, blocks := " ", ""
		if r.First {
			mark = ">"
		}
		if r.Blocking {
			blocks = ", blocking"
		}
		term.WriteLine(b, "  %s %s (%s%s): %s", mark, r.Code, r.Severity, blocks, r.Message)
		object := r.Object
		if r.Level == rrsa.LevelComponent && r.Field != "" && object == "" {
			object = "setting"
		}
		if about := strings.Join(term.NonEmpty(object, r.Field), " "); about != "" {
			term.WriteLine(b, "      at: %s", about)
		}
		term.WriteHint(b, "    ", r.Hint)
	}
}

// settingFrom is where a setting comes from: its object and key, whose place stands in
// the lines above, or else the component's source.
func settingFrom(s cliapi.Setting) string {
	switch s.Level {
	case rrsa.LevelComponent:
		return session.SourceText(s.Source)
	case rrsa.LevelPod:
		return "pod template of " + s.Object + ", " + s.Key
	}
	return s.Object + ", " + s.Key
}

// fateOf says what becomes of a container where its edits don't.
func fateOf(c cliapi.ExplainedContainer, v rrsa.Verdict) string {
	switch {
	case !c.Selected:
		return " not selected, and loses what was injected before"
	case v != rrsa.Injected:
		return " selected, and not changed as the injection is refused"
	case len(c.Edits) == 0:
		return " has all of it already"
	}
	return ""
}

func writeEdits(b *strings.Builder, indent string, edits []cliapi.Edit) {
	for _, e := range edits {
		term.WriteLine(b, "%s%s %s", indent, e.Action, strings.Join(term.NonEmpty(e.Field, e.Value), " = "))
	}
}

func writePod(b *strings.Builder, p *cliapi.Pod) {
	created := ""
	if p.Created != "" {
		created = ", created at " + p.Created
	}
	term.WriteLine(b, "  pod: %s%s", p.State, created)
	writeReasons(b, p.Reasons)
	for _, d := range p.Differences {
		term.WriteLine(b, "    %s", diagnose.DifferenceText(rrsa.Difference(d)))
	}
}

// writeInjectors says of the policy and the webhook, as far as there are any, which acts.
func writeInjectors(b *strings.Builder, p *cliapi.Policy, w *cliapi.Webhook) {
	if p != nil {
		text := map[diagnose.Call]string{
			diagnose.Called: "acts", diagnose.Skipped: "doesn't act", diagnose.CallUnknown: "not known whether one acts",
		}[diagnose.Call(p.Call)]
		if p.Name != "" {
			text += fmt.Sprintf("; mutatingadmissionpolicy/%s, rules of webhook %s, failurePolicy %s", p.Name, p.WebhookVersion, p.FailurePolicy)
		}
		term.WriteLine(b, "  policy: %s", text)
		writeReasons(b, p.Reasons)
	}
	if w != nil {
		writeWebhook(b, w)
	}
}

// writeWebhook names the webhook and what runs it, as far as there is one.
func writeWebhook(b *strings.Builder, w *cliapi.Webhook) {
	text := map[diagnose.Call]string{
		diagnose.Called: "called", diagnose.Skipped: "not called", diagnose.CallUnknown: "not known whether it is called",
	}[diagnose.Call(w.Call)]
	if w.Configuration != "" {
		text += "; mutatingwebhookconfiguration/" + w.Configuration + ", failurePolicy " + w.FailurePolicy
	}
	if w.TimeoutSeconds > 0 {
		text += fmt.Sprintf(", timeout %d s", w.TimeoutSeconds)
	}
	if d := w.Deployment; d != nil {
		text += fmt.Sprintf("; deployment %s/%s, %d of %d ready", d.Namespace, d.Name, d.ReadyReplicas, d.Replicas)
		if d.Version != "" {
			text += ", version " + d.Version
		}
	}
	term.WriteLine(b, "  webhook: %s", text)
	writeReasons(b, w.Reasons)
}

// podsText counts pods by their states.
func podsText(p *cliapi.Pods) string {
	switch {
	case len(p.States) == 0:
		return "not known"
	case p.More:
		return statesText(p.States) + ", and others that were not looked at"
	}
	return statesText(p.States)
}

// writePods writes a line for all pods that are as they are for the same cause.
func writePods(b *strings.Builder, p *cliapi.Pods) {
	term.WriteLine(b, "  pods: %s", podsText(p))
	writeReasons(b, p.Reasons)
	for _, g := range p.Groups {
		which := "pod/" + g.Example
		if g.Pods > 1 {
			which = fmt.Sprintf("%d pods, such as pod/%s", g.Pods, g.Example)
		}
		term.WriteLine(b, "    %s: %s: %s: %s", which, g.State, g.Cause.Code, g.Cause.Message)
	}
}
