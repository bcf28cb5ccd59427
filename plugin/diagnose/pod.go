// Package diagnose says of a live pod how it is, why, and what would fix it. It does
// no input or output: it gets what was read from a cluster and returns what is to be
// told of it.
//
// The state is the engine's, which compares the pod as it is with what it would get if it
// were created now; where that hangs on a setting that nobody could read, it is unknown.
// The cause is what somebody did, or what the cluster shows. A fix is offered only where
// it is proven that a pod made now is better off.
package diagnose

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

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

// States are all states, in the order of a summary.
func States() []rrsa.State {
	return slices.Concat([]rrsa.State{rrsa.StateOK}, FindingStates(), []rrsa.State{rrsa.StateNotApplicable})
}

// FindingStates are the states that are findings, in the order of a summary.
func FindingStates() []rrsa.State {
	return []rrsa.State{rrsa.StateMissing, rrsa.StateStale, rrsa.StateOrphaned, rrsa.StateMistake, rrsa.StateUnknown}
}

// IsFinding tells whether a state is a finding.
func IsFinding(s rrsa.State) bool { return slices.Contains(FindingStates(), s) }

// Broken tells whether a pod in a state may be better off made again: whether it is, a fix
// says, and the reason for the state can't know it.
func Broken(s rrsa.State) bool {
	return s == rrsa.StateMissing || s == rrsa.StateStale || s == rrsa.StateOrphaned
}

// CompareHint is the next step for a Pod of a file, of which nothing else is known.
const CompareHint = "compare what it has with what it should have: kubectl rrsa diff FILE"

// Original is a live object as it was before it was created: without what the API
// server has written into it and, if it is a Pod, what the scheduler and an injection
// have. pod is the same object then, else nil.
func Original(object *unstructured.Unstructured, pod *corev1.Pod) (*unstructured.Unstructured, error) {
	object = Unwritten(object)
	if pod == nil {
		return object, nil
	}
	// The scheduler's; a pod that is created with it goes round the scheduler.
	unstructured.RemoveNestedField(object.Object, "spec", "nodeName")
	if err := uninject(object, pod); err != nil {
		return nil, fmt.Errorf("taking the injection out of Pod %q: %w", pod.Name, err)
	}
	return object, nil
}

// Unwritten is an object without what the API server has written into it.
func Unwritten(object *unstructured.Unstructured) *unstructured.Unstructured {
	object = object.DeepCopy()
	for _, field := range []string{"managedFields", "uid", "resourceVersion", "creationTimestamp", "generation", "selfLink"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(object.Object, "status")
	return object
}

// uninject removes from a Pod's object what an injection has added to it, and
// leaves every list as it is from which there is nothing to remove: the Pod's type
// may not know all fields.
func uninject(object *unstructured.Unstructured, pod *corev1.Pod) error {
	bare := rrsa.Uninjected(Template(pod)).Spec
	typed, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&bare)
	if err != nil {
		return err
	}
	spec, _ := object.Object["spec"].(map[string]any)
	put := func(to map[string]any, from any, key string, before, after int) {
		if before == after {
			return
		}
		delete(to, key)
		if from, _ := from.(map[string]any); after > 0 {
			to[key] = from[key]
		}
	}
	put(spec, typed, "volumes", len(pod.Spec.Volumes), len(bare.Volumes))
	for _, list := range []struct {
		key          string
		before, bare []corev1.Container
	}{{"initContainers", pod.Spec.InitContainers, bare.InitContainers}, {"containers", pod.Spec.Containers, bare.Containers}} {
		to, _ := spec[list.key].([]any)
		from, _ := typed[list.key].([]any)
		for i := range list.before {
			container, _ := to[i].(map[string]any)
			put(container, from[i], "env", len(list.before[i].Env), len(list.bare[i].Env))
			put(container, from[i], "volumeMounts", len(list.before[i].VolumeMounts), len(list.bare[i].VolumeMounts))
		}
	}
	return nil
}
