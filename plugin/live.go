package plugin

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// readLive reads the objects that the arguments name, as manifests that could be
// applied: without what the API server has written into them. A Pod is read as it
// was before it was created and injected; as it is it stays in o.pods.
func (o *common) readLive(ctx context.Context) ([]*manifest.Stream, error) {
	if err := o.needCluster(); err != nil {
		return nil, err
	}
	objects, err := term.Interruptible(ctx, func() ([]*unstructured.Unstructured, error) { return o.live.Objects(o.targets...) })
	if err != nil {
		return nil, err
	}
	o.settings.liveInput = true
	o.pods, o.selectors = map[*manifest.Item]*corev1.Pod{}, map[*manifest.Item]string{}
	var out []*manifest.Stream
	for _, object := range objects {
		pod, err := asPod(object)
		if err != nil {
			return nil, err
		}
		s, err := asStream(object, pod)
		if err != nil {
			return nil, err
		}
		for _, it := range s.Items() {
			if pod != nil {
				o.pods[it] = pod
			}
			o.selectors[it] = selectorOf(object)
		}
		out = append(out, s)
	}
	return out, nil
}

// needCluster fails where there is no cluster to ask.
func (o *common) needCluster() error {
	if o.live != nil {
		return nil
	}
	return fmt.Errorf("reading %q: %w", o.targets, cluster.ErrNone)
}

// asPod reads a live object that is a Pod; nil for any other.
func asPod(object *unstructured.Unstructured) (*corev1.Pod, error) {
	if object.GroupVersionKind() != corev1.SchemeGroupVersion.WithKind("Pod") {
		return nil, nil
	}
	pod := &corev1.Pod{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, pod); err != nil {
		return nil, fmt.Errorf("reading Pod %q: %w", object.GetName(), err)
	}
	return pod, nil
}

// podTemplate is a Pod as the engine takes it.
func podTemplate(pod *corev1.Pod) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
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

// examine compares a live Pod, as it is, with what it would get if it were created
// now. The change is the decision about it, or about the workload that made it.
func examine(injector manifest.Injector, c *manifest.Change, pod *corev1.Pod) (rrsa.Examination, error) {
	in := rrsa.Input{NamespaceName: pod.Namespace, Template: podTemplate(pod), Phase: pod.Status.Phase}
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

// asStream turns a live object into a manifest. pod is the same object if it is a
// Pod.
func asStream(object *unstructured.Unstructured, pod *corev1.Pod) (*manifest.Stream, error) {
	object = unwritten(object)
	if pod != nil {
		// The scheduler's; a pod that is created with it goes round the scheduler.
		unstructured.RemoveNestedField(object.Object, "spec", "nodeName")
		if err := takeOut(object, pod); err != nil {
			return nil, fmt.Errorf("taking the injection out of Pod %q: %w", pod.Name, err)
		}
	}
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return manifest.Parse(cluster.Source, data)
}

// unwritten is an object without what the API server has written into it.
func unwritten(object *unstructured.Unstructured) *unstructured.Unstructured {
	object = object.DeepCopy()
	for _, field := range []string{"managedFields", "uid", "resourceVersion", "creationTimestamp", "generation", "selfLink"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(object.Object, "status")
	return object
}

// takeOut takes out of a Pod's object what an injection has put into it, and
// leaves every list as it is from which there is nothing to take: the Pod's type
// may not know all fields.
func takeOut(object *unstructured.Unstructured, pod *corev1.Pod) error {
	bare := rrsa.Uninjected(podTemplate(pod)).Spec
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
