package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// printReport writes the report in a format.
func printReport(s *session.Session, r report, format string) error {
	const what = "the report"
	switch format {
	case "json", "yaml":
		for _, row := range r.rows {
			r.Items = append(r.Items, row.audit())
		}
		return s.Encode(r.AuditReport, what)
	case "jsonl":
		return printLines(s.Out, r)
	}
	var b strings.Builder
	if format == "name" {
		for _, row := range r.rows {
			term.WriteLine(&b, "pod/%s", row.name)
		}
	} else {
		reportText(&b, r, format == "wide")
	}
	return s.Write(b.String(), what)
}

// printLines writes an object a line.
func printLines(out io.Writer, r report) error {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	put := func(v any) error {
		if err := lines.Encode(v); err != nil {
			return fmt.Errorf("encoding the report: %w", err)
		}
		if b.Len() < 1<<16 {
			return nil
		}
		defer b.Reset()
		return term.Write(out, b.Bytes(), "the report")
	}
	for _, row := range r.rows {
		if err := put(row.audit()); err != nil {
			return err
		}
	}
	for _, lint := range r.Lints {
		if err := put(lint); err != nil {
			return err
		}
	}
	if err := put(r.Summary); err != nil {
		return err
	}
	return term.Write(out, b.Bytes(), "the report")
}

// reportText writes the report for people.
func reportText(b *strings.Builder, r report, wide bool) {
	var rows [][]string
	for _, row := range r.rows {
		cells := []string{row.namespace, row.name, string(row.state), "<none>", "<none>"}
		if row.owner != nil {
			cells[3] = diagnose.OwnerName(*row.owner)
		}
		if row.reason != nil {
			cells[4] = fmt.Sprintf("%s: %s", row.reason.Code, row.reason.Message)
		}
		if wide {
			cells = append(cells[:4], row.account, cells[4])
		}
		rows = append(rows, cells)
	}
	if len(rows) > 0 {
		head := []string{"NAMESPACE", "POD", "STATE", "OWNER", "REASON"}
		if wide {
			head = []string{"NAMESPACE", "POD", "STATE", "OWNER", "SERVICEACCOUNT", "REASON"}
		}
		term.WriteTable(b, append([][]string{head}, rows...))
		b.WriteString("\n")
	}
	for _, lint := range r.Lints {
		term.WriteLine(b, "%s: %s: %s: %s", lint.Reason.Severity, lintedText(lint.Object), lint.Reason.Code, lint.Reason.Message)
		term.WriteHint(b, "", lint.Reason.Hint)
	}
	if len(r.Lints) > 0 {
		b.WriteString("\n")
	}
	summaryText(b, r.Summary)
}

func lintedText(o cliapi.LintedObject) string {
	out := strings.ToLower(o.Kind) + "/" + o.Name
	if o.Namespace != "" {
		out += " -n " + o.Namespace
	}
	return out
}

func summaryText(b *strings.Builder, s cliapi.AuditSummary) {
	head := []string{"NAMESPACE", "PODS"}
	for _, state := range diagnose.States() {
		head = append(head, strings.ToUpper(string(state)))
	}
	table := [][]string{head}
	line := func(name string, states map[rrsa.State]int) {
		sum := 0
		cells := []string{name, ""}
		for _, state := range diagnose.States() {
			cells = append(cells, fmt.Sprint(states[state]))
			sum += states[state]
		}
		cells[1] = fmt.Sprint(sum)
		table = append(table, cells)
	}
	for _, ns := range s.Namespaces {
		line(ns.Namespace, ns.States)
	}
	if len(s.Namespaces) != 1 {
		line("(all)", s.States)
	}
	term.WriteTable(b, table)
	if len(s.Fixes) > 0 {
		b.WriteString("\n")
		term.WriteLine(b, "# To have pods that are missing, stale or orphaned created anew; where a manifest holds the injection, render it first:")
	}
	for _, r := range s.Fixes {
		term.WriteLine(b, "%s", diagnose.FixLine(r))
	}
}
