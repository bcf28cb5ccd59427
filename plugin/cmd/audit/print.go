package audit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// printReport writes the report in a format.
func printReport(s *session.Session, r cliapi.AuditReport, format string) error {
	var b strings.Builder
	switch format {
	case "jsonl":
		return printLines(s.Out, r)
	case "name":
		for _, row := range r.Items {
			term.WriteLine(&b, "pod/%s", row.Name)
		}
	case "text", "wide":
		reportText(&b, r, format == "wide")
	default:
		return s.Encode(r, "the report")
	}
	return s.Write(b.String(), "the report")
}

// printLines writes an object a line. Each of them can be encoded, and the Writer
// keeps its first error for the end.
func printLines(out io.Writer, r cliapi.AuditReport) error {
	w := bufio.NewWriterSize(out, 1<<16)
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, row := range r.Items {
		_ = lines.Encode(row)
	}
	for _, lint := range r.Lints {
		_ = lines.Encode(lint)
	}
	_ = lines.Encode(r.Summary)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// reportText writes the report for people.
func reportText(b *strings.Builder, r cliapi.AuditReport, wide bool) {
	table := [][]string{{"NAMESPACE", "POD", "STATE", "OWNER", "SERVICEACCOUNT", "REASON"}}
	for _, row := range r.Items {
		owner, reason := "<none>", "<none>"
		if row.Owner != nil {
			owner = diagnose.OwnerName(*row.Owner)
		}
		if row.Reason != nil {
			reason = fmt.Sprintf("%s: %s", row.Reason.Code, row.Reason.Message)
		}
		table = append(table, []string{row.Namespace, row.Name, string(row.State), owner, row.ServiceAccount, reason})
	}
	if !wide {
		for i := range table {
			table[i] = slices.Delete(table[i], 4, 5)
		}
	}
	if len(r.Items) > 0 {
		term.WriteTable(b, table)
		b.WriteString("\n")
	}
	for _, lint := range r.Lints {
		object := strings.ToLower(lint.Object.Kind) + "/" + lint.Object.Name
		if lint.Object.Namespace != "" {
			object += " -n " + lint.Object.Namespace
		}
		term.WriteLine(b, "%s: %s: %s: %s", lint.Reason.Severity, object, lint.Reason.Code, lint.Reason.Message)
		term.WriteHint(b, "", lint.Reason.Hint)
	}
	if len(r.Lints) > 0 {
		b.WriteString("\n")
	}
	summaryText(b, r.Summary)
}

func summaryText(b *strings.Builder, s cliapi.AuditSummary) {
	head := []string{"NAMESPACE", "PODS"}
	for _, state := range diagnose.States() {
		head = append(head, strings.ToUpper(string(state)))
	}
	table := [][]string{head}
	namespaces := s.Namespaces
	if len(namespaces) != 1 {
		namespaces = append(slices.Clone(namespaces), cliapi.AuditedNamespace{Namespace: "(all)", States: s.States})
	}
	for _, ns := range namespaces {
		sum := 0
		var counts []string
		for _, state := range diagnose.States() {
			sum += ns.States[state]
			counts = append(counts, fmt.Sprint(ns.States[state]))
		}
		table = append(table, append([]string{ns.Namespace, fmt.Sprint(sum)}, counts...))
	}
	term.WriteTable(b, table)
	fixesText(b, s.Fixes)
}

// fixesText writes what making pods again would do, in three lists. What isn't a command
// is a comment for a shell.
func fixesText(b *strings.Builder, fixes []cliapi.Fix) {
	for _, list := range []struct {
		title    string
		outcomes []cliapi.FixOutcome
	}{
		{"What this fixes: these pods, made again, have what they should", []cliapi.FixOutcome{cliapi.FixHelps}},
		{"What a restart would not fix, and what would", []cliapi.FixOutcome{cliapi.FixOtherwise, cliapi.FixNot, cliapi.FixUnproven}},
		{"What a restart would take away", []cliapi.FixOutcome{cliapi.FixTakesAway}},
	} {
		titled := false
		for _, f := range fixes {
			if !slices.Contains(list.outcomes, f.Outcome) {
				continue
			}
			if !titled {
				b.WriteString("\n")
				term.WriteLine(b, "# %s:", list.title)
			}
			titled = true
			term.WriteLine(b, "%s", diagnose.FixLine(f))
		}
	}
}

// talk says on stderr what a reader of the report must not miss.
func talk(s *session.Session, sum cliapi.AuditSummary, files bool) {
	var b strings.Builder
	for _, n := range sum.Notices {
		if n.Severity != rrsa.Info {
			term.WriteLine(&b, "%s: %s: %s", n.Severity, n.Code, n.Message)
			term.WriteHint(&b, "", n.Hint)
		}
	}
	for _, skipped := range sum.Skipped {
		if skipped.Namespace == cliapi.OtherNamespaces {
			term.WriteLine(&b, "warning: namespaces other than %q are left out, as they may not be listed: %s", s.Cluster.Namespace, skipped.Message)
			continue
		}
		term.WriteLine(&b, "warning: namespace %q is left out: %s", skipped.Namespace, skipped.Message)
	}
	if sum.Inconsistent {
		term.WriteLine(&b, "note: the list of pods expired while it was read, and was continued: pods made or deleted meanwhile may be in the report or not")
	}
	if sum.Pods == 0 {
		scope := " in any namespace"
		if sum.Namespace != "" {
			scope = fmt.Sprintf(" in namespace %q", sum.Namespace)
		}
		if sum.Selector != "" {
			scope += fmt.Sprintf(" with the labels %q", sum.Selector)
		}
		if files {
			scope = ": no Pod in the files exists in a cluster"
		}
		term.WriteLine(&b, "note: no pods found%s", scope)
	}
	fmt.Fprint(s.ErrOut, b.String())
}
