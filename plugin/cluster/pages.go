package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pageSize is how many objects are read at once: kubectl's own number.
const pageSize = 500

// pages is a list that is read page by page.
type pages struct {
	options metav1.ListOptions
	// list reads a page and takes what it needs of it.
	list func(context.Context, metav1.ListOptions) (metav1.ListMeta, error)
	// drop forgets the pages so far: the list is read again from its beginning.
	drop func()
}

// read reads all pages. A list expires while it is read if its objects change a
// lot, or if it takes minutes: then it goes on with the token that the API server
// brings for the rest as it is now, and the list is inconsistent. Where none is
// brought, the list is read once more from its beginning.
func (p pages) read(ctx context.Context) (inconsistent bool, err error) {
	p.options.Limit = pageSize
	again, expired := false, false
	for {
		page, err := p.list(ctx, p.options)
		switch {
		case err == nil:
			expired = false
			if page.Continue == "" {
				return inconsistent, nil
			}
			p.options.Continue = page.Continue
		case !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err), expired:
			return inconsistent, err
		case continueOf(err) != "":
			p.options.Continue = continueOf(err)
			inconsistent, expired = true, true
		case again:
			return inconsistent, err
		default:
			p.drop()
			p.options.Continue = ""
			inconsistent, again = false, true
		}
	}
}

// continueOf is the token that comes with an expired list; empty if none does.
func continueOf(err error) string {
	if status, ok := err.(apierrors.APIStatus); ok {
		return status.Status().Continue
	}
	return ""
}

// PodList says which pods are read, and what becomes of them.
type PodList struct {
	// Namespace is theirs; empty for those of all namespaces.
	Namespace string
	// Selector is a label selector; empty for all pods.
	Selector string
	// Each gets every pod, in the order of namespaces and names. The pod is only
	// there during the call.
	Each func(*corev1.Pod) error
	// Again is called if the list has to be read from its beginning once more: the
	// pods so far come again.
	Again func()
	// Page is told after each page how many pods are left, as far as the API server
	// says it.
	Page func(left int64)
}

// Pods reads pods by the page and keeps none of them. They are inconsistent if
// the list expired while it was read: pods that were made or deleted meanwhile may
// then be among them or not.
func (c *Cluster) Pods(ctx context.Context, l PodList) (inconsistent bool, err error) {
	list := pages{
		options: metav1.ListOptions{LabelSelector: l.Selector},
		drop:    l.Again,
		list: func(ctx context.Context, options metav1.ListOptions) (metav1.ListMeta, error) {
			page, err := c.core.Pods(l.Namespace).List(ctx, options)
			if err != nil {
				return metav1.ListMeta{}, err
			}
			for i := range page.Items {
				if err := l.Each(&page.Items[i]); err != nil {
					return metav1.ListMeta{}, err
				}
			}
			left := int64(0)
			if page.RemainingItemCount != nil {
				left = *page.RemainingItemCount
			}
			l.Page(left)
			return page.ListMeta, nil
		},
	}
	if inconsistent, err = list.read(ctx); err != nil {
		return false, fmt.Errorf("reading the pods: %w", err)
	}
	return inconsistent, nil
}
