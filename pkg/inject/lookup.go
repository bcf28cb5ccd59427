package inject

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Lookup finds the Namespace and the ServiceAccount of a pod. What isn't known is
// nil without an error, or a Known without an Object, whose Reasons say why; an
// error ends the run.
type Lookup interface {
	// Namespace finds a Namespace by its name.
	Namespace(name string) (*Known[corev1.Namespace], error)
	// ServiceAccount finds a ServiceAccount by its namespace and name.
	ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error)
}

// Known is an object that a decision is made from, and where it comes from.
type Known[T any] struct {
	// Object is nil where a source was asked in vain.
	Object *T
	// Item is the object in the input; nil if it comes from elsewhere.
	Item *manifest.Item
	// Source says in a word or two where an object from elsewhere comes from, such
	// as "config" or "live".
	Source string
	// Reasons are what reading the object has shown; without an Object one reason, why
	// it isn't known.
	Reasons []rrsa.Reason
}

// explain puts why a source was asked in vain in the place of the engine's reason,
// which can only say that an object isn't known.
func (k *Known[T]) explain(reasons []rrsa.Reason, unknown rrsa.Code) {
	if k == nil || k.Object != nil || len(k.Reasons) == 0 {
		return
	}
	for i, r := range reasons {
		if r.Code == unknown {
			reasons[i] = k.Reasons[0]
			reasons[i].Blocking = r.Blocking
		}
	}
}

// Lookups asks one Lookup after the other; the first that knows an object wins.
type Lookups []Lookup

// Namespace implements Lookup.
func (l Lookups) Namespace(name string) (*Known[corev1.Namespace], error) {
	for _, lookup := range l {
		if known, err := lookup.Namespace(name); known != nil || err != nil {
			return known, err
		}
	}
	return nil, nil
}

// ServiceAccount implements Lookup.
func (l Lookups) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	for _, lookup := range l {
		if known, err := lookup.ServiceAccount(namespace, name); known != nil || err != nil {
			return known, err
		}
	}
	return nil, nil
}
