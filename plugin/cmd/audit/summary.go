package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// summary counts pods by namespace: those with the most findings first where not all are
// shown.
func (w writer) summary(s cliapi.AuditSummary) {
	head := []string{"NAMESPACE", "PODS"}
	for _, state := range diagnose.States() {
		head = append(head, strings.ToUpper(string(state)))
	}
	table := [][]string{head}
	row := func(name string, states map[rrsa.State]int) {
		sum := 0
		var counts []string
		for _, state := range diagnose.States() {
			sum += states[state]
			counts = append(counts, fmt.Sprint(states[state]))
		}
		table = append(table, append([]string{name, fmt.Sprint(sum)}, counts...))
	}
	namespaces := slices.Clone(s.Namespaces)
	if n := w.shown(len(namespaces), shownNamespaces); n < len(namespaces) {
		slices.SortStableFunc(namespaces, func(x, y cliapi.AuditedNamespace) int { return findings(y.States) - findings(x.States) })
		others := map[rrsa.State]int{}
		for _, ns := range namespaces[n:] {
			for state, count := range ns.States {
				others[state] += count
			}
		}
		left := len(namespaces) - n
		namespaces = append(namespaces[:n], cliapi.AuditedNamespace{Namespace: fmt.Sprintf("(%d others)", left), States: others})
	}
	for _, ns := range namespaces {
		row(ns.Namespace, ns.States)
	}
	if len(namespaces) != 1 {
		row("(all)", s.States)
	}
	term.WriteTable(w.Builder, table)
}

func findings(states map[rrsa.State]int) int {
	n := 0
	for _, state := range diagnose.FindingStates() {
		n += states[state]
	}
	return n
}
