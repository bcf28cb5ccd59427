package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// chosen are the contexts that the flags choose.
func (o *options) chosen() ([]string, error) {
	switch {
	case o.allContexts && len(o.contexts) > 0:
		return nil, errors.New("checking the arguments: --all-contexts takes all contexts, and --contexts some")
	case o.HasFiles() || o.Local:
		return nil, errors.New("checking the arguments: --contexts and --all-contexts choose clusters, and --filename files")
	case o.Connection.ChoosesCluster():
		return nil, errors.New("checking the arguments: --contexts and --all-contexts choose clusters, and so do --context, --cluster and --server")
	}
	known, err := o.Connection.Contexts()
	switch {
	case err != nil:
		return nil, err
	case o.allContexts && len(known) == 0:
		return nil, errors.New("checking --all-contexts: the kubeconfig has no context: give --kubeconfig")
	case o.allContexts:
		return known, nil
	}
	var out []string
	for _, name := range o.contexts {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("checking --contexts %q: the kubeconfig has no such context: %s", name,
				cmp.Or(suggest.DidYouMean(name, known), "see kubectl config get-contexts"))
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// several audits the clusters of several contexts, one after the other. Each fails by
// itself. Where each report can be written when it is there, none is kept.
func (o *options) several(ctx context.Context, args []string) error {
	names, err := o.chosen()
	if err != nil {
		return err
	}
	list := cliapi.AuditReportList{APIVersion: cliapi.Version, Kind: "AuditReportList", Items: []cliapi.AuditReport{}}
	whole := !isText(o.Format.Name) && o.Format.Name != "jsonl" && o.Format.Name != "name"
	var found []string
	for _, name := range names {
		one := *o
		one.Base.Connection = o.Connection.At(name)
		s, r, err := one.audit(ctx, args)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			failed := cliapi.FailedContext{APIVersion: cliapi.Version, Kind: "FailedContext", Context: name, Message: printable.Error(err)}
			list.Failed = append(list.Failed, failed)
			fmt.Fprintf(o.ErrOut, "error: context %q: %s\n", name, failed.Message)
			continue
		}
		r.Context = name
		if err := failure(r.Summary, o.failOn); err != nil {
			found = append(found, fmt.Sprintf("%s: %s", name, strings.TrimPrefix(err.Error(), foundLead)))
		}
		if !whole {
			if err := printOne(s, r, o.Format.Name); err != nil {
				return err
			}
			r = cliapi.AuditReport{Context: name, Summary: cliapi.AuditSummary{States: r.Summary.States, Pods: r.Summary.Pods, Notices: r.Summary.Notices}}
		}
		list.Items = append(list.Items, r)
	}
	if err := o.printSeveral(list, whole); err != nil {
		return err
	}
	switch {
	case len(list.Failed) > 0:
		return fmt.Errorf("auditing: %s of %d could not be audited: see the lines with \"context\"", term.Count(len(list.Failed), "cluster"), len(names))
	case len(found) > 0:
		return term.Differs(foundLead + strings.Join(found, "; "))
	}
	return nil
}

// printOne writes the report of one of several contexts. Only text doesn't name its context.
func printOne(s *session.Session, r cliapi.AuditReport, format string) error {
	if !isText(format) {
		return printReport(s, r, format)
	}
	if err := s.Write("# context "+printable.Line(r.Context)+"\n", "the report"); err != nil {
		return err
	}
	if err := printReport(s, r, format); err != nil {
		return err
	}
	return s.Write("\n", "the report")
}

// printSeveral writes what the clusters have side by side, or all reports where they are
// one object.
func (o *options) printSeveral(list cliapi.AuditReportList, whole bool) error {
	switch {
	case whole:
		return o.Format.Encode(o.Out, list, "the report")
	case o.Format.Name == "jsonl":
		for _, f := range list.Failed {
			if err := term.Write(o.Out, line(f), "the report"); err != nil {
				return err
			}
		}
		return nil
	case !isText(o.Format.Name):
		return nil
	}
	head := []string{"CONTEXT", "CLUSTER", "PODS"}
	for _, state := range diagnose.States() {
		head = append(head, strings.ToUpper(string(state)))
	}
	table := [][]string{head}
	for _, r := range list.Items {
		row := []string{r.Context, clusterText(r.Summary.Notices), fmt.Sprint(r.Summary.Pods)}
		for _, state := range diagnose.States() {
			row = append(row, fmt.Sprint(r.Summary.States[state]))
		}
		table = append(table, row)
	}
	for _, f := range list.Failed {
		table = append(table, []string{f.Context, "error: " + f.Message})
	}
	var b strings.Builder
	term.WriteTable(&b, table)
	return term.Write(o.Out, []byte(b.String()), "the report")
}

// line is an object as a line of JSON.
func line(v any) []byte {
	data, _ := json.Marshal(v) // it has nothing that can't be encoded
	return append(data, '\n')
}

// clusterText says what is wrong with a cluster.
func clusterText(notices []cliapi.Reason) string {
	var codes []string
	for _, n := range notices {
		if n.Severity != rrsa.Info {
			codes = append(codes, string(n.Code))
		}
	}
	return cmp.Or(strings.Join(codes, ","), "ok")
}

// completeContexts offers the contexts of the kubeconfig.
func (o *options) completeContexts(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	names, _ := o.Connection.Contexts() // there is nowhere to say an error
	return names, cobra.ShellCompDirectiveNoFileComp
}
