package session

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// readManifests reads files. A Pod that kubectl has printed stays in its stream as it
// is; if the verb examines Pods it is in the input's Pods too.
func readManifests(ctx context.Context, flags Flags) (Input, error) {
	streams, err := readFiles(ctx, flags)
	out := Input{Streams: streams}
	if err != nil || !flags.Need.Pods {
		return out, err
	}
	out.Pods = map[*manifest.Item]*corev1.Pod{}
	for _, it := range out.Items() {
		// What exists has one of these words in it.
		if it.APIVersion != "v1" || it.Kind != "Pod" || it.LocalConfig() || !it.Holds("phase", "uid") {
			continue
		}
		pod, err := existing(it)
		if err != nil {
			return Input{}, err
		}
		if pod != nil {
			out.Pods[it] = pod
		}
	}
	return out, nil
}

// existing reads a manifest's Pod if that exists already; nil if it doesn't.
func existing(it *manifest.Item) (*corev1.Pod, error) {
	content, err := it.Object()
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{Object: content}
	phase, _, _ := unstructured.NestedString(content, "status", "phase")
	node, _, _ := unstructured.NestedString(content, "spec", "nodeName")
	created := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{UID: object.GetUID()}, Spec: corev1.PodSpec{NodeName: node}}
	if !rrsa.Exists(&created, corev1.PodPhase(phase)) {
		return nil, nil
	}
	pod, err := diagnose.AsPod(object)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", it.Origin, err)
	}
	return pod, nil
}
