package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
)

// Preload reads a namespace with its ServiceAccounts, or all of them if it is
// empty, so that they needn't be looked up one by one. What may not be listed
// stays for a lookup; the ServiceAccounts are then listed by namespace, when one
// of them is looked up.
func (l *Lookup) Preload(namespace string) error {
	if namespace != "" {
		if _, err := l.Namespace(namespace); err != nil {
			return err
		}
	} else if _, err := l.listed(namespaces, "", func(meta metav1.ObjectMeta) {
		l.namespaces[meta.Name] = live(&corev1.Namespace{ObjectMeta: meta})
	}); err != nil {
		return err
	}
	listed, err := l.listAccounts(namespace)
	if namespace == "" && !listed {
		l.byNamespace = map[string]bool{}
	}
	return err
}

// Accounts reads all ServiceAccounts of a namespace, or of every namespace if it
// is empty, sorted by namespace and name. To be refused is an error here.
func (l *Lookup) Accounts(namespace string) ([]*corev1.ServiceAccount, error) {
	if err := l.list(serviceAccounts, namespace, l.keepAccount); err != nil {
		return nil, err
	}
	return l.ServiceAccounts(), nil
}

// listAccounts reads the ServiceAccounts of a namespace, or all of them, and tells
// whether the user may.
func (l *Lookup) listAccounts(namespace string) (bool, error) {
	return l.listed(serviceAccounts, namespace, l.keepAccount)
}

func (l *Lookup) keepAccount(meta metav1.ObjectMeta) {
	key := types.NamespacedName{Namespace: meta.Namespace, Name: meta.Name}
	l.accounts[key] = live(&corev1.ServiceAccount{ObjectMeta: meta})
}

func live[T any](object *T) *inject.Known[T] {
	return &inject.Known[T]{Object: object, Source: Source}
}

// listed is list for what the user may not be allowed to: it tells whether they are.
func (l *Lookup) listed(resource schema.GroupVersionResource, namespace string, keep func(metav1.ObjectMeta)) (bool, error) {
	err := l.list(resource, namespace, keep)
	if apierrors.IsForbidden(err) {
		l.cluster.note(err.Error())
		return false, nil
	}
	return err == nil, err
}

// list reads all objects of a resource as metadata, by the page.
func (l *Lookup) list(resource schema.GroupVersionResource, namespace string, keep func(metav1.ObjectMeta)) error {
	list := pages{
		drop: func() {}, // what is read twice is kept once
		list: func(ctx context.Context, options metav1.ListOptions) (metav1.ListMeta, error) {
			page, err := l.cluster.metadata.Resource(resource).Namespace(namespace).List(ctx, options)
			if err != nil {
				return metav1.ListMeta{}, err
			}
			for _, object := range page.Items {
				keep(slim(object.ObjectMeta))
			}
			return page.ListMeta, nil
		},
	}
	if _, err := list.read(l.ctx); err != nil {
		return fmt.Errorf("reading the %s in the cluster: %w", resource.Resource, err)
	}
	return nil
}

// slim is the metadata that decisions are made from. kubectl's copy of the whole
// object is none of it.
func slim(meta metav1.ObjectMeta) metav1.ObjectMeta {
	delete(meta.Annotations, corev1.LastAppliedConfigAnnotation)
	return metav1.ObjectMeta{Name: meta.Name, Namespace: meta.Namespace, Labels: meta.Labels, Annotations: meta.Annotations}
}

// Namespaces are those that were found so far, by name.
func (l *Lookup) Namespaces() []*corev1.Namespace {
	var out []*corev1.Namespace
	for _, name := range slices.Sorted(maps.Keys(l.namespaces)) {
		if object := l.namespaces[name].Object; object != nil {
			out = append(out, object)
		}
	}
	return out
}

// ServiceAccounts are those that were found so far, by namespace and name.
func (l *Lookup) ServiceAccounts() []*corev1.ServiceAccount {
	var out []*corev1.ServiceAccount
	for _, known := range l.accounts {
		if known.Object != nil {
			out = append(out, known.Object)
		}
	}
	slices.SortFunc(out, func(a, b *corev1.ServiceAccount) int {
		if a.Namespace != b.Namespace {
			return strings.Compare(a.Namespace, b.Namespace)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
