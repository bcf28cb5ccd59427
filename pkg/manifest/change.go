package manifest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Change is the decision about one pod template.
type Change struct {
	// Item is the object that holds the template.
	Item *Item
	// Path leads to the template in the object; empty for a Pod.
	Path string
	// Namespace is where the object belongs; empty if that isn't known.
	Namespace string
	// ServiceAccount is the name of the pod's ServiceAccount.
	ServiceAccount string
	// Decision is the engine's answer, for the pod template as it would be without
	// what an earlier run has put in.
	Decision rrsa.Decision

	template found
	// typed is the template as it is, kept where an earlier run has left its marks.
	typed   *corev1.PodTemplateSpec
	marks   marks
	work    work
	sources Sources
}

// String names the pod template: the object, and the path where the object's kind
// has several.
func (c *Change) String() string {
	if c.Path == "" || !c.template.several {
		return c.Item.String()
	}
	return c.Item.String() + "[" + c.Path + "]"
}
