package audit

import (
	"bufio"
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

// rows tells of which pods a row is kept.
type rows int

const (
	rowsNone rows = iota
	rowsOfFindings
	rowsAll
)

// rowsOf are those that a format has.
func rowsOf(format string) rows {
	switch format {
	case "text":
		return rowsNone
	case "name":
		return rowsOfFindings
	}
	return rowsAll
}

// isText tells whether a format is for people, who read what is wrong with the cluster in it.
func isText(format string) bool { return format == "text" || format == "wide" }

// printReport writes the report in a format.
func printReport(s *session.Session, r cliapi.AuditReport, format string) error {
	var b strings.Builder
	switch format {
	case "jsonl":
		return printLines(s.Out, r)
	case "name":
		for _, row := range r.Items {
			if diagnose.IsFinding(row.State) {
				term.WriteLine(&b, "pod/%s", row.Name)
			}
		}
	case "text", "wide":
		writeReport(&b, r, format == "wide")
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
	encode(lines, r.Items)
	encode(lines, r.Groups)
	encode(lines, r.AccessKeys)
	encode(lines, r.Workloads)
	encode(lines, r.Lints)
	_ = lines.Encode(r.Summary)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func encode[T any](lines *json.Encoder, objects []T) {
	for _, o := range objects {
		_ = lines.Encode(o)
	}
}

// talk says on stderr what a reader of the report must not miss.
func talk(s *session.Session, sum cliapi.AuditSummary, format string, files bool) {
	var b strings.Builder
	for _, n := range sum.Notices {
		if n.Severity != rrsa.Info && !isText(format) {
			term.WriteLine(&b, "%s: %s: %s", n.Severity, n.Code, n.Message)
			term.WriteHint(&b, "", n.Hint)
		}
	}
	for _, text := range sum.Unread {
		term.WriteLine(&b, "warning: %s", text)
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
