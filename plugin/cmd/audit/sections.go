package audit

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// workloads writes what no pod shows.
func (w writer) workloads(workloads []cliapi.WorkloadAudit) {
	var findings []cliapi.WorkloadAudit
	idle, fine := 0, 0
	for _, one := range workloads {
		if one.Finding != "" || w.wide {
			findings = append(findings, one)
		}
		if one.NoPods != "" {
			idle++
			if one.State == rrsa.StateOK {
				fine++
			}
		}
	}
	if len(workloads) > 0 {
		w.section()
	}
	for _, one := range findings[:w.shown(len(findings), shownWorkloads)] {
		text := fmt.Sprintf("workload: %s -n %s: %s", diagnose.OwnerName(one.Owner), one.Namespace, cmp.Or(string(one.Finding), string(one.State)))
		if one.NoPods != "" {
			text += " (" + one.NoPods + ")"
		}
		if one.Cause == nil {
			w.line("%s", text)
			continue
		}
		w.line("%s because %s: %s", text, one.Cause.Code, one.Cause.Message)
		if one.Cause.Next != "" {
			w.line("  next: %s", one.Cause.Next)
		}
	}
	w.more(len(findings), shownWorkloads, "workloads")
	if idle > 0 && !w.wide {
		w.line("%s without pods: those of %d would be injected", term.Count(idle, "workload"), fine)
	}
}

// accessKeys writes the list to migrate.
func (w writer) accessKeys(uses []cliapi.AccessKeyAudit) {
	if len(uses) == 0 {
		return
	}
	pods, injected := 0, 0
	table := [][]string{{"NAMESPACE", "OWNER", "PODS", "INJECTED", "ACCESSKEY IN"}}
	for i, u := range uses {
		pods, injected = pods+u.Pods, injected+u.Injected
		if i >= w.shown(len(uses), shownKeys) {
			continue
		}
		var in []string
		for _, v := range u.Variables {
			text := v.Container + ": " + v.Name
			if v.From != "" {
				text += " from " + v.From
			}
			in = append(in, text)
		}
		table = append(table, []string{u.Namespace, ownerText(u.OwnerAudit), fmt.Sprint(u.Pods), fmt.Sprint(u.Injected), strings.Join(in, ", ")})
	}
	w.section()
	w.line("static AccessKeys: %s, %d of them injected: see docs/migration.md for how to replace an AccessKey by a role", term.Count(pods, "pod"), injected)
	term.WriteTable(w.Builder, table)
	w.more(len(uses), shownKeys, "workloads")
}

func (w writer) lints(lints []cliapi.ObjectLint) {
	if len(lints) > 0 {
		w.section()
	}
	for _, lint := range lints[:w.shown(len(lints), shownLints)] {
		object := strings.ToLower(lint.Object.Kind) + "/" + lint.Object.Name
		if lint.Object.Namespace != "" {
			object += " -n " + lint.Object.Namespace
		}
		w.line("%s: %s: %s: %s", lint.Reason.Severity, object, lint.Reason.Code, lint.Reason.Message)
		term.WriteHint(w.Builder, "", lint.Reason.Hint)
	}
	w.more(len(lints), shownLints, "of Namespaces and ServiceAccounts")
}
