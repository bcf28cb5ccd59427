package diagnose

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// AsPod reads an object that is a Pod; nil for any other.
func AsPod(object *unstructured.Unstructured) (*corev1.Pod, error) {
	if object.GroupVersionKind() != corev1.SchemeGroupVersion.WithKind("Pod") {
		return nil, nil
	}
	pod := &corev1.Pod{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, pod); err != nil {
		return nil, fmt.Errorf("reading Pod %q: %w", object.GetName(), err)
	}
	return pod, nil
}

// Template is a Pod as the engine takes it.
func Template(pod *corev1.Pod) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
}

// Examine compares a live Pod, as it is, with what it would get if it were created
// now. The change is the decision about it, or about the workload that made it.
func Examine(injector inject.Injector, c *inject.Template, pod *corev1.Pod) (rrsa.Examination, error) {
	in := rrsa.Input{NamespaceName: pod.Namespace, Template: Template(pod), Phase: pod.Status.Phase}
	known := c.Sources()
	if meta := known.Namespace.Meta; meta != nil {
		in.Namespace = &corev1.Namespace{ObjectMeta: *meta}
	}
	if name := rrsa.ServiceAccountName(in.Template); name != c.ServiceAccount {
		// The workload's template had another one when it made the pod.
		account, err := injector.Lookup.ServiceAccount(pod.Namespace, name)
		if err != nil {
			return rrsa.Examination{}, err
		}
		if account != nil {
			in.ServiceAccount = account.Object
		}
	} else if meta := known.ServiceAccount.Meta; meta != nil {
		in.ServiceAccount = &corev1.ServiceAccount{ObjectMeta: *meta}
	}
	return rrsa.Examine(injector.Config, in), nil
}
