package check

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// isOn tells whether a Namespace has the label that opens the gate. (§1)
func isOn(ns *corev1.Namespace) bool { return ns.Labels[rrsa.InjectionKey] == rrsa.On }

// callIn is what the webhook, and a policy, is to a plain pod in a Namespace.
func callIn(s *seen, ns *corev1.Namespace) diagnose.Judgement {
	return s.Webhook.Judge(diagnose.Target{
		Namespace: ns.Name, NamespaceLabels: ns.Labels, NamespaceKnown: true, Account: diagnose.AnyAccount(ns.Name),
	}, s.Injector.Config.WebhookVersion)
}

// leftAlone tells whether neither acts on a pod.
func leftAlone(j diagnose.Judgement) bool {
	return j.Call == diagnose.Skipped && j.Policy.Call == diagnose.Skipped
}

// judgeSelects tells whether the webhook is asked about a plain pod in every Namespace that has
// the label. Conditions that only the API server can judge are proven by the dry run, for
// its own namespace. (§1)
func judgeSelects(s *seen) cliapi.Check {
	if len(s.hooks) == 0 {
		return withoutHooks(s)
	}
	return judgeSelection(s, diagnose.ByPolicy, func(j diagnose.Judgement) (own, other diagnose.Call, findings []diagnose.Finding) {
		return j.Call, j.Policy.Call, j.Findings
	})
}

// judgeSelection is the same for the webhook or a policy. A Namespace that is left to the
// other one of them is right.
func judgeSelection(s *seen, rest diagnose.Actor, of func(diagnose.Judgement) (own, other diagnose.Call, findings []diagnose.Finding)) cliapi.Check {
	var left, doubtful, names, others []string
	var why, doubt diagnose.Finding
	for _, ns := range s.enabled {
		own, other, findings := of(callIn(s, ns))
		if own == diagnose.Skipped && other == diagnose.Called {
			others = append(others, ns.Name)
			continue
		}
		names = append(names, ns.Name)
		switch {
		case own == diagnose.Skipped:
			if left = append(left, ns.Name); len(left) == 1 {
				why = findings[0]
			}
		case own == diagnose.CallUnknown && !(s.dry.answered() && s.dry.namespace.Name == ns.Name):
			if doubtful = append(doubtful, ns.Name); len(doubtful) == 1 {
				doubt = findings[0]
			}
		}
	}
	var out cliapi.Check
	switch {
	case len(left) > 0:
		out = found(why)
		out.Details = []string{"left out: " + strings.Join(bounded(left), ", ")}
	case len(doubtful) > 0:
		out = found(doubt)
		out.Details = []string{"not judged: " + strings.Join(bounded(doubtful), ", ")}
		if s.dry.answered() {
			out.Status = cliapi.CheckWarning
			out.Details = append(out.Details, fmt.Sprintf("proven by the dry run: %s", s.dry.namespace.Name))
		}
	case len(names) > 0:
		out = cliapi.Check{Status: cliapi.CheckPassed, Message: fmt.Sprintf("it selects pods in %d of %d Namespaces with the label %s=%s", len(names), len(names)+len(others), rrsa.InjectionKey, rrsa.On)}
		out.Details = []string{"selected: " + strings.Join(bounded(names), ", ")}
	case len(others) > 0:
		out = cliapi.Check{Status: cliapi.CheckPassed, Message: fmt.Sprintf("it selects pods in none of %d Namespaces with the label %s=%s", len(others), rrsa.InjectionKey, rrsa.On)}
	case !s.listed:
		out = cliapi.Check{
			Status: cliapi.CheckUnknown, Message: fmt.Sprintf("Namespaces may not be listed, and %q isn't known to have the label %s=%s", s.Cluster.Namespace, rrsa.InjectionKey, rrsa.On),
			Hint: "name a namespace that has it with -n, or ask for permission to list namespaces",
		}
	default:
		out = cliapi.Check{
			Status: cliapi.CheckWarning, Message: fmt.Sprintf("no Namespace has the label %s=%s, so that only pods with a label of their own are injected", rrsa.InjectionKey, rrsa.On),
			Hint: labelHint("NAME", s.Connection()),
		}
	}
	if len(others) > 0 {
		out.Details = append(out.Details, fmt.Sprintf("left to %s: ", rest)+strings.Join(bounded(others), ", "))
	}
	if !s.listed && len(names) > 0 {
		out.Details = append(out.Details, "other Namespaces may not be listed")
	}
	return out
}

func labelHint(namespace, connection string) string {
	return fmt.Sprintf("label the namespace: kubectl label namespace %s %s=%s%s", namespace, rrsa.InjectionKey, rrsa.On, connection)
}

// words lists words as in a sentence.
func words(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
