package session

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Surroundings find what is next to live pods: what the cluster has, or what the config
// says of objects that may not be read there.
type Surroundings struct {
	live, given inject.Lookup
}

// NewSurroundings are those of a session that asks a cluster.
func NewSurroundings(s *Session) (*Surroundings, error) {
	given, err := inject.NewIndex(s.Injector.Context, s.Injector.Namespace, "config")
	if err != nil {
		return nil, err
	}
	return &Surroundings{live: s.Lookup, given: given}, nil
}

// Around is what is next to a pod of a namespace that runs as a ServiceAccount. Without a
// name of one it is the Namespace.
func (f *Surroundings) Around(namespace, account string) (diagnose.Around, error) {
	ns, err := find(f, func(from inject.Lookup) (*inject.Known[corev1.Namespace], error) { return from.Namespace(namespace) })
	if err != nil {
		return diagnose.Around{}, err
	}
	sa, err := find(f, func(from inject.Lookup) (*inject.Known[corev1.ServiceAccount], error) {
		return from.ServiceAccount(namespace, account)
	})
	if err != nil {
		return diagnose.Around{}, err
	}
	return AroundOf(ns, sa), nil
}

// AroundOf is what is next to a pod, as far as it was found, and why the rest wasn't.
func AroundOf(ns *inject.Known[corev1.Namespace], sa *inject.Known[corev1.ServiceAccount]) diagnose.Around {
	return diagnose.Around{Namespace: ns.Object, ServiceAccount: sa.Object, NoNamespace: why(ns), NoServiceAccount: why(sa)}
}

// find asks the cluster, and for what may not be read there the config.
func find[T any](f *Surroundings, ask func(inject.Lookup) (*inject.Known[T], error)) (*inject.Known[T], error) {
	live, err := ask(f.live)
	if live == nil && err == nil {
		return &inject.Known[T]{}, nil // it has no name
	}
	if err != nil || live.Object != nil || live.Reasons[0].Code != cluster.CodeNotReadable {
		return live, err
	}
	given, err := ask(f.given)
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
