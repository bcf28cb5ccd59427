package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/resource"
)

// Objects reads live objects, whole, that arguments name as kubectl's do:
// TYPE/NAME..., or TYPE NAME..., in the cluster's Namespace. One that isn't there
// is an error.
func (c *Cluster) Objects(args ...string) ([]*unstructured.Unstructured, error) {
	// The builder tries it several times if nobody answers, each for as long as a request
	// may take.
	discovery, err := c.flags.ToDiscoveryClient()
	if err == nil {
		_, err = discovery.ServerGroups()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the types in the cluster: %w", err)
	}
	infos, err := resource.NewBuilder(c.flags).Unstructured().
		NamespaceParam(c.Namespace).DefaultNamespace().ResourceTypeOrNameArgs(false, args...).
		Latest().Flatten().Do().Infos()
	if err != nil {
		return nil, fmt.Errorf("reading the objects in the cluster: %w", err)
	}
	var out []*unstructured.Unstructured
	for _, info := range infos {
		object, ok := info.Object.(*unstructured.Unstructured)
		if !ok {
			return nil, fmt.Errorf("reading %s in the cluster: it is a %T", info.ObjectName(), info.Object)
		}
		out = append(out, object)
	}
	return out, nil
}

// Names lists the objects of a type, as kubectl's arguments name types, in the
// cluster's Namespace: one page of them, for completion.
func (c *Cluster) Names(ctx context.Context, resourceType string) ([]string, error) {
	mapper, err := c.flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	full, plain := schema.ParseResourceArg(resourceType)
	if full == nil {
		full = new(plain.WithVersion(""))
	}
	mapped, err := mapper.ResourceFor(*full)
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	list, err := c.metadata.Resource(mapped).Namespace(c.Namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
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
