package cluster

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/types"
)

// PodsOf reads the pods that a live workload has made, of the first 500 that its selector
// selects; more tells whether that selects others. A pod is a workload's if that is its
// controller, or its controller's: pods of others may have the same labels.
func PodsOf(ctx context.Context, c *Cluster, workload *unstructured.Unstructured) (pods []corev1.Pod, more bool, err error) {
	namespace, selector := workload.GetNamespace(), selectorOf(workload)
	between := appsv1.SchemeGroupVersion.WithResource("replicasets")
	var all *corev1.PodList
	ours := map[types.UID]bool{workload.GetUID(): true}
	read := []func() error{func() error {
		all, err = c.core.Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: selector, Limit: pageSize})
		if err != nil {
			return fmt.Errorf("reading the pods of %s %q: %w", strings.ToLower(workload.GetKind()), namespace+"/"+workload.GetName(), err)
		}
		return nil
	}}
	switch kind := workload.GroupVersionKind().GroupKind().String(); {
	case kind == "CronJob.batch":
		jobs, err := children(ctx, c, batchv1.SchemeGroupVersion.WithResource("jobs"), namespace, "", workload.GetUID())
		if err != nil || len(jobs) == 0 {
			return nil, false, err
		}
		selector = jobSelector(jobs)
		for _, job := range jobs {
			ours[job.UID] = true
		}
	case selector == "":
		return nil, false, nil
	case kind == "Deployment.apps", kind == "Rollout.argoproj.io":
		read = append(read, func() error {
			sets, err := children(ctx, c, between, namespace, selector, workload.GetUID())
			for _, set := range sets {
				ours[set.UID] = true
			}
			return err
		})
	}
	if err := Together(read...); err != nil {
		return nil, false, err
	}
	for _, pod := range all.Items {
		if ref := metav1.GetControllerOfNoCopy(&pod); ref != nil && ours[ref.UID] {
			pods = append(pods, pod)
		}
	}
	return pods, all.Continue != "", nil
}

// children are the objects of a kind that an object controls.
func children(ctx context.Context, c *Cluster, resource schema.GroupVersionResource, namespace, selector string, of types.UID) ([]metav1.ObjectMeta, error) {
	var out []metav1.ObjectMeta
	_, err := readPages(metav1.ListOptions{LabelSelector: selector}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := c.metadata.Resource(resource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for _, m := range page.Items {
			if ref := metav1.GetControllerOfNoCopy(&m); ref != nil && ref.UID == of {
				out = append(out, m.ObjectMeta)
			}
		}
		return page.ListMeta, nil
	}, func() { out = nil })
	if err != nil {
		return nil, fmt.Errorf("reading the %s of namespace %q: %w", resource.Resource, namespace, err)
	}
	return out, nil
}

// jobSelector selects the pods of Jobs.
func jobSelector(jobs []metav1.ObjectMeta) string {
	var names []string
	for _, job := range jobs {
		names = append(names, job.Name)
	}
	r, err := labels.NewRequirement(batchv1.JobNameLabel, selection.In, names)
	if err != nil {
		return ""
	}
	return r.String()
}

// selectorOf is what a workload selects its pods by; empty for what has none.
func selectorOf(object *unstructured.Unstructured) string {
	have, _, _ := unstructured.NestedMap(object.Object, "spec", "selector")
	if object.GroupVersionKind() == corev1.SchemeGroupVersion.WithKind("ReplicationController") {
		have = map[string]any{"matchLabels": have}
	}
	var s metav1.LabelSelector
	if runtime.DefaultUnstructuredConverter.FromUnstructured(have, &s) != nil {
		return "" // another kind's selector may be of another form
	}
	selector, err := metav1.LabelSelectorAsSelector(&s)
	if err != nil || selector.Empty() {
		return ""
	}
	return selector.String()
}
