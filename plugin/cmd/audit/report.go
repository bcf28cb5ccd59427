package audit

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// report is what was found. Its items are only made of the rows where they are
// printed.
type report struct {
	cliapi.AuditReport
	rows []podRow
}

// report sums up what was read. connection has the flags for kubectl in fixes.
func (a *auditor) report(namespace, selector, connection string) report {
	var used map[types.NamespacedName]bool
	if selector != "" {
		used = a.used
	}
	r := report{AuditReport: cliapi.AuditReport{
		APIVersion: cliapi.Version, Kind: "AuditReport", Lints: lints(a.config, a.lookup, used), Items: []cliapi.PodAudit{},
	}}
	s := cliapi.AuditSummary{
		APIVersion: cliapi.Version, Kind: "AuditSummary", Namespace: namespace, Selector: selector, Lints: len(r.Lints),
		States: map[rrsa.State]int{}, Namespaces: []cliapi.AuditedNamespace{}, Fixes: []cliapi.Fix{},
		Skipped: a.skipped, Inconsistent: a.inconsistent,
	}
	for _, state := range diagnose.States() {
		s.States[state] = 0
	}
	for _, t := range a.tallies {
		for _, name := range slices.Sorted(maps.Keys(t.counts)) {
			s.Namespaces = append(s.Namespaces, cliapi.AuditedNamespace{Namespace: name, States: t.counts[name]})
			for state, n := range t.counts[name] {
				s.States[state] += n
				s.Pods += n
			}
		}
		r.rows = append(r.rows, t.rows...)
	}
	s.Fixes = append(s.Fixes, fixes(r.rows, connection)...)
	r.Summary = s
	return r
}

// fixes are for the pods that would be better off created again, one for each owner.
func fixes(rows []podRow, connection string) []cliapi.Fix {
	type key struct {
		namespace string
		owner     *cliapi.Owner
	}
	seen := map[key]bool{}
	var out []cliapi.Fix
	for _, row := range rows {
		k := key{row.namespace, row.owner}
		if !diagnose.Fixable(row.state) || row.owner != nil && seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, diagnose.FixOf(row.namespace, row.name, row.owner, connection))
	}
	return out
}

// audit is a row as programs get it.
func (r podRow) audit() cliapi.PodAudit {
	out := cliapi.PodAudit{
		APIVersion: cliapi.Version, Kind: "PodAudit",
		Namespace: r.namespace, Name: r.name, State: r.state, ServiceAccount: r.account, Owner: r.owner,
	}
	if r.reason != nil {
		reason := session.Reason(*r.reason)
		out.Reason = &reason
	}
	return out
}
