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
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// auditor judges pods one by one and keeps a small row of each. What many rows
// have in common is kept once.
type auditor struct {
	*session.Session
	live diagnose.Live
	// context has what the config says of objects that may not be read.
	context *inject.Index
	// all keeps the rows of pods that are no findings, too.
	all      bool
	progress term.Progress
	// found grows with each list that was read.
	found cliapi.AuditReport
	// used has the Namespaces, which are in none, and the ServiceAccounts of the pods.
	used    map[types.NamespacedName]bool
	names   map[string]*string
	reasons map[cliapi.Reason]*cliapi.Reason
	owners  map[cliapi.Owner]*cliapi.Owner
}

// tally is what one list of pods has come to: the rows that are kept, and how many
// pods of each namespace are in which state.
type tally struct {
	rows   []cliapi.PodAudit
	counts map[string]map[rrsa.State]int
	// owners are the controllers of pods that aren't as they should be, right counts the
	// others of a controller, and bare is what would fix pods without one.
	owners map[types.UID]*owned
	right  map[types.UID]int
	bare   []cliapi.Fix
	witnesses
}

func newTally() tally {
	return tally{counts: map[string]map[rrsa.State]int{}, owners: map[types.UID]*owned{}, right: map[types.UID]int{}}
}

func newAuditor(s *session.Session, all bool) (*auditor, error) {
	given, err := inject.NewIndex(s.Injector.Context, s.Injector.Namespace, "config")
	found := cliapi.AuditReport{APIVersion: cliapi.Version, Kind: "AuditReport", Items: []cliapi.PodAudit{}, Summary: cliapi.AuditSummary{
		APIVersion: cliapi.Version, Kind: "AuditSummary", States: map[rrsa.State]int{}, Namespaces: []cliapi.AuditedNamespace{}, Fixes: []cliapi.Fix{},
	}}
	for _, state := range diagnose.States() {
		found.Summary.States[state] = 0
	}
	return &auditor{
		Session: s, live: session.Live(s), context: given, all: all, progress: term.Progress{W: s.ErrOut}, found: found, used: map[types.NamespacedName]bool{},
		names: map[string]*string{}, reasons: map[cliapi.Reason]*cliapi.Reason{}, owners: map[cliapi.Owner]*cliapi.Owner{},
	}, err
}

// read judges the pods of a namespace, or of all. A user who may not list the
// pods of all namespaces at once gets those of the namespaces whose pods they may
// list.
func (a *auditor) read(ctx context.Context, list cluster.PodList) error {
	defer a.progress.Clear()
	if err := a.Lookup.Preload(list.Namespace); err != nil {
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
	a.add(t)
	a.found.Summary.Inconsistent = a.found.Summary.Inconsistent || inconsistent
	fixes, err := a.fixes(ctx, list, t)
	a.found.Summary.Fixes = append(a.found.Summary.Fixes, fixes...)
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
	a.found.Items = append(a.found.Items, t.rows...)
}

// report is what was found in a list that was read, and what follows from it.
func (a *auditor) report(list cluster.PodList) cliapi.AuditReport {
	r := a.found
	if r.Lints = []cliapi.ObjectLint{}; a.Lookup != nil {
		r.Lints = a.lints(list.Selector != "")
	}
	r.Summary.Namespace, r.Summary.Selector, r.Summary.Lints = list.Namespace, list.Selector, len(r.Lints)
	slices.SortFunc(r.Summary.Fixes, func(x, y cliapi.Fix) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(diagnose.FixName(x), diagnose.FixName(y)))
	})
	r.Summary.Settings = a.Sources.Component(a.Settings, a.Injector.Config)
	return r
}
