package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/metadata"
)

// Objects reads live objects, whole, that arguments name as kubectl's do:
// TYPE/NAME..., or TYPE NAME..., in the cluster's Namespace. One that isn't there
// is an error.
func (c *Cluster) Objects(args ...string) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	err := c.visit(func(b *resource.Builder) *resource.Builder { return b.ResourceTypeOrNameArgs(false, args...).Latest() }, func(object *unstructured.Unstructured) {
		out = append(out, object)
	})
	return out, err
}

// visit reads the objects that a builder is told of, one after the other.
func (c *Cluster) visit(tell func(*resource.Builder) *resource.Builder, take func(*unstructured.Unstructured)) error {
	// The builder tries it several times if nobody answers, each for as long as a request
	// may take.
	discovery, err := c.flags.ToDiscoveryClient()
	if err == nil {
		_, err = discovery.ServerGroups()
	}
	if err != nil {
		return fmt.Errorf("reading the types in the cluster: %w", err)
	}
	err = tell(resource.NewBuilder(c.flags).Unstructured().NamespaceParam(c.Namespace).DefaultNamespace()).Flatten().Do().Visit(func(info *resource.Info, err error) error {
		if err != nil {
			return err
		}
		object, ok := info.Object.(*unstructured.Unstructured)
		if !ok {
			return fmt.Errorf("%s is a %T", info.ObjectName(), info.Object)
		}
		take(object)
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the objects in the cluster: %w", err)
	}
	return nil
}

// Names lists the objects of a type, as kubectl's arguments name types, in the
// cluster's Namespace if they are in one: one page of them, for completion.
func (c *Cluster) Names(ctx context.Context, resourceType string) ([]string, error) {
	mapper, err := c.flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	full, plain := schema.ParseResourceArg(resourceType)
	if full == nil {
		full = new(plain.WithVersion(""))
	}
	kind, err := mapper.KindFor(*full)
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	mapped, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	if mapped.Scope.Name() == meta.RESTScopeNameNamespace {
		return page(ctx, c.metadata.Resource(mapped.Resource).Namespace(c.Namespace), resourceType)
	}
	return page(ctx, c.metadata.Resource(mapped.Resource), resourceType)
}

// NamespaceNames lists one page of the Namespaces, for completion. What types there are
// isn't asked.
func (c *Cluster) NamespaceNames(ctx context.Context) ([]string, error) {
	return page(ctx, c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("namespaces")), "namespaces")
}

// page is one page of names.
func page(ctx context.Context, of metadata.ResourceInterface, what string) ([]string, error) {
	list, err := of.List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", what, err)
	}
	var out []string
	for _, object := range list.Items {
		out = append(out, object.Name)
	}
	return out, nil
}

// EnvKeys are the keys of a Secret or ConfigMap from which containers take variables. The
// values aren't kept. One that isn't there has none.
func (c *Cluster) EnvKeys(ctx context.Context, namespace, kind, name string) ([]string, error) {
	keys := []string{}
	var err error
	if kind == "Secret" {
		var object *corev1.Secret
		if object, err = c.core.Secrets(namespace).Get(ctx, name, metav1.GetOptions{}); err == nil {
			keys = slices.Sorted(maps.Keys(object.Data))
		}
	} else {
		var object *corev1.ConfigMap
		if object, err = c.core.ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{}); err == nil {
			keys = slices.Sorted(maps.Keys(object.Data))
		}
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("reading %s %q: %w", kind, namespace+"/"+name, err)
	}
	return keys, nil
}

// Newest reads the pods of a namespace, the first 500 of them, from the newest one on.
func (c *Cluster) Newest(ctx context.Context, namespace string) ([]corev1.Pod, error) {
	list, err := c.core.Pods(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, fmt.Errorf("reading the pods of namespace %q: %w", namespace, err)
	}
	slices.SortStableFunc(list.Items, func(a, b corev1.Pod) int { return b.CreationTimestamp.Compare(a.CreationTimestamp.Time) })
	return list.Items, nil
}
