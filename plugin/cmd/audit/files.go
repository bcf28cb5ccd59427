package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// openFiles opens a session for the Pods that files have, as kubectl has printed them. A
// cluster is asked for what is next to them, if there is one.
func (o *options) openFiles(ctx context.Context, args []string) (*session.Session, error) {
	switch {
	case o.allNamespaces || o.selector != "":
		return nil, errors.New("checking the arguments: --all-namespaces and --selector choose a cluster's pods, and --filename those of files")
	case o.workloads:
		return nil, errors.New("checking the arguments: --workloads reads a cluster's workloads, and with --filename only pods are judged: kubectl rrsa explain judges manifests")
	}
	flags := o.Flags
	flags.Need.Cluster, flags.Need.Input, flags.Need.Pods, flags.Need.FilesSuffice = session.MayAsk, true, true, true
	return session.Open(ctx, flags, args)
}

// auditFiles judges the Pods of files. What makes them isn't known, so that nothing is said of
// a restart.
func auditFiles(a *auditor) error {
	report, err := a.Injector.Plan(a.Input.Items())
	if err != nil {
		return err
	}
	t, others := newTally(), 0
	for _, c := range report.Templates {
		pod := a.Input.Pods[c.Item]
		if pod == nil {
			others++
			continue
		}
		pod = session.InNamespace(c, pod)
		around, err := session.Around(a.Session, c, diagnose.Template(pod))
		if err != nil {
			return err
		}
		d := a.live.Pod(pod, around, nil)
		if diagnose.Broken(d.State) {
			d.Cause.Hint = diagnose.CompareHint
		}
		row := a.count(&t, pod, d)
		if row == nil {
			continue
		}
		for _, difference := range d.Differences {
			row.Differences = append(row.Differences, cliapi.Difference(difference))
		}
		if row.Reason != nil && d.State != rrsa.StateUnknown {
			said := session.Finding(d.Cause)
			said.Hint = diagnose.CompareHint
			row.Reason = &said
		}
	}
	a.add(&t)
	if n := a.keys.open(); n > 0 {
		a.found.Summary.Unread = []string{fmt.Sprintf("%s from which containers take variables %s not looked at, as only pods are judged in files", term.Count(n, "object"), map[bool]string{true: "is", false: "are"}[n == 1])}
	}
	if others > 0 {
		fmt.Fprintf(a.ErrOut, "note: %s left out, as it isn't a pod that exists: kubectl rrsa explain judges manifests\n", term.Count(others, "pod template"))
	}
	return nil
}
