package cluster

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// workloadKind is a kind whose objects people write to have pods made.
type workloadKind struct {
	schema.GroupVersionResource
	kind string
}

// workloadKinds are Kubernetes' own, and those of controllers that are usual on ACK. Of the
// latter a cluster may have none.
func workloadKinds() []workloadKind {
	of := func(group, version, resource, kind string) workloadKind {
		return workloadKind{schema.GroupVersionResource{Group: group, Version: version, Resource: resource}, kind}
	}
	return []workloadKind{
		of("apps", "v1", "deployments", "Deployment"), of("apps", "v1", "statefulsets", "StatefulSet"), of("apps", "v1", "daemonsets", "DaemonSet"),
		of("apps", "v1", "replicasets", "ReplicaSet"), of("batch", "v1", "cronjobs", "CronJob"), of("batch", "v1", "jobs", "Job"),
		of("argoproj.io", "v1alpha1", "rollouts", "Rollout"), of("apps.kruise.io", "v1alpha1", "clonesets", "CloneSet"),
		of("apps.kruise.io", "v1beta1", "statefulsets", "StatefulSet"), of("apps.kruise.io", "v1alpha1", "daemonsets", "DaemonSet"),
	}
}

// Workloads reads the labels and annotations of the workloads of a namespace, or of all, by
// the page. Those that other workloads make are left out. each is called by one at a time.
// The answer says what could not be read.
func Workloads(ctx context.Context, c *Cluster, namespace string, each func(diagnose.Controller)) (unread []string, err error) {
	return eachKind(ctx, c, func(k workloadKind, options metav1.ListOptions, one *sync.Mutex) (metav1.ListMeta, error) {
		page, err := c.metadata.Resource(k.GroupVersionResource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		one.Lock()
		defer one.Unlock()
		for _, m := range page.Items {
			if metav1.GetControllerOfNoCopy(&m) == nil {
				object := &unstructured.Unstructured{Object: map[string]any{}}
				object.SetLabels(m.Labels)
				object.SetAnnotations(m.Annotations)
				each(diagnose.Controller{
					OwnerReference: metav1.OwnerReference{APIVersion: k.GroupVersion().String(), Kind: k.kind, Name: m.Name, UID: m.UID}, Namespace: m.Namespace, Object: object,
				})
			}
		}
		return page.ListMeta, nil
	})
}

// WholeWorkloads is [Workloads] with the whole objects, each of which is only there
// during the call.
func WholeWorkloads(ctx context.Context, c *Cluster, namespace string, each func(*unstructured.Unstructured) error) (unread []string, err error) {
	return eachKind(ctx, c, func(k workloadKind, options metav1.ListOptions, one *sync.Mutex) (metav1.ListMeta, error) {
		page, err := c.dynamic.Resource(k.GroupVersionResource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		one.Lock()
		defer one.Unlock()
		for i := range page.Items {
			if metav1.GetControllerOfNoCopy(&page.Items[i]) == nil {
				if err := each(&page.Items[i]); err != nil {
					return metav1.ListMeta{}, err
				}
			}
		}
		return metav1.ListMeta{Continue: page.GetContinue()}, nil
	})
}

// eachKind reads the lists of all kinds of workloads at once.
func eachKind(ctx context.Context, c *Cluster, list func(workloadKind, metav1.ListOptions, *sync.Mutex) (metav1.ListMeta, error)) ([]string, error) {
	kinds := workloadKinds()
	said := make([]string, len(kinds))
	reads := make([]func() error, len(kinds))
	var one sync.Mutex
	for i, k := range kinds {
		reads[i] = func() error {
			_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) { return list(k, options, &one) }, func() {})
			switch {
			case err == nil, apierrors.IsNotFound(err): // the cluster doesn't know the kind
				return nil
			case ctx.Err() != nil, !passedOver(err):
				return fmt.Errorf("reading the %s: %w", k.Resource, err)
			}
			said[i] = fmt.Sprintf("the %s can't be read: %v", k.GroupResource(), err)
			return nil
		}
	}
	err := Together(reads...)
	var unread []string
	for _, text := range said {
		if text != "" {
			c.note("reading workloads: " + text)
			unread = append(unread, text)
		}
	}
	return unread, err
}

// Children are the metadata of the ReplicaSets or Jobs that a Deployment or CronJob has made.
func Children(ctx context.Context, c *Cluster, of diagnose.Controller) ([]metav1.ObjectMeta, error) {
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "replicasets"}
	switch of.Kind {
	case "Deployment", "Rollout":
	case "CronJob":
		resource = schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	default:
		return nil, nil
	}
	found, err := children(ctx, c, resource, of.Namespace, "", of.UID)
	return found, passOver(ctx, c, "the "+resource.Resource, err)
}
