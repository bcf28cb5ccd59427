package session

import (
	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Reason is an engine's reason as programs get it.
func Reason(r rrsa.Reason) cliapi.Reason {
	return cliapi.Reason{
		Code: r.Code, Severity: r.Severity, Blocking: r.Blocking, Level: r.Level, Field: r.Field, Message: r.Message, Hint: term.Hint(r),
	}
}

// Findings are what a cluster says, as programs get it.
func Findings(findings []cluster.Finding) []cliapi.Reason {
	var out []cliapi.Reason
	for _, f := range findings {
		said := Reason(f.Reason)
		said.Object = f.Object
		out = append(out, said)
	}
	return out
}

// Target is the pod of a pod template, as the webhook's selectors see it, but for
// the labels that a controller adds.
func Target(c *inject.Template) cluster.Target {
	out := cluster.Target{Namespace: c.Namespace, Labels: c.PodLabels()}
	if meta := c.Sources().Namespace.Meta; meta != nil {
		out.NamespaceKnown, out.NamespaceLabels = true, meta.Labels
	}
	return out
}
