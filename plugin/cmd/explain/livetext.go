package explain

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

func writePod(b *strings.Builder, p *cliapi.Pod) {
	term.WriteLine(b, "  pod: %s, created at %s", p.State, p.Created)
	for _, r := range p.Reasons {
		writeReason(b, r)
	}
	for _, d := range p.Differences {
		term.WriteLine(b, "    %s", differenceText(d))
	}
}

// differenceText says a difference in a line.
func differenceText(d cliapi.Difference) string {
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

func writeWebhook(b *strings.Builder, w *cliapi.Webhook) {
	calls := map[cluster.Call]string{
		cluster.Called: "called", cluster.Skipped: "not called", cluster.CallUnknown: "not known whether it is called",
	}
	term.WriteLine(b, "  webhook: %s", strings.Join(term.NonEmpty(calls[cluster.Call(w.Call)], webhookPlace(w)), "; "))
	for _, r := range w.Reasons {
		writeReason(b, r)
	}
}

// webhookPlace names the webhook and what runs it.
func webhookPlace(w *cliapi.Webhook) string {
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

// podsText counts pods by their states.
func podsText(p *cliapi.Pods) string {
	var states []string
	for _, s := range append(diagnose.FindingStates(), rrsa.StateNotApplicable, rrsa.StateOK) {
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

func writePods(b *strings.Builder, p *cliapi.Pods) {
	term.WriteLine(b, "  pods: %s", podsText(p))
	for _, r := range p.Reasons {
		writeReason(b, r)
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
