package cluster

import (
	"context"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// CodePermissionMissing is about something that the user may not do.
const CodePermissionMissing rrsa.Code = "PermissionMissing"

// Right is something that a user may do, or not.
type Right struct {
	Verb string
	// Group and Resource are what it is done to. Name is for one object only.
	Group, Resource, Name string
	// Namespace is where; empty for all namespaces, and for what is in none.
	Namespace string
	// Path is a URL of the API server that is no resource; then there is no Resource.
	Path string
}

// String is the right as kubectl auth can-i takes it, and where it is.
func (r Right) String() string {
	what := r.Resource
	switch {
	case r.Path != "":
		return r.Verb + " " + r.Path
	case r.Group != "":
		what += "." + r.Group
	}
	if r.Name != "" {
		what += "/" + r.Name
	}
	if r.Namespace != "" {
		what += " in " + r.Namespace
	}
	return r.Verb + " " + what
}

// Allowed asks which rights the user has, in their order. It asks by
// SelfSubjectAccessReviews, which every user may make, and which store nothing.
func Allowed(ctx context.Context, c *Cluster, rights ...Right) ([]bool, error) {
	out := make([]bool, len(rights))
	reads := make([]func() error, len(rights))
	for i, r := range rights {
		reads[i] = func() (err error) {
			out[i], err = allowed(ctx, c, r)
			return err
		}
	}
	return out, Together(reads...)
}

func allowed(ctx context.Context, c *Cluster, r Right) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{}
	if r.Path != "" {
		review.Spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Verb: r.Verb, Path: r.Path}
	} else {
		review.Spec.ResourceAttributes = &authorizationv1.ResourceAttributes{Verb: r.Verb, Group: r.Group, Resource: r.Resource, Name: r.Name, Namespace: r.Namespace}
	}
	answer, err := c.authorization.SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("asking whether you may %s: %w", r, err)
	}
	return answer.Status.Allowed, nil
}

// Has tells whether the cluster has a resource in any version.
func Has(c *Cluster, group, resource string) (bool, error) {
	mapper, err := c.flags.ToRESTMapper()
	if err == nil {
		_, err = mapper.ResourceFor(schema.GroupVersionResource{Group: group, Resource: resource})
	}
	if err != nil && !meta.IsNoMatchError(err) {
		return false, fmt.Errorf("finding the resource %s.%s: %w", resource, group, err)
	}
	return err == nil, nil
}

// Enabled lists the Namespaces with the label that opens the gate, without those that are
// being deleted. known is false if the user may not list Namespaces. (§1)
func Enabled(ctx context.Context, c *Cluster) (out []*corev1.Namespace, known bool, err error) {
	const what = "the Namespaces with the label " + rrsa.InjectionKey
	_, err = readPages(metav1.ListOptions{LabelSelector: rrsa.InjectionKey + "=" + rrsa.On}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("namespaces")).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for _, m := range page.Items {
			if m.DeletionTimestamp == nil {
				out = append(out, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: m.Name, Labels: m.Labels, Annotations: m.Annotations}})
			}
		}
		return page.ListMeta, nil
	}, func() { out = nil })
	switch {
	case apierrors.IsForbidden(err):
		c.note(fmt.Sprintf("reading %s: %v", what, err))
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("reading %s: %w", what, err)
	}
	return out, true, nil
}

// Roles lists the ServiceAccounts of a namespace that have a role-name, whatever it is. One
// who may not list them sees only "default", if that may be read. (§1)
func Roles(ctx context.Context, c *Cluster, namespace string) ([]*corev1.ServiceAccount, error) {
	lookup := NewLookup(ctx, c)
	accounts, err := lookup.Accounts(namespace)
	switch {
	case apierrors.IsForbidden(err):
		c.note(err.Error())
		known, err := lookup.ServiceAccount(namespace, "default")
		if err != nil {
			return nil, err
		}
		if known.Object != nil {
			accounts = append(accounts, known.Object)
		}
	case err != nil:
		return nil, err
	}
	var out []*corev1.ServiceAccount
	for _, a := range accounts {
		if a.Annotations[rrsa.RoleNameKey] != "" {
			out = append(out, a)
		}
	}
	return out, nil
}
