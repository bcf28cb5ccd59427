package audit

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// auditor judges pods one by one and keeps a small row of each. What many rows
// have in common is kept once.
type auditor struct {
	lookup *cluster.Lookup
	// context has what the config says of objects that may not be read.
	context *inject.Index
	config  rrsa.Config
	// all keeps the rows of pods that are no findings, too.
	all      bool
	progress term.Progress

	tallies []*tally
	skipped []cliapi.SkippedNamespace
	// inconsistent tells that a list expired while it was read.
	inconsistent bool
	// used has the Namespaces, without a name, and the ServiceAccounts of the pods.
	used    map[types.NamespacedName]bool
	reasons map[rrsa.Reason]*rrsa.Reason
	owners  map[cliapi.Owner]*cliapi.Owner
	names   map[string]string
}

// tally is what one list of pods has come to.
type tally struct {
	rows   []podRow
	counts map[string]map[rrsa.State]int
}

// podRow is what is kept of a pod.
type podRow struct {
	namespace, name, account string
	state                    rrsa.State
	// reason is nil for a pod that is ok, owner for one without a controller.
	reason *rrsa.Reason
	owner  *cliapi.Owner
}

func newAuditor(lookup *cluster.Lookup, injector inject.Injector) (*auditor, error) {
	given, err := inject.NewIndex(injector.Context, injector.Namespace, "config")
	return &auditor{
		lookup: lookup, context: given, config: injector.Config, used: map[types.NamespacedName]bool{},
		reasons: map[rrsa.Reason]*rrsa.Reason{}, owners: map[cliapi.Owner]*cliapi.Owner{}, names: map[string]string{},
	}, err
}

// read judges the pods of a namespace, or of all. A user who may not list the
// pods of all namespaces at once gets those of the namespaces whose pods they may
// list.
func (a *auditor) read(ctx context.Context, live *cluster.Cluster, list cluster.PodList) error {
	if err := a.lookup.Preload(list.Namespace); err != nil {
		return err
	}
	if list.Namespace != "" {
		if err := session.CheckNamespace(a.lookup, list.Namespace); err != nil {
			return fmt.Errorf("reading the pods: %w", err)
		}
		return a.list(ctx, live, list)
	}
	all := a.list(ctx, live, list)
	if !apierrors.IsForbidden(all) {
		return all
	}
	var names []string
	for _, ns := range a.lookup.Namespaces() {
		names = append(names, ns.Name)
	}
	unlisted := len(names) == 0
	if unlisted {
		names = []string{live.Namespace}
	}
	for _, name := range names {
		list.Namespace = name
		err := a.list(ctx, live, list)
		switch {
		case apierrors.IsForbidden(err):
			a.skipped = append(a.skipped, cliapi.SkippedNamespace{Namespace: name, Message: err.Error()})
		case err != nil:
			return err
		}
	}
	switch {
	case len(a.skipped) == len(names):
		return all
	case unlisted:
		a.skipped = append(a.skipped, cliapi.SkippedNamespace{Namespace: cliapi.OtherNamespaces, Message: all.Error()})
	}
	return nil
}

// list judges the pods of one list.
func (a *auditor) list(ctx context.Context, live *cluster.Cluster, list cluster.PodList) error {
	t := &tally{counts: map[string]map[rrsa.State]int{}}
	read := 0
	list.Again = func() { *t, read = tally{counts: map[string]map[rrsa.State]int{}}, 0 }
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
	inconsistent, err := live.Pods(ctx, list)
	if err != nil {
		return err
	}
	a.tallies = append(a.tallies, t)
	a.inconsistent = a.inconsistent || inconsistent
	return nil
}
