package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Source is the name of what comes from the cluster.
const Source = "live"

// Codes of what only the cluster can tell about an object that it was asked for.
const (
	// CodeNotInCluster is about an object that the cluster doesn't have.
	CodeNotInCluster rrsa.Code = "NotInCluster"
	// CodeNotReadable is about an object that the user may not read.
	CodeNotReadable rrsa.Code = "NotReadable"
)

var (
	namespaces      = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	serviceAccounts = schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"}
	secrets         = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
)

// NewLookup returns what finds Namespaces and ServiceAccounts in the cluster, each of
// them once and as metadata only. One that isn't there, or that the user may not read,
// is known to be so: the reasons say it.
func NewLookup(ctx context.Context, c *Cluster) *Lookup {
	return &Lookup{
		cluster: c, ctx: ctx,
		namespaces: map[string]*inject.Known[corev1.Namespace]{},
		accounts:   map[types.NamespacedName]*inject.Known[corev1.ServiceAccount]{},
	}
}

// Lookup is a [inject.Lookup] that asks the cluster.
type Lookup struct {
	cluster *Cluster
	// A Lookup lives as long as one run, and its interface has no context.
	ctx        context.Context
	namespaces map[string]*inject.Known[corev1.Namespace]
	accounts   map[types.NamespacedName]*inject.Known[corev1.ServiceAccount]
	// byNamespace has the namespaces whose ServiceAccounts were asked for together;
	// nil where they are looked up one by one.
	byNamespace map[string]bool
}

// Namespace implements [inject.Lookup].
func (l *Lookup) Namespace(name string) (*inject.Known[corev1.Namespace], error) {
	if name == "" {
		return nil, nil
	}
	if known, ok := l.namespaces[name]; ok {
		return known, nil
	}
	meta, reasons, err := l.get(namespaces, rrsa.LevelNamespace, "Namespace", types.NamespacedName{Name: name})
	if err != nil {
		return nil, err
	}
	known := &inject.Known[corev1.Namespace]{Source: Source, Reasons: reasons}
	if meta != nil {
		known.Object = &corev1.Namespace{ObjectMeta: *meta}
	}
	l.namespaces[name] = known
	return known, nil
}

// ServiceAccount implements [inject.Lookup].
func (l *Lookup) ServiceAccount(namespace, name string) (*inject.Known[corev1.ServiceAccount], error) {
	if namespace == "" || name == "" {
		return nil, nil
	}
	key := types.NamespacedName{Namespace: namespace, Name: name}
	if _, ok := l.accounts[key]; !ok && l.byNamespace != nil && !l.byNamespace[namespace] {
		l.byNamespace[namespace] = true
		if _, err := l.listAccounts(namespace); err != nil {
			return nil, err
		}
	}
	if known, ok := l.accounts[key]; ok {
		return known, nil
	}
	meta, reasons, err := l.get(serviceAccounts, rrsa.LevelServiceAccount, "ServiceAccount", key)
	if err != nil {
		return nil, err
	}
	known := &inject.Known[corev1.ServiceAccount]{Source: Source, Reasons: reasons}
	if meta != nil {
		known.Object = &corev1.ServiceAccount{ObjectMeta: *meta}
	}
	l.accounts[key] = known
	return known, nil
}

func (l *Lookup) get(resource schema.GroupVersionResource, level rrsa.Level, kind string, key types.NamespacedName) (*metav1.ObjectMeta, []rrsa.Reason, error) {
	name := key.Name
	if key.Namespace != "" {
		name = key.String()
	}
	object, err := l.cluster.metadata.Resource(resource).Namespace(key.Namespace).Get(l.ctx, key.Name, metav1.GetOptions{})
	switch {
	case err == nil:
		return &object.ObjectMeta, nil, nil
	case apierrors.IsNotFound(err):
		return nil, []rrsa.Reason{{
			Code: CodeNotInCluster, Severity: rrsa.Warning, Level: level,
			Message: fmt.Sprintf("the cluster has no %s %q", kind, name),
			Hint:    "create it before the pods: a pod that starts earlier gets no credentials",
		}}, nil
	case apierrors.IsForbidden(err):
		l.cluster.note(fmt.Sprintf("reading %s %q: %v", kind, name, err))
		return nil, []rrsa.Reason{{
			Code: CodeNotReadable, Severity: rrsa.Warning, Level: level,
			Message: fmt.Sprintf("%s %q can't be read in the cluster: %v", kind, name, err),
			Hint:    "ask for permission to get " + resource.Resource + ", or give the object in the input or in the config's context",
		}}, nil
	}
	return nil, nil, fmt.Errorf("reading %s %q in the cluster: %w", kind, name, err)
}
