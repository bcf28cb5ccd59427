package cluster

import (
	"context"

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
