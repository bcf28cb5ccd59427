package cluster

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pageSize is how many objects are read at once: kubectl's own number.
const pageSize = 500

// readPages reads a list page by page: list reads one and takes what it needs of it. A
// list expires while it is read if its objects change a lot, or if it takes minutes:
// then it goes on with the token that the API server brings for the rest as it is now,
// and the list is inconsistent. Where none is brought, the list is read once more from
// its beginning, and drop forgets the pages so far.
func readPages(options metav1.ListOptions, list func(metav1.ListOptions) (metav1.ListMeta, error), drop func()) (inconsistent bool, err error) {
	options.Limit = pageSize
	again, expired := false, false
	for {
		page, err := list(options)
		switch {
		case err == nil:
			expired = false
			if page.Continue == "" {
				return inconsistent, nil
			}
			options.Continue = page.Continue
		case !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err), expired:
			return inconsistent, err
		case continueOf(err) != "":
			options.Continue = continueOf(err)
			inconsistent, expired = true, true
		case again:
			return inconsistent, err
		default:
			drop()
			options.Continue = ""
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
	// Fields is a field selector; empty for all pods.
	Fields string
	// Each gets every pod, in the order of namespaces and names. The pod is only
	// there during the call.
	Each func(*corev1.Pod) error
	// Again is called if the list has to be read from its beginning once more: the
	// pods so far come again.
	Again func()
	// Page is told after each page how many pods are left, as far as the API server
	// says it; nil for nobody.
	Page func(left int64)
}

// Pods reads pods by the page and keeps none of them. They are inconsistent if
// the list expired while it was read: pods that were made or deleted meanwhile may
// then be among them or not.
func (c *Cluster) Pods(ctx context.Context, l PodList) (inconsistent bool, err error) {
	inconsistent, err = readPages(metav1.ListOptions{LabelSelector: l.Selector, FieldSelector: l.Fields}, func(options metav1.ListOptions) (metav1.ListMeta, error) {
		page, err := c.core.Pods(l.Namespace).List(ctx, options)
		if err != nil {
			return metav1.ListMeta{}, err
		}
		for i := range page.Items {
			if err := l.Each(&page.Items[i]); err != nil {
				return metav1.ListMeta{}, err
			}
		}
		if l.Page != nil {
			l.Page(*cmp.Or(page.RemainingItemCount, new(int64)))
		}
		return page.ListMeta, nil
	}, l.Again)
	if err != nil {
		return false, fmt.Errorf("reading the pods: %w", err)
	}
	return inconsistent, nil
}
