package cluster

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Inventory is what a namespace has that makes pods. It is for one reader at a time.
type Inventory struct {
	// Workloads are those that make pods by their own template, by their UIDs.
	Workloads map[types.UID]*diagnose.Workload
	// Unread says of lists that could not be read what they are of, and why, in the order
	// in which they are asked for.
	Unread []Unread

	c *Cluster
	// above is what has made a ReplicaSet or another thing between a workload and its pods.
	above  map[types.UID]types.UID
	single int
}

// Unread is a list that could not be read.
type Unread struct{ Resource, Why string }

// kindsOfWorkloads are the kinds that an inventory lists: Kubernetes' own, and those that
// a cluster may have, in the version that it prefers. ReplicaSets are read by themselves.
func kindsOfWorkloads() []schema.GroupVersionKind {
	var out []schema.GroupVersionKind
	for _, k := range workloadKinds() {
		kind := k.GroupVersion().WithKind(k.kind)
		if strings.Contains(k.Group, ".") {
			kind.Version = ""
		}
		if k.kind != "ReplicaSet" {
			out = append(out, kind)
		}
	}
	return out
}

// ReadInventory lists by the page what makes the pods of a namespace, all kinds at once.
// What may not be listed is left out, and the answer says so.
func ReadInventory(ctx context.Context, c *Cluster, namespace string) (*Inventory, error) {
	kinds := kindsOfWorkloads()
	parts := make([]Inventory, len(kinds)+1)
	var reads []func() error
	for i, kind := range kinds {
		reads = append(reads, func() error { return parts[i].list(ctx, c, namespace, kind) })
	}
	reads = append(reads, func() error { return parts[len(kinds)].between(ctx, c, namespace) })
	err := Together(reads...)
	out := &Inventory{c: c, Workloads: map[types.UID]*diagnose.Workload{}, above: map[types.UID]types.UID{}}
	for _, part := range parts {
		for uid, w := range part.Workloads {
			out.Workloads[uid] = w
		}
		for uid, parent := range part.above {
			out.above[uid] = parent
		}
		out.Unread = append(out.Unread, part.Unread...)
	}
	return out, err
}

// list reads the workloads of one kind. One that another controller has made isn't kept,
// unless its own pods are what a restart replaces.
func (i *Inventory) list(ctx context.Context, c *Cluster, namespace string, kind schema.GroupVersionKind) error {
	i.reset()
	resource, err := c.resourceOf(metav1.OwnerReference{APIVersion: kind.GroupVersion().String(), Kind: kind.Kind})
	switch {
	case meta.IsNoMatchError(err):
		return nil // the cluster has no such kind
	case err != nil:
		return i.unread(ctx, c, kind.Kind+"s", err)
	}
	_, err = readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := c.dynamic.Resource(resource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for n := range page.Items {
			object := &page.Items[n]
			w := diagnose.NewWorkload(object)
			w.Kind, w.APIVersion = kind.Kind, resource.GroupVersion().String() // the items of a list may leave them out
			if parent := metav1.GetControllerOfNoCopy(object); parent != nil && !w.Restarts() {
				i.above[object.GetUID()] = parent.UID
			} else {
				i.Workloads[object.GetUID()] = &w
			}
		}
		return metav1.ListMeta{Continue: page.GetContinue()}, nil
	}, i.reset)
	return i.unread(ctx, c, resource.Resource, err)
}

// between reads which ReplicaSet is of which workload. There is one for each revision: of
// them the metadata is enough.
func (i *Inventory) between(ctx context.Context, c *Cluster, namespace string) error {
	i.reset()
	resource := appsv1.SchemeGroupVersion.WithResource("replicasets")
	_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := c.metadata.Resource(resource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for _, m := range page.Items {
			if parent := metav1.GetControllerOfNoCopy(&m); parent != nil {
				i.above[m.UID] = parent.UID
			}
		}
		return page.ListMeta, nil
	}, i.reset)
	return passOver(ctx, c, "the replicasets", err) // each that a pod has is read by itself then
}

func (i *Inventory) reset() {
	i.Workloads, i.above = map[types.UID]*diagnose.Workload{}, map[types.UID]types.UID{}
}

func (i *Inventory) unread(ctx context.Context, c *Cluster, resource string, err error) error {
	if err != nil {
		i.reset()
		i.Unread = append(i.Unread, Unread{Resource: resource, Why: err.Error()})
	}
	return passOver(ctx, c, "the "+resource, err)
}

// Top is what has made a pod, with its UID; nil for a pod without a controller, and for one
// that a node runs by itself. What the lists don't have is read, and kept.
func (i *Inventory) Top(ctx context.Context, pod *corev1.Pod) (types.UID, *diagnose.Workload, error) {
	ref := controllerOf(pod)
	if ref == nil {
		return "", nil, nil
	}
	for uid, climbed := ref.UID, 0; climbed <= maxClimb; climbed++ {
		if w := i.Workloads[uid]; w != nil {
			return uid, w, nil
		}
		parent, ok := i.above[uid]
		if !ok {
			break
		}
		uid = parent
	}
	top := &diagnose.Controller{OwnerReference: *ref, Namespace: pod.Namespace, Unread: fmt.Sprintf("it isn't read, as there are more than %d of other kinds", maxSingle)}
	if i.single++; i.single <= maxSingle {
		var err error
		if top, err = i.c.Top(ctx, pod); err != nil {
			return "", nil, err
		}
	}
	if top.UID != ref.UID {
		i.above[ref.UID] = top.UID
	}
	i.Workloads[top.UID] = diagnose.WorkloadOf(*top)
	return top.UID, i.Workloads[top.UID], nil
}

// controllerOf is what has made a pod; nil for a pod that nothing makes again but a
// person, or the node whose file it is.
func controllerOf(pod *corev1.Pod) *metav1.OwnerReference {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil || ref.APIVersion == corev1.SchemeGroupVersion.String() && ref.Kind == "Node" {
		return nil
	}
	return ref
}
