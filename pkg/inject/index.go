package inject

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Index is a Lookup in a set of items.
type Index struct {
	namespaces map[string]*Known[corev1.Namespace]
	accounts   map[[2]string]*Known[corev1.ServiceAccount]
	// What kustomize has renamed, by names that they had. ServiceAccounts are found in the
	// namespace that they are in, and where they have moved in the one that they were in.
	formerly       map[string][]*Known[corev1.Namespace]
	renamed, moved map[previousID][]*Known[corev1.ServiceAccount]
}

// NewIndex reads the Namespaces and ServiceAccounts among items. ServiceAccounts
// without a namespace belong to defaultNamespace. Objects that are marked as
// local config never reach a cluster, so they don't count. Of two objects of one name
// that say the same the first counts; else they are an error that names both places.
func NewIndex(items []*manifest.Item, defaultNamespace, source string) (*Index, error) {
	x := &Index{
		namespaces: map[string]*Known[corev1.Namespace]{}, accounts: map[[2]string]*Known[corev1.ServiceAccount]{},
		formerly: map[string][]*Known[corev1.Namespace]{},
		renamed:  map[previousID][]*Known[corev1.ServiceAccount]{}, moved: map[previousID][]*Known[corev1.ServiceAccount]{},
	}
	for _, it := range items {
		if it.APIVersion != "v1" || it.LocalConfig() {
			continue
		}
		switch it.Kind {
		case "Namespace":
			known, ids, err := readKnown(it, source, rrsa.LevelNamespace, func(meta metav1.ObjectMeta) *corev1.Namespace { return &corev1.Namespace{ObjectMeta: meta} })
			if err != nil {
				return nil, err
			}
			if first := x.namespaces[it.Name]; first != nil {
				if err := twice("Namespace", first, known); err != nil {
					return nil, err
				}
				continue
			}
			x.namespaces[it.Name] = known
			for _, id := range ids {
				x.formerly[id.name] = addLast(x.formerly[id.name], known)
			}
		case "ServiceAccount":
			known, ids, err := readKnown(it, source, rrsa.LevelServiceAccount, func(meta metav1.ObjectMeta) *corev1.ServiceAccount {
				meta.Namespace = cmp.Or(meta.Namespace, defaultNamespace)
				return &corev1.ServiceAccount{ObjectMeta: meta}
			})
			if err != nil {
				return nil, err
			}
			key := [2]string{known.Object.Namespace, it.Name}
			if first := x.accounts[key]; first != nil {
				if err := twice("ServiceAccount", first, known); err != nil {
					return nil, err
				}
				continue
			}
			x.accounts[key] = known
			for _, id := range ids {
				here := previousID{known.Object.Namespace, id.name}
				x.renamed[here] = addLast(x.renamed[here], known)
				x.moved[id] = addLast(x.moved[id], known)
			}
		}
	}
	return x, nil
}

// readKnown reads an object, and the names that kustomize has it had before.
func readKnown[T any](it *manifest.Item, source string, level rrsa.Level, make func(metav1.ObjectMeta) *T) (*Known[T], []previousID, error) {
	n, err := it.Node()
	if err != nil {
		return nil, nil, err
	}
	meta, reasons, err := podtemplate.Meta(n, level)
	if err != nil {
		return nil, nil, it.Wrap(err)
	}
	ids, err := previousIDs(it.Kind, n)
	if err != nil {
		return nil, nil, it.Wrap(err)
	}
	return &Known[T]{Object: make(meta), Item: it, Source: source, Reasons: reasons, affixes: affixesOf(n)}, ids, nil
}

// twice is an error about two objects of one name, unless they say the same about their
// pods.
func twice[T any, P interface {
	*T
	metav1.Object
}](kind string, first, second *Known[T]) error {
	a, b := P(first.Object), P(second.Object)
	if maps.Equal(a.GetLabels(), b.GetLabels()) && maps.Equal(a.GetAnnotations(), b.GetAnnotations()) && slices.Equal(first.Reasons, second.Reasons) {
		return nil
	}
	return fmt.Errorf("reading %s: %s %q is there already, in %s: keep one of them", second.Item.Origin, kind, second.Item.Name, first.Item.Origin)
}

// Namespace implements Lookup. A Namespace that kustomize has renamed is also
// found by the name that it had, unless another one has or had it.
func (x *Index) Namespace(name string) (*Known[corev1.Namespace], error) {
	if known := x.namespaces[name]; known != nil {
		return known, nil
	}
	if former := x.formerly[name]; len(former) == 1 {
		return former[0], nil
	}
	return nil, nil
}

// ServiceAccount implements Lookup, by the name that a ServiceAccount has now.
func (x *Index) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	return x.accounts[[2]string{namespace, name}], nil
}

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

	affixes affixes
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
	return first(l, func(lookup Lookup) (*Known[corev1.Namespace], error) { return lookup.Namespace(name) })
}

// ServiceAccount implements Lookup.
func (l Lookups) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	return first(l, func(lookup Lookup) (*Known[corev1.ServiceAccount], error) {
		return lookup.ServiceAccount(namespace, name)
	})
}

func first[T any](l Lookups, ask func(Lookup) (*Known[T], error)) (*Known[T], error) {
	for _, lookup := range l {
		if known, err := ask(lookup); known != nil || err != nil {
			return known, err
		}
	}
	return nil, nil
}
