package session

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// readLive reads the objects that the arguments name, as manifests that could be
// applied: without what the API server has written into them. A Pod is read as it
// was before it was created and injected; as it is it stays in the input's Pods.
func readLive(ctx context.Context, c *cluster.Cluster, targets []string) (Input, error) {
	objects, err := term.Interruptible(ctx, func() ([]*unstructured.Unstructured, error) { return c.Objects(targets...) })
	if err != nil {
		return Input{}, err
	}
	out := Input{Targets: targets, Pods: map[*manifest.Item]*corev1.Pod{}, Selectors: map[*manifest.Item]string{}}
	for _, object := range objects {
		pod, err := diagnose.AsPod(object)
		if err != nil {
			return Input{}, err
		}
		s, err := asStream(object, pod)
		if err != nil {
			return Input{}, err
		}
		for _, it := range s.Items() {
			if pod != nil {
				out.Pods[it] = pod
			}
			out.Selectors[it] = selectorOf(object)
		}
		out.Streams = append(out.Streams, s)
	}
	return out, nil
}

// asStream turns a live object into a manifest. pod is the same object if it is a
// Pod.
func asStream(object *unstructured.Unstructured, pod *corev1.Pod) (*manifest.Stream, error) {
	object, err := diagnose.Original(object, pod)
	if err != nil {
		return nil, err
	}
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return manifest.Parse(cluster.Source, data)
}

// selectorOf is what a workload selects its pods by; empty for what has none.
func selectorOf(object *unstructured.Unstructured) string {
	have, _, _ := unstructured.NestedMap(object.Object, "spec", "selector")
	if object.GroupVersionKind() == corev1.SchemeGroupVersion.WithKind("ReplicationController") {
		have = map[string]any{"matchLabels": have}
	}
	var s metav1.LabelSelector
	if runtime.DefaultUnstructuredConverter.FromUnstructured(have, &s) != nil {
		return "" // another kind's selector may be of another form
	}
	selector, err := metav1.LabelSelectorAsSelector(&s)
	if err != nil {
		return ""
	}
	return selector.String()
}
