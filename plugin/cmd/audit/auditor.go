package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// auditor judges pods one by one and keeps little of each. What many have in common is kept
// once.
type auditor struct {
	*session.Session
	live     diagnose.Live
	around   *session.Surroundings
	rows     rows
	progress term.Progress
	// found grows with each list that was read.
	found cliapi.AuditReport
	// served counts the pods of Namespaces, which are in none, and of ServiceAccounts.
	served map[types.NamespacedName]*served
	// meant are workloads with keys that do nothing there, by the UIDs of what makes pods.
	meant  map[types.UID]*diagnose.Workload
	groups groups
	keys   keyUses

	names   map[string]*string
	reasons map[cliapi.Reason]*cliapi.Reason
	said    map[cliapi.Cause]*cliapi.Cause
	owners  map[cliapi.Owner]*cliapi.Owner
}

func newAuditor(s *session.Session, keep rows) (*auditor, error) {
	around, err := session.NewSurroundings(s)
	found := cliapi.AuditReport{APIVersion: cliapi.Version, Kind: "AuditReport", Items: []cliapi.PodAudit{}, Summary: cliapi.AuditSummary{
		APIVersion: cliapi.Version, Kind: "AuditSummary", States: map[rrsa.State]int{}, Namespaces: []cliapi.AuditedNamespace{}, Fixes: []cliapi.Fix{},
	}}
	for _, state := range diagnose.States() {
		found.Summary.States[state] = 0
	}
	return &auditor{
		Session: s, live: session.Live(s), around: around, rows: keep, progress: term.Progress{W: s.ErrOut}, found: found,
		served: map[types.NamespacedName]*served{}, meant: map[types.UID]*diagnose.Workload{},
		groups: newGroups(), keys: keyUses{},
		names: map[string]*string{}, reasons: map[cliapi.Reason]*cliapi.Reason{}, said: map[cliapi.Cause]*cliapi.Cause{}, owners: map[cliapi.Owner]*cliapi.Owner{},
	}, err
}

// read judges the pods of a namespace, or of all. A user who may not list the
// pods of all namespaces at once gets those of the namespaces whose pods they may
// list.
func (a *auditor) read(ctx context.Context, list cluster.PodList) error {
	defer a.progress.Clear()
	if err := cluster.Together(
		func() error { return a.Lookup.Preload(list.Namespace) },
		func() (err error) {
			a.meant, err = readMeant(ctx, a.Cluster, list.Namespace)
			return err
		},
	); err != nil {
		return err
	}
	if list.Namespace != "" {
		if err := session.CheckNamespace(a.Lookup, list.Namespace); err != nil {
			return fmt.Errorf("reading the pods: %w", err)
		}
		return a.list(ctx, list)
	}
	all := a.list(ctx, list)
	if !apierrors.IsForbidden(all) {
		return all
	}
	var names []string
	for _, ns := range a.Lookup.Namespaces() {
		names = append(names, ns.Name)
	}
	unlisted := len(names) == 0
	if unlisted {
		names = []string{a.Cluster.Namespace}
	}
	var skipped []cliapi.SkippedNamespace
	for _, name := range names {
		list.Namespace = name
		err := a.list(ctx, list)
		switch {
		case apierrors.IsForbidden(err):
			skipped = append(skipped, cliapi.SkippedNamespace{Namespace: name, Message: err.Error()})
		case err != nil:
			return err
		}
	}
	switch {
	case len(skipped) == len(names):
		return all
	case unlisted:
		skipped = append(skipped, cliapi.SkippedNamespace{Namespace: cliapi.OtherNamespaces, Message: all.Error()})
	}
	a.found.Summary.Skipped = skipped
	return nil
}

// list judges the pods of one list.
func (a *auditor) list(ctx context.Context, list cluster.PodList) error {
	t, read := new(newTally()), 0
	list.Again = func() { *t, read = newTally(), 0 }
	list.Each = func(pod *corev1.Pod) error {
		read++
		return a.judge(t, pod)
	}
	list.Page = func(left int64) {
		text := fmt.Sprintf("%d pods read", read)
		if left > 0 {
			text = fmt.Sprintf("%d of %d pods read", read, int64(read)+left)
		}
		a.progress.Show(text)
	}
	inconsistent, err := a.Cluster.Pods(ctx, list)
	if err != nil {
		return err
	}
	a.found.Summary.Inconsistent = a.found.Summary.Inconsistent || inconsistent
	err = a.fixes(ctx, list, t)
	a.add(t)
	return err
}

// add takes what one list has come to into the report.
func (a *auditor) add(t *tally) {
	s := &a.found.Summary
	for _, name := range slices.Sorted(maps.Keys(t.counts)) {
		s.Namespaces = append(s.Namespaces, cliapi.AuditedNamespace{Namespace: name, States: t.counts[name]})
		for state, n := range t.counts[name] {
			s.States[state] += n
			s.Pods += n
		}
	}
	for _, o := range t.alone {
		a.groups.add(o, nil)
	}
	maps.Copy(a.keys, t.keys)
	a.found.Items = append(a.found.Items, t.rows...)
	s.Fixes = append(s.Fixes, t.fixes...)
}

// report is what was found in a list that was read, and what follows from it.
func (a *auditor) report(list cluster.PodList) cliapi.AuditReport {
	r := a.found
	if r.Lints = []cliapi.ObjectLint{}; a.Lookup != nil {
		r.Lints = lints(a, list.Selector != "")
	}
	sum := &r.Summary
	slices.SortFunc(sum.Fixes, func(x, y cliapi.Fix) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(diagnose.FixName(x), diagnose.FixName(y)))
	})
	r.Groups, r.AccessKeys = a.groups.report(sum.Fixes), a.keys.report()
	for _, g := range r.Groups {
		if g.Trap {
			sum.Traps += g.Pods
		}
	}
	for _, use := range r.AccessKeys {
		sum.AccessKeys += use.Pods
	}
	for _, w := range r.Workloads {
		if w.Finding != "" {
			sum.Workloads++
		}
	}
	sum.Namespace, sum.Selector, sum.Lints = list.Namespace, list.Selector, len(r.Lints)
	sum.Notices = notices(a.Session, a.live, sum.States)
	sum.Settings = a.Sources.Component(a.Settings, a.Injector.Config)
	return r
}
