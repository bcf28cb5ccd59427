package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

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
		if top.Object == nil {
			break
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
		var client dynamic.Interface
		if client, err = dynamic.NewForConfig(c.config); err != nil {
			return nil, fmt.Errorf("connecting to the cluster: %w", err)
		}
		out.Object, err = client.Resource(resource).Namespace(namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	}
	switch {
	case err == nil && ref.UID != "" && out.Object.GetUID() != ref.UID:
		out.Object, out.Unread, out.Gone = nil, name+" was deleted, and is another one now", true
	case err == nil:
	case apierrors.IsNotFound(err):
		out.Object, out.Unread, out.Gone = nil, name+" doesn't exist any more", true
	case ctx.Err() != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	default:
		c.note(fmt.Sprintf("reading %s: %v", name, err))
		out.Object, out.Unread = nil, fmt.Sprintf("%s can't be read: %v", name, err)
	}
	return out, nil
}

// resourceOf is the resource of a controller's kind. Kubernetes' own needn't be asked for.
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

// maxSingle bounds how many controllers are read one by one.
const maxSingle = 100

// Tops reads the controllers at the top of others, which are given by their UIDs, in a
// namespace or in all of them if it is empty. Kubernetes' own are listed by the page. Each
// that is found is given to take, and its object is let go then. The answer has the UID of
// the top of each of the given ones.
func (c *Cluster) Tops(ctx context.Context, namespace string, of map[types.UID]diagnose.Controller, take func(diagnose.Controller)) (map[types.UID]types.UID, error) {
	above, err := c.parents(ctx, namespace, of)
	if err != nil {
		return nil, err
	}
	wanted := map[types.UID]*diagnose.Controller{}
	out := map[types.UID]types.UID{}
	for uid, ref := range of {
		top := ref
		if parent, ok := above[uid]; ok {
			top.OwnerReference = parent
		}
		if wanted[top.UID] == nil {
			wanted[top.UID] = &top
		}
		out[uid] = top.UID
	}
	if err := c.fill(ctx, namespace, wanted, take); err != nil {
		return nil, err
	}
	single := 0
	for _, uid := range slices.Sorted(maps.Keys(wanted)) {
		top := *wanted[uid]
		if single++; single > maxSingle {
			top.Unread = fmt.Sprintf("it isn't read, as there are more than %d of other kinds: see kubectl rrsa explain", maxSingle)
			take(top)
			continue
		}
		read, err := c.controller(ctx, top.Namespace, top.OwnerReference)
		if err != nil {
			return nil, err
		}
		take(*read)
	}
	return out, nil
}

// parents are the controllers of those ReplicaSets and Jobs among the given ones that
// have one, by the UID of the given one.
func (c *Cluster) parents(ctx context.Context, namespace string, of map[types.UID]diagnose.Controller) (map[types.UID]metav1.OwnerReference, error) {
	out := map[types.UID]metav1.OwnerReference{}
	for _, kind := range []struct {
		name     string
		resource schema.GroupVersionResource
	}{
		{"ReplicaSet", schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "replicasets"}},
		{"Job", schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}},
	} {
		if !anyOfKind(of, kind.resource.GroupVersion(), kind.name, func(c diagnose.Controller) metav1.OwnerReference { return c.OwnerReference }) {
			continue
		}
		_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
			page, err := c.metadata.Resource(kind.resource).Namespace(namespace).List(ctx, options)
			if err != nil {
				return metav1.ListMeta{}, err
			}
			for _, m := range page.Items {
				if parent := metav1.GetControllerOf(&m); parent != nil && of[m.UID].Name != "" {
					out[m.UID] = *parent
				}
			}
			return page.ListMeta, nil
		}, func() {})
		if err := c.passOver(ctx, "the "+kind.resource.Resource, err); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func anyOfKind[T any](of map[types.UID]T, group schema.GroupVersion, kind string, ref func(T) metav1.OwnerReference) bool {
	for _, one := range of {
		if r := ref(one); r.Kind == kind && r.APIVersion == group.String() {
			return true
		}
	}
	return false
}

// fill reads those of the wanted ones that are of Kubernetes' own kinds with many objects,
// and takes them off the list.
func (c *Cluster) fill(ctx context.Context, namespace string, wanted map[types.UID]*diagnose.Controller, take func(diagnose.Controller)) error {
	client, err := dynamic.NewForConfig(c.config)
	if err != nil {
		return fmt.Errorf("connecting to the cluster: %w", err)
	}
	for kind, resource := range map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"} {
		if !anyOfKind(wanted, appsv1.SchemeGroupVersion, kind, func(c *diagnose.Controller) metav1.OwnerReference { return c.OwnerReference }) {
			continue
		}
		_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
			page, err := client.Resource(appsv1.SchemeGroupVersion.WithResource(resource)).Namespace(namespace).List(ctx, options)
			if err != nil {
				return metav1.ListMeta{}, err
			}
			for i := range page.Items {
				if top := wanted[page.Items[i].GetUID()]; top != nil {
					found := *top
					found.Object = &page.Items[i]
					take(found)
					delete(wanted, top.UID)
				}
			}
			return metav1.ListMeta{Continue: page.GetContinue()}, nil
		}, func() {})
		if err := c.passOver(ctx, "the "+resource, err); err != nil {
			return err
		}
		for uid, top := range wanted {
			if top.Kind != kind || top.APIVersion != appsv1.SchemeGroupVersion.String() {
				continue
			}
			top.Unread, top.Gone = fmt.Sprintf("%s %q doesn't exist any more", kind, top.Namespace+"/"+top.Name), true
			if err != nil {
				top.Unread, top.Gone = fmt.Sprintf("the %s can't be listed: %v", resource, err), false
			}
			take(*top)
			delete(wanted, uid)
		}
	}
	return nil
}

// passOver is an error only if the run is over: what can't be read is noted.
func (c *Cluster) passOver(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("reading %s: %w", what, err)
	}
	c.note(fmt.Sprintf("reading %s: %v", what, err))
	return nil
}
