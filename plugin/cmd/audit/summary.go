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

// fixes writes what making pods again would do, in three lists. What isn't a command is a
// comment for a shell.
func (w writer) fixes(fixes []cliapi.Fix) {
	for _, list := range []struct {
		title    string
		outcomes []cliapi.FixOutcome
	}{
		{"What this fixes: these pods, made again, have what they should", []cliapi.FixOutcome{cliapi.FixHelps}},
		{"What a restart would not fix, and what would", []cliapi.FixOutcome{cliapi.FixOtherwise, cliapi.FixNot, cliapi.FixUnproven}},
		{"What a restart would take away", []cliapi.FixOutcome{cliapi.FixTakesAway}},
	} {
		of := slices.DeleteFunc(slices.Clone(fixes), func(f cliapi.Fix) bool { return !slices.Contains(list.outcomes, f.Outcome) })
		if len(of) == 0 {
			continue
		}
		w.WriteString("\n")
		w.line("# %s:", list.title)
		lines := w.lines(of)
		limit := shownFixes
		if list.outcomes[0] == cliapi.FixHelps {
			limit = len(lines) // who runs them must get all of them
		}
		for _, line := range lines[:w.shown(len(lines), limit)] {
			w.line("%s", line)
		}
		w.more(len(lines), limit, "lines")
	}
}

// lines are a line for each fix or, where there are many, one for all that are alike.
func (w writer) lines(fixes []cliapi.Fix) []string {
	var out []string
	if len(fixes) <= shownFixes || w.wide {
		for _, f := range fixes {
			out = append(out, diagnose.FixLine(f))
		}
		return out
	}
	type alike struct{ namespace, before, after, text string }
	var order []alike
	names := map[alike][]string{}
	for _, f := range fixes {
		key := alike{namespace: f.Namespace, text: diagnose.FixText(f)}
		name := diagnose.FixName(f)
		if f.Command != "" {
			// One command may have any number of workloads.
			before, after, ok := strings.Cut(f.Command, " "+name+" ")
			if !ok {
				out = append(out, f.Command)
				continue
			}
			key = alike{namespace: f.Namespace, before: before, after: after}
		}
		if names[key] == nil {
			order = append(order, key)
		}
		names[key] = append(names[key], name)
	}
	for _, key := range order {
		of := names[key]
		if key.before != "" {
			for some := range slices.Chunk(of, 200) {
				out = append(out, key.before+" "+strings.Join(some, " ")+" "+key.after)
			}
			continue
		}
		text := of[0]
		if len(of) > 1 {
			text = fmt.Sprintf("%s and %s", of[0], term.Count(len(of)-1, "other"))
		}
		out = append(out, fmt.Sprintf("# %s -n %s: %s", text, key.namespace, key.text))
	}
	return out
}
