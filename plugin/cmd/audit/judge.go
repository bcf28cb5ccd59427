package audit

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// judge examines a pod.
func (a *auditor) judge(t *tally, pod *corev1.Pod) error {
	template := diagnose.Template(pod)
	account := rrsa.ServiceAccountName(template)
	in := rrsa.Input{NamespaceName: pod.Namespace, Template: template, Phase: pod.Status.Phase}
	namespace, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.Namespace], error) {
		return from.Namespace(pod.Namespace)
	})
	if err != nil {
		return err
	}
	serviceAccount, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.ServiceAccount], error) {
		return from.ServiceAccount(pod.Namespace, account)
	})
	if err != nil {
		return err
	}
	in.Namespace, in.ServiceAccount = namespace.Object, serviceAccount.Object
	e := rrsa.Examine(a.config, in)

	row := podRow{namespace: a.intern(pod.Namespace), state: e.State}
	if e.State != rrsa.StateOK {
		row.reason = a.reason(e.Reason)
		// Why the cluster doesn't say it is better to know than that it isn't known.
		switch {
		case e.Reason.Code == rrsa.CodeNamespaceUnknown && len(namespace.Reasons) > 0:
			row.reason = a.reason(namespace.Reasons[0])
		case e.Reason.Code == rrsa.CodeServiceAccountUnknown && len(serviceAccount.Reasons) > 0:
			row.reason = a.reason(serviceAccount.Reasons[0])
		}
	}
	counts := t.counts[row.namespace]
	if counts == nil {
		counts = map[rrsa.State]int{}
		t.counts[row.namespace] = counts
	}
	counts[e.State]++
	row.account = a.intern(account)
	a.used[types.NamespacedName{Namespace: row.namespace}] = true
	a.used[types.NamespacedName{Namespace: row.namespace, Name: row.account}] = true
	if a.all || diagnose.IsFinding(e.State) {
		row.name = pod.Name
		row.owner = a.owner(pod)
		t.rows = append(t.rows, row)
	}
	return nil
}

// surrounding asks the cluster, and for what may not be read there the config.
func surrounding[T any](a *auditor, find func(inject.Lookup) (*inject.Known[T], error)) (*inject.Known[T], error) {
	live, err := find(a.lookup)
	if err != nil || live.Object != nil || live.Reasons[0].Code != cluster.CodeNotReadable {
		return live, err
	}
	given, err := find(a.context)
	if err != nil || given == nil {
		return live, err
	}
	return given, nil
}

func (a *auditor) intern(s string) string {
	if have, ok := a.names[s]; ok {
		return have
	}
	a.names[s] = s
	return s
}

func (a *auditor) reason(r rrsa.Reason) *rrsa.Reason {
	have, ok := a.reasons[r]
	if !ok {
		have = &r
		a.reasons[r] = have
	}
	return have
}

// owner is the pod's owner, equal ones kept once.
func (a *auditor) owner(pod *corev1.Pod) *cliapi.Owner {
	o := diagnose.OwnerOf(pod)
	if o == nil {
		return nil
	}
	have, ok := a.owners[*o]
	if !ok {
		have = o
		a.owners[*o] = have
	}
	return have
}
