package plugin

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// heading is the first line: what is, and then what would be.
func (e explanation) heading() string {
	verdict := term.Verdict(e.Verdict)
	if e.blocked() {
		verdict += " by the rules, but not by this cluster's webhook"
	}
	if e.Pod != nil {
		return fmt.Sprintf("%s: %s; created now: %s", e.title, e.Pod.State, verdict)
	}
	if e.Pods != nil && e.Pods.Remedy != nil {
		return fmt.Sprintf("%s: pods: %s; created now: %s", e.title, e.Pods, verdict)
	}
	return e.title + ": " + verdict
}

func (p *explainedPod) write(b *strings.Builder) {
	term.WriteLine(b, "  pod: %s, created at %s", p.State, p.Created)
	for _, r := range p.Reasons {
		r.write(b)
	}
	for _, d := range p.Differences {
		term.WriteLine(b, "    %s", d)
	}
}

// writeSelected names the containers that an injection selects.
func (e explanation) writeSelected(b *strings.Builder) {
	var names []string
	for _, c := range e.Containers {
		if c.Selected {
			names = append(names, c.Name)
		}
	}
	if len(names) > 0 {
		term.WriteLine(b, "  containers: %s", strings.Join(names, ", "))
	}
}

// String says a difference in a line.
func (d explainedDifference) String() string {
	text := string(d.Kind) + " " + d.Field
	switch {
	case d.Kind == rrsa.DifferenceChanged:
		text += fmt.Sprintf(": %q, and would get %q", d.Got, d.Want)
	case d.Got+d.Want != "":
		text += " = " + d.Got + d.Want
	}
	if d.Note != "" {
		text += " (" + d.Note + ")"
	}
	return text
}

func (w *explainedWebhook) write(b *strings.Builder) {
	calls := map[cluster.Call]string{
		cluster.Called: "called", cluster.Skipped: "not called", cluster.CallUnknown: "not known whether it is called",
	}
	term.WriteLine(b, "  webhook: %s", strings.Join(term.NonEmpty(calls[w.Call], w.where()), "; "))
	for _, r := range w.Reasons {
		r.write(b)
	}
}

// where names the webhook and what runs it.
func (w *explainedWebhook) where() string {
	if w.Configuration == "" {
		return ""
	}
	out := "mutatingwebhookconfiguration/" + w.Configuration + ", failurePolicy " + w.FailurePolicy
	if w.TimeoutSeconds > 0 {
		out += fmt.Sprintf(", timeout %d s", w.TimeoutSeconds)
	}
	if d := w.Deployment; d != nil {
		out += fmt.Sprintf("; deployment %s/%s, %d of %d ready", d.Namespace, d.Name, d.ReadyReplicas, d.Replicas)
		if d.Version != "" {
			out += ", version " + d.Version
		}
	}
	return out
}

// maxPodLines bounds how many pods of a workload stand in the text.
const maxPodLines = 10

// String counts them by their states.
func (p *explainedPods) String() string {
	var states []string
	for _, s := range append(findingStates(), rrsa.StateNotApplicable, rrsa.StateOK) {
		if n := p.States[s]; n > 0 {
			states = append(states, fmt.Sprintf("%d %s", n, s))
		}
	}
	switch {
	case len(states) == 0:
		states = []string{"not known"}
	case p.More:
		states = append(states, "and others that were not looked at")
	}
	return strings.Join(states, ", ")
}

func (p *explainedPods) write(b *strings.Builder) {
	term.WriteLine(b, "  pods: %s", p)
	for _, r := range p.Reasons {
		r.write(b)
	}
	lines := 0
	for _, pod := range p.Items {
		if pod.State == rrsa.StateOK {
			continue
		}
		if lines++; lines <= maxPodLines {
			term.WriteLine(b, "    pod/%s: %s: %s: %s", pod.Name, pod.State, pod.Code, pod.Message)
		}
	}
	if lines > maxPodLines {
		term.WriteLine(b, "    %d more that are not ok: see -o yaml", lines-maxPodLines)
	}
}
