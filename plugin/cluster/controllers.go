package cluster

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// maxClimb bounds the chain. Kubernetes' own has two.
const maxClimb = 5

// Top climbs from a pod's controller to the one that has none. What can't be read ends
// the climb, as the last one that is known of, and is no error.
func (c *Cluster) Top(ctx context.Context, pod metav1.Object) (*diagnose.Controller, error) {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil {
		return nil, nil
	}
	// A Deployment has the name of its ReplicaSet without the hash: it is read at the same
	// time, and taken for it if the ReplicaSet says so.
	guess := guessed(*ref, pod.GetLabels())
	var top, above *diagnose.Controller
	if err := Together(
		func() (err error) { top, err = c.controller(ctx, pod.GetNamespace(), *ref); return err },
		func() (err error) {
			if guess != nil {
				above, err = c.controller(ctx, pod.GetNamespace(), *guess)
			}
			return err
		},
	); err != nil {
		return nil, err
	}
	for range maxClimb {
		if top.Object == nil || restarts(top.OwnerReference) {
			break // whatever has made it, its pods are replaced by restarting it
		}
		next := metav1.GetControllerOfNoCopy(top.Object)
		switch {
		case next == nil:
			return top, nil
		case above != nil && above.Object != nil && above.Object.GetUID() == next.UID:
			top, above = above, nil
			top.OwnerReference = *next
			continue
		}
		var err error
		if top, err = c.controller(ctx, pod.GetNamespace(), *next); err != nil {
			return nil, err
		}
	}
	return top, nil
}

// restarts tells whether kubectl rollout restart knows a controller.
func restarts(ref metav1.OwnerReference) bool {
	return ref.APIVersion == appsv1.SchemeGroupVersion.String() && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, ref.Kind)
}

// guessed is the Deployment that a ReplicaSet is probably of; nil for anything else.
func guessed(ref metav1.OwnerReference, labels map[string]string) *metav1.OwnerReference {
	hash := labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if ref.Kind != "ReplicaSet" || ref.APIVersion != appsv1.SchemeGroupVersion.String() || hash == "" || len(ref.Name) <= len(hash)+1 {
		return nil
	}
	name := ref.Name[:len(ref.Name)-len(hash)-1]
	if name+"-"+hash != ref.Name {
		return nil
	}
	return &metav1.OwnerReference{APIVersion: ref.APIVersion, Kind: "Deployment", Name: name}
}

// controller reads one controller. Without a UID in the reference any object of the name
// is taken.
func (c *Cluster) controller(ctx context.Context, namespace string, ref metav1.OwnerReference) (*diagnose.Controller, error) {
	out := &diagnose.Controller{OwnerReference: ref, Namespace: namespace}
	name := fmt.Sprintf("%s %q", ref.Kind, namespace+"/"+ref.Name)
	resource, err := c.resourceOf(ref)
	if err == nil {
		out.Object, err = c.dynamic.Resource(resource).Namespace(namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	}
	switch {
	case err == nil && ref.UID != "" && out.Object.GetUID() != ref.UID:
		out.Object, out.Unread, out.Gone = nil, name+" was deleted, and is another one now", true
	case err == nil:
	case apierrors.IsNotFound(err):
		out.Object, out.Unread, out.Gone = nil, gone(ref.Kind), true
	case ctx.Err() != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	default:
		c.note(fmt.Sprintf("reading %s: %v", name, err))
		out.Object, out.Unread = nil, fmt.Sprintf("%s can't be read: %v", name, err)
	}
	return out, nil
}

// gone says that a controller of a kind isn't there.
func gone(kind string) string { return "the " + kind + " doesn't exist any more" }

// resourceOf is the resource of a controller's kind; without a version that which the
// cluster prefers. Kubernetes' own needn't be asked for.
func (c *Cluster) resourceOf(ref metav1.OwnerReference) (schema.GroupVersionResource, error) {
	group, err := schema.ParseGroupVersion(ref.APIVersion)
	if err != nil {
		return schema.GroupVersionResource{}, fmt.Errorf("finding the kind %s of %q: %w", ref.Kind, ref.APIVersion, err)
	}
	own := map[string]string{
		"apps/v1/Deployment": "deployments", "apps/v1/ReplicaSet": "replicasets", "apps/v1/StatefulSet": "statefulsets", "apps/v1/DaemonSet": "daemonsets",
		"batch/v1/Job": "jobs", "batch/v1/CronJob": "cronjobs", "v1/ReplicationController": "replicationcontrollers",
	}
	if name := own[ref.APIVersion+"/"+ref.Kind]; name != "" {
		return group.WithResource(name), nil
	}
	mapper, err := c.flags.ToRESTMapper()
	if err != nil {
		return schema.GroupVersionResource{}, fmt.Errorf("finding the kind %s: %w", ref.Kind, err)
	}
	mapping, err := mapper.RESTMapping(group.WithKind(ref.Kind).GroupKind(), group.Version)
	if err != nil {
		return schema.GroupVersionResource{}, fmt.Errorf("finding the kind %s: %w", ref.Kind, err)
	}
	return mapping.Resource, nil
}
