package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
)

// Objects reads live objects, whole, that arguments name as kubectl's do:
// TYPE/NAME..., or TYPE NAME..., in the cluster's Namespace. One that isn't there
// is an error.
func (c *Cluster) Objects(args ...string) ([]*unstructured.Unstructured, error) {
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

// maxSelected bounds how many pods of one workload are read.
const maxSelected = 500

// Selected reads the pods that a label selector selects in a namespace, the first
// 500 of them; more tells whether there are others.
func (c *Cluster) Selected(ctx context.Context, namespace, selector string) (pods []corev1.Pod, more bool, err error) {
	list, err := c.core.Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: selector, Limit: maxSelected})
	if err != nil {
		return nil, false, fmt.Errorf("reading the pods with %q in namespace %q: %w", selector, namespace, err)
	}
	return list.Items, list.Continue != "", nil
}
