package audit

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// How much of a list the text has, so that it fits a screen. The format wide has all.
const (
	shownGroups     = 12
	shownOwners     = 4
	shownLints      = 8
	shownKeys       = 8
	shownWorkloads  = 8
	shownNamespaces = 10
	shownFixes      = 12
)

// writer writes the report for people, or all of it.
type writer struct {
	*strings.Builder
	wide bool
}

// shown is how many of n things of a list are written.
func (w writer) shown(n, limit int) int {
	if w.wide {
		return n
	}
	return min(n, limit)
}

// more says how many of a list are left out.
func (w writer) more(n, limit int, what string) {
	if left := n - w.shown(n, limit); left > 0 {
		w.line("# and %d more %s: -o wide has all", left, what)
	}
}

func (w writer) line(format string, args ...any) { term.WriteLine(w.Builder, format, args...) }

// section begins a part of the report with an empty line, unless it is the first.
func (w writer) section() {
	if w.Len() > 0 {
		w.WriteString("\n")
	}
}

// writeReport writes the report for people: the cluster, the pods by their causes, what else
// there is, a summary, and what making pods again would do.
func writeReport(b *strings.Builder, r cliapi.AuditReport, wide bool) {
	w := writer{b, wide}
	w.cluster(r.Summary.Notices)
	if wide {
		w.pods(r.Items)
	}
	w.groups(r.Groups)
	w.workloads(r.Workloads)
	w.accessKeys(r.AccessKeys)
	w.lints(r.Lints)
	w.section()
	w.summary(r.Summary)
	w.fixes(r.Summary.Fixes)
}

func (w writer) cluster(notices []cliapi.Reason) {
	for _, n := range notices {
		if n.Severity != rrsa.Info || n.Code == diagnose.CodePolicyActs {
			w.line("cluster: %s: %s", n.Code, n.Message)
			term.WriteHint(w.Builder, "", n.Hint)
		}
	}
}

func (w writer) pods(rows []cliapi.PodAudit) {
	if len(rows) == 0 {
		return
	}
	table := [][]string{{"NAMESPACE", "POD", "STATE", "OWNER", "SERVICEACCOUNT", "REASON"}}
	for _, row := range rows {
		owner, reason := "<none>", "<none>"
		if row.Owner != nil {
			owner = diagnose.OwnerName(*row.Owner)
		}
		switch {
		case row.Cause != nil:
			reason = fmt.Sprintf("%s: %s", row.Cause.Code, row.Cause.Message)
		case row.Reason != nil:
			reason = fmt.Sprintf("%s: %s", row.Reason.Code, row.Reason.Message)
		}
		table = append(table, []string{row.Namespace, row.Name, string(row.State), owner, row.ServiceAccount, reason})
	}
	w.section()
	term.WriteTable(w.Builder, table)
}

// groups writes how many pods are as they are for one cause, and what makes them.
func (w writer) groups(groups []cliapi.GroupAudit) {
	for _, g := range groups[:w.shown(len(groups), shownGroups)] {
		because := " because "
		if g.Trap {
			because = ", but "
		}
		w.section()
		w.line("%s: %s%s%s: %s", g.State, term.Count(g.Pods, "pod"), because, g.Cause.Code, g.Cause.Message)
		if g.Differs != "" {
			w.line("  differs: %s", g.Differs)
		}
		w.line("  %s", w.owners(g.Owners))
		if g.Cause.Next != "" {
			w.line("  next: %s", g.Cause.Next)
		}
	}
	w.more(len(groups), shownGroups, "causes")
}

// owners is a line that has the pods by what makes them.
func (w writer) owners(owners []cliapi.OwnerAudit) string {
	var parts []string
	n := w.shown(len(owners), shownOwners)
	for _, o := range owners[:n] {
		text := fmt.Sprintf("%s of %s -n %s", term.Count(o.Pods, "pod"), ownerText(o), o.Namespace)
		switch {
		case o.Owner == nil && o.Pods == 1:
			text = "pod/" + o.Example + " -n " + o.Namespace
		case o.Owner == nil:
			text = fmt.Sprintf("%s without a controller, such as pod/%s -n %s", term.Count(o.Pods, "pod"), o.Example, o.Namespace)
		}
		parts = append(parts, text)
	}
	if left := owners[n:]; len(left) > 0 {
		pods, namespaces := 0, map[string]bool{}
		for _, o := range left {
			pods += o.Pods
			namespaces[o.Namespace] = true
		}
		parts = append(parts, fmt.Sprintf("and %s of %s in %s", term.Count(pods, "pod"), term.Count(len(left), "other workload"), term.Count(len(namespaces), "namespace")))
	}
	return strings.Join(parts, "; ")
}
