package inject

import (
	"cmp"
	"fmt"

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
	// What kustomize has renamed, by names that they had.
	formerly map[string][]*Known[corev1.Namespace]
	renamed  map[string][]renamed
}

// NewIndex reads the Namespaces and ServiceAccounts among items. ServiceAccounts
// without a namespace belong to defaultNamespace. Objects that are marked as
// local config never reach a cluster, so they don't count. Two objects of one
// name are an error that names both places.
func NewIndex(items []*manifest.Item, defaultNamespace, source string) (*Index, error) {
	x := &Index{
		namespaces: map[string]*Known[corev1.Namespace]{}, accounts: map[[2]string]*Known[corev1.ServiceAccount]{},
		formerly: map[string][]*Known[corev1.Namespace]{}, renamed: map[string][]renamed{},
	}
	for _, it := range items {
		if it.APIVersion != "v1" || it.LocalConfig() {
			continue
		}
		switch it.Kind {
		case "Namespace":
			known, err := readKnown(it, source, rrsa.LevelNamespace, func(meta metav1.ObjectMeta) *corev1.Namespace { return &corev1.Namespace{ObjectMeta: meta} })
			if err != nil {
				return nil, err
			}
			if first := x.namespaces[it.Name]; first != nil {
				return nil, twice("Namespace", it.Name, first.Item, it)
			}
			x.namespaces[it.Name] = known
			ids, err := previousIDs(it)
			if err != nil {
				return nil, it.Wrap(err)
			}
			for _, id := range ids {
				x.formerly[id.name] = addOnce(x.formerly[id.name], known)
			}
		case "ServiceAccount":
			known, err := readKnown(it, source, rrsa.LevelServiceAccount, func(meta metav1.ObjectMeta) *corev1.ServiceAccount {
				meta.Namespace = cmp.Or(meta.Namespace, defaultNamespace)
				return &corev1.ServiceAccount{ObjectMeta: meta}
			})
			if err != nil {
				return nil, err
			}
			key := [2]string{known.Object.Namespace, it.Name}
			if first := x.accounts[key]; first != nil {
				return nil, twice("ServiceAccount", it.Name, first.Item, it)
			}
			x.accounts[key] = known
			ids, err := previousIDs(it)
			if err != nil {
				return nil, it.Wrap(err)
			}
			for _, id := range ids {
				x.renamed[id.name] = append(x.renamed[id.name], renamed{known, id})
			}
		}
	}
	return x, nil
}

func readKnown[T any](it *manifest.Item, source string, level rrsa.Level, make func(metav1.ObjectMeta) *T) (*Known[T], error) {
	meta, reasons, err := podtemplate.Meta(it.Node(), level)
	if err != nil {
		return nil, it.Wrap(err)
	}
	return &Known[T]{Object: make(meta), Item: it, Source: source, Reasons: reasons}, nil
}

func twice(kind, name string, first, second *manifest.Item) error {
	return fmt.Errorf("reading %s: %s %q is there already, in %s: keep one of them", second.Origin, kind, name, first.Origin)
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
