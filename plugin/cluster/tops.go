package cluster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// maxSingle bounds how many controllers are read one by one.
const maxSingle = 100

// Tops finds the controllers at the top of others, which are given by their UIDs, in a
// namespace or in all of them if it is empty. The first answer has them by their own UIDs,
// and the second the UID of the top of each of the given ones. [ReadTops] reads them.
func Tops(ctx context.Context, c *Cluster, namespace string, of map[types.UID]diagnose.Controller) (tops map[types.UID]*diagnose.Controller, topOf map[types.UID]types.UID, err error) {
	above, err := parents(ctx, c, namespace, of)
	if err != nil {
		return nil, nil, err
	}
	tops, topOf = map[types.UID]*diagnose.Controller{}, map[types.UID]types.UID{}
	for uid, ref := range of {
		top := ref
		if parent, ok := above[uid]; ok {
			top.OwnerReference = parent
		}
		if tops[top.UID] == nil {
			tops[top.UID] = &top
		}
		topOf[uid] = top.UID
	}
	return tops, topOf, nil
}

// ReadTops reads the controllers that [Tops] has found, Kubernetes' own by the page. Each of
// them is given to take, and its object is let go then.
func ReadTops(ctx context.Context, c *Cluster, namespace string, tops map[types.UID]*diagnose.Controller, take func(diagnose.Controller) error) error {
	wanted := maps.Clone(tops)
	if err := fillTops(ctx, c, namespace, wanted, take); err != nil {
		return err
	}
	single := 0
	for _, uid := range slices.Sorted(maps.Keys(wanted)) {
		top := *wanted[uid]
		if single++; single > maxSingle {
			top.Unread = fmt.Sprintf("it isn't read, as there are more than %d of other kinds: see kubectl rrsa explain", maxSingle)
			if err := take(top); err != nil {
				return err
			}
			continue
		}
		read, err := c.controller(ctx, top.Namespace, top.OwnerReference)
		if err != nil {
			return err
		}
		if err := take(*read); err != nil {
			return err
		}
	}
	return nil
}

// parents are the controllers of those ReplicaSets and Jobs among the given ones that
// have one, by the UID of the given one.
func parents(ctx context.Context, c *Cluster, namespace string, of map[types.UID]diagnose.Controller) (map[types.UID]metav1.OwnerReference, error) {
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
		if err := passOver(ctx, c, "the "+kind.resource.Resource, err); err != nil {
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

// fillTops reads those of the wanted ones that are of Kubernetes' own kinds with many objects,
// and takes them off the list.
func fillTops(ctx context.Context, c *Cluster, namespace string, wanted map[types.UID]*diagnose.Controller, take func(diagnose.Controller) error) error {
	for kind, resource := range map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"} {
		if !anyOfKind(wanted, appsv1.SchemeGroupVersion, kind, func(c *diagnose.Controller) metav1.OwnerReference { return c.OwnerReference }) {
			continue
		}
		var taken error
		_, err := readPages(metav1.ListOptions{}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
			page, err := c.dynamic.Resource(appsv1.SchemeGroupVersion.WithResource(resource)).Namespace(namespace).List(ctx, options)
			if err != nil {
				return metav1.ListMeta{}, err
			}
			for i := range page.Items {
				if top := wanted[page.Items[i].GetUID()]; top != nil {
					found := *top
					found.Object = &page.Items[i]
					delete(wanted, top.UID)
					if taken = take(found); taken != nil {
						return metav1.ListMeta{}, taken
					}
				}
			}
			return metav1.ListMeta{Continue: page.GetContinue()}, nil
		}, func() {})
		if err := cmp.Or(taken, passOver(ctx, c, "the "+resource, err)); err != nil {
			return err
		}
		for uid, top := range wanted {
			if top.Kind != kind || top.APIVersion != appsv1.SchemeGroupVersion.String() {
				continue
			}
			found := *top
			found.Unread, found.Gone = gone(kind), true
			if err != nil {
				found.Unread, found.Gone = fmt.Sprintf("the %s can't be listed: %v", resource, err), false
			}
			delete(wanted, uid)
			if err := take(found); err != nil {
				return err
			}
		}
	}
	return nil
}

// passOver is an error only if the run is over: what can't be read is noted.
func passOver(ctx context.Context, c *Cluster, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("reading %s: %w", what, err)
	}
	c.note(fmt.Sprintf("reading %s: %v", what, err))
	return nil
}
