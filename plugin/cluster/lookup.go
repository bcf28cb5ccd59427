package cluster

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/metadata"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Source is the name of what comes from the cluster.
const Source = "live"

// Codes of what only the cluster can tell about an object that it was asked for.
const (
	CodeNotInCluster rrsa.Code = "NotInCluster" // an object that the cluster doesn't have
	CodeNotReadable  rrsa.Code = "NotReadable"  // an object that the user may not read
)

// Lookup is a [inject.Lookup] that asks the cluster. It may be used by many at once.
type Lookup struct {
	namespaces objects[corev1.Namespace]
	accounts   objects[corev1.ServiceAccount]
	// byNamespace has the namespaces whose ServiceAccounts were asked for together;
	// nil where they are looked up one by one.
	byNamespace map[string]bool
	// mu is held while a namespace's ServiceAccounts are listed, so that they are once.
	mu sync.Mutex
}

// NewLookup returns what finds Namespaces and ServiceAccounts in the cluster, each of
// them once and as metadata only. One that isn't there, or that the user may not read,
// is known to be so: the reasons say it.
func NewLookup(ctx context.Context, c *Cluster) *Lookup {
	return &Lookup{
		namespaces: objects[corev1.Namespace]{
			ctx: ctx, note: c.note, kind: "Namespace", resource: "namespaces", level: rrsa.LevelNamespace,
			client: c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("namespaces")),
			known:  newMemory[corev1.Namespace](),
			of:     func(meta metav1.ObjectMeta) *corev1.Namespace { return &corev1.Namespace{ObjectMeta: meta} },
		},
		accounts: objects[corev1.ServiceAccount]{
			ctx: ctx, note: c.note, kind: "ServiceAccount", resource: "serviceaccounts", level: rrsa.LevelServiceAccount,
			client: c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("serviceaccounts")),
			known:  newMemory[corev1.ServiceAccount](),
			of:     func(meta metav1.ObjectMeta) *corev1.ServiceAccount { return &corev1.ServiceAccount{ObjectMeta: meta} },
		},
	}
}

// Namespace implements [inject.Lookup].
func (l *Lookup) Namespace(name string) (*inject.Known[corev1.Namespace], error) {
	if name == "" {
		return nil, nil
	}
	return l.namespaces.get(types.NamespacedName{Name: name})
}

// ServiceAccount implements [inject.Lookup].
func (l *Lookup) ServiceAccount(namespace, name string) (*inject.Known[corev1.ServiceAccount], error) {
	if namespace == "" || name == "" {
		return nil, nil
	}
	key := types.NamespacedName{Namespace: namespace, Name: name}
	if err := l.listOnce(key); err != nil {
		return nil, err
	}
	return l.accounts.get(key)
}

// listOnce lists the ServiceAccounts of a namespace if they are read so and weren't yet.
func (l *Lookup) listOnce(key types.NamespacedName) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byNamespace == nil || l.byNamespace[key.Namespace] || l.accounts.known.get(key) != nil {
		return nil
	}
	l.byNamespace[key.Namespace] = true
	_, err := l.accounts.mayList(key.Namespace)
	return err
}

// Preload reads a namespace with its ServiceAccounts, or all of them if it is
// empty, so that they needn't be looked up one by one. What may not be listed
// stays for a lookup; the ServiceAccounts are then listed by namespace, when one
// of them is looked up.
func (l *Lookup) Preload(namespace string) error {
	var err error
	if namespace != "" {
		_, err = l.Namespace(namespace)
	} else {
		_, err = l.namespaces.mayList("")
	}
	if err != nil {
		return err
	}
	listed, err := l.accounts.mayList(namespace)
	if namespace == "" && !listed {
		l.mu.Lock()
		l.byNamespace = map[string]bool{}
		l.mu.Unlock()
	}
	return err
}

// Accounts reads all ServiceAccounts of a namespace, or of every namespace if it
// is empty, sorted by namespace and name. To be refused is an error here.
func (l *Lookup) Accounts(namespace string) ([]*corev1.ServiceAccount, error) {
	if err := l.accounts.list(namespace); err != nil {
		return nil, err
	}
	return l.ServiceAccounts(), nil
}

