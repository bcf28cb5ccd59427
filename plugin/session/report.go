package session

import (
	"fmt"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Tell writes a report to stderr, unless -q forbids it.
func (s *Session) Tell(report *inject.Report) { s.WriteReport(s.Talk, report) }

// TellInput writes a report on the whole input, and says if there was nothing to judge.
func (s *Session) TellInput(report *inject.Report) { s.WriteInput(s.Talk, report) }

// WriteInput is [Session.TellInput] to a writer.
func (s *Session) WriteInput(w io.Writer, report *inject.Report) {
	fmt.Fprint(w, s.Nothing(report))
	s.WriteReport(w, report)
}

// WriteReport writes a line for each pod template, with its warnings and hints
// below. What is about a Namespace or a ServiceAccount is written once.
func (s *Session) WriteReport(w io.Writer, report *inject.Report) {
	var b strings.Builder
	for _, notice := range report.Notices {
		term.WriteReason(&b, "", notice)
	}
	teller := NewTeller(s, report.Templates)
	for _, c := range report.Templates {
		if !s.Ignores(c) {
			teller.Write(&b, c)
		}
	}
	fmt.Fprint(w, b.String())
}

// Nothing is a line for a report on no pod template, which looks like success else;
// empty for any other report.
func (s *Session) Nothing(report *inject.Report) string {
	switch {
	case len(report.Templates) > 0, s.Input.Live(): // a live Pod is examined instead
		return ""
	case len(s.Input.Items()) == 0:
		return "note: the input has no objects\n"
	}
	return "note: no object in the input holds a pod template\n"
}

// Ignores tells whether the settings keep a decision out of the report.
func (s *Session) Ignores(c *inject.Template) bool {
	return c.Decision.Verdict == rrsa.Unknown && s.Settings.OnUnknown() == config.UnresolvedIgnore
}

// Reason is an engine's reason as programs get it.
func Reason(r rrsa.Reason) cliapi.Reason {
	return cliapi.Reason{
		Code: r.Code, Severity: r.Severity, Blocking: r.Blocking, Level: r.Level, Field: r.Field, Message: r.Message, Hint: term.Hint(r),
	}
}

// Findings are what a cluster says, as programs get it.
func Findings(findings []diagnose.Finding) []cliapi.Reason {
	var out []cliapi.Reason
	for _, f := range findings {
		out = append(out, Finding(f))
	}
	return out
}

// Target is the pod of a pod template, as the webhook's selectors see it, but for
// the labels that a controller adds.
func Target(c *inject.Template) diagnose.Target {
	out := diagnose.Target{Namespace: c.Namespace, Labels: c.PodLabels(), Pod: PodTemplate(c)}
	if meta := c.Sources().Namespace.Meta; meta != nil {
		out.NamespaceKnown, out.NamespaceLabels = true, meta.Labels
	}
	if meta := c.Sources().ServiceAccount.Meta; meta != nil {
		out.Account = &corev1.ServiceAccount{ObjectMeta: *meta}
	}
	return out
}

// PodTemplate is a pod template as the engine takes it; no more than its labels where the
// object can't be read as Kubernetes does.
func PodTemplate(c *inject.Template) *corev1.PodTemplateSpec {
	out := &corev1.PodTemplateSpec{}
	object, err := c.PodTemplate()
	if err != nil || object == nil || runtime.DefaultUnstructuredConverter.FromUnstructured(object, out) != nil {
		out = &corev1.PodTemplateSpec{}
	}
	out.Labels = c.PodLabels()
	return out
}
