package audit

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// surroundings are the Namespaces and ServiceAccounts: those of the cluster, and of what may
// not be read there those that the config has.
type surroundings struct {
	live  inject.Lookup
	given *inject.Index
}

// of is what is next to a pod of a namespace and ServiceAccount.
func (a surroundings) of(namespace, account string) (diagnose.Around, error) {
	var out diagnose.Around
	ns, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.Namespace], error) { return from.Namespace(namespace) })
	if err != nil {
		return out, err
	}
	sa, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.ServiceAccount], error) {
		return from.ServiceAccount(namespace, account)
	})
	if err != nil {
		return out, err
	}
	return diagnose.Around{Namespace: ns.Object, ServiceAccount: sa.Object, NoNamespace: why(ns), NoServiceAccount: why(sa)}, nil
}

// template is what is next to the pods that a workload makes now.
func (a surroundings) template(w *diagnose.Workload) (diagnose.Around, error) {
	template := &corev1.PodTemplateSpec{}
	if w.Template != nil {
		template = w.Template
	}
	return a.of(w.Namespace, rrsa.ServiceAccountName(template))
}

// surrounding asks the cluster, and for what may not be read there the config.
func surrounding[T any](a surroundings, find func(inject.Lookup) (*inject.Known[T], error)) (*inject.Known[T], error) {
	live, err := find(a.live)
	if err != nil || live.Object != nil || live.Reasons[0].Code != cluster.CodeNotReadable {
		return live, err
	}
	given, err := find(a.given)
	if err != nil || given == nil {
		return live, err
	}
	return given, nil
}

// why is why an object isn't known; zero if it is.
func why[T any](known *inject.Known[T]) rrsa.Reason {
	if known.Object != nil || len(known.Reasons) == 0 {
		return rrsa.Reason{}
	}
	return known.Reasons[0]
}