// Namespaces are those that were found so far, by name.
func (l *Lookup) Namespaces() []*corev1.Namespace { return l.namespaces.known.found() }

// ServiceAccounts are those that were found so far, by namespace and name.
func (l *Lookup) ServiceAccounts() []*corev1.ServiceAccount { return l.accounts.known.found() }

// objects are what is known of the objects of one kind.
type objects[T any] struct {
	// A Lookup lives as long as one run, and its interface has no context.
	ctx            context.Context
	client         metadata.Getter
	note           func(string)
	kind, resource string
	level          rrsa.Level
	known          *memory[T]
	// of makes an object of its metadata.
	of func(metav1.ObjectMeta) *T
}

// get looks up an object that isn't known yet.
func (o objects[T]) get(key types.NamespacedName) (*inject.Known[T], error) {
	if known := o.known.get(key); known != nil {
		return known, nil
	}
	name, known := strings.TrimPrefix(key.String(), "/"), &inject.Known[T]{Source: Source}
	object, err := o.client.Namespace(key.Namespace).Get(o.ctx, key.Name, metav1.GetOptions{})
	switch {
	case err == nil:
		known.Object = o.of(object.ObjectMeta)
	case apierrors.IsNotFound(err):
		known.Reasons = []rrsa.Reason{{
			Code: CodeNotInCluster, Severity: rrsa.Warning, Level: o.level,
			Message: fmt.Sprintf("the cluster has no %s %q", o.kind, name),
			Hint:    "create it before the pods: a pod that starts earlier gets no credentials",
		}}
	case apierrors.IsForbidden(err):
		o.note(fmt.Sprintf("reading %s %q: %v", o.kind, name, err))
		known.Reasons = []rrsa.Reason{{
			Code: CodeNotReadable, Severity: rrsa.Warning, Level: o.level,
			Message: fmt.Sprintf("%s %q can't be read in the cluster: %v", o.kind, name, err),
			Hint:    "ask for permission to get " + o.resource + ", or give the object in the input or in the config's context",
		}}
	default:
		return nil, fmt.Errorf("reading %s %q in the cluster: %w", o.kind, name, err)
	}
	o.known.put(key, known)
	return known, nil
}

// mayList is list for what the user may not be allowed to: it tells whether they are.
func (o objects[T]) mayList(namespace string) (bool, error) {
	err := o.list(namespace)
	if apierrors.IsForbidden(err) {
		o.note(err.Error())
		return false, nil
	}
	return err == nil, err
}

// list reads all objects of a namespace, or of every namespace, by the page. They
// keep the metadata that decisions are made from: kubectl's copy of the whole object
// is none of it.
func (o objects[T]) list(namespace string) error {
	_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := o.client.Namespace(namespace).List(o.ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for _, m := range page.Items {
			delete(m.Annotations, corev1.LastAppliedConfigAnnotation)
			meta := metav1.ObjectMeta{
				Name: m.Name, Namespace: m.Namespace, Labels: m.Labels, Annotations: m.Annotations, CreationTimestamp: m.CreationTimestamp,
				ManagedFields: slices.Clip(slices.DeleteFunc(m.ManagedFields, func(e metav1.ManagedFieldsEntry) bool {
					// Any label may be the one that a policy goes by.
					holds := func(text string) bool { return bytes.Contains(e.FieldsV1.GetRawBytes(), []byte(text)) }
					return e.FieldsV1 == nil || !holds(rrsa.KeyPrefix) && !holds(`"f:labels"`)
				})),
			}
			o.known.put(types.NamespacedName{Namespace: m.Namespace, Name: m.Name}, &inject.Known[T]{Object: o.of(meta), Source: Source})
		}
		return page.ListMeta, nil
	}, func() {}) // what is read twice is kept once
	if err != nil {
		return fmt.Errorf("reading the %s in the cluster: %w", o.resource, err)
	}
	return nil
}
