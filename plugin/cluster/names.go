package cluster

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Names lists the objects of a type, as kubectl's arguments name types, in the
// cluster's Namespace: one page of them, for completion.
func (c *Cluster) Names(ctx context.Context, resourceType string) ([]string, error) {
	mapper, err := c.flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	full, plain := schema.ParseResourceArg(resourceType)
	if full == nil {
		found := plain.WithVersion("")
		full = &found
	}
	resource, err := mapper.ResourceFor(*full)
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	list, err := c.metadata.Resource(resource).Namespace(c.Namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, fmt.Errorf("listing %q: %w", resourceType, err)
	}
	var out []string
	for _, object := range list.Items {
		out = append(out, object.Name)
	}
	return out, nil
}
