package session

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// readLive reads the objects that the arguments name or a selection chooses, as manifests
// that could be applied: without what the API server has written into them. A Pod is read
// as it was before it was created and injected; as it is it stays in the input's Pods.
func readLive(ctx context.Context, s *Session) (Input, error) {
	out := Input{
		Targets: s.Input.Targets, Selection: s.Input.Selection,
		Pods: map[*manifest.Item]*corev1.Pod{}, Workloads: map[*manifest.Item]*unstructured.Unstructured{}, Selected: map[*manifest.Item]*cluster.SelectedPods{},
	}
	var err error
	switch selection := out.Selection; {
	case selection == nil:
		var objects []*unstructured.Unstructured
		if objects, err = s.Cluster.Objects(out.Targets...); err == nil {
			err = out.addObjects(objects)
		}
		// What the arguments name is under question. Of a set of pods two workloads have to say
		// the same, as of all pods of a cluster.
		for _, object := range objects {
			switch {
			case !IsSet(object):
				out.About = append(out.About, cluster.WorkloadOf(object.GetKind(), object))
			case object.GetKind() == "Namespace":
				out.About = append(out.About, types.NamespacedName{Namespace: object.GetName()})
			}
		}
	case selection.OfPods():
		var pods []*cluster.SelectedPods
		if pods, out.Left, err = cluster.ReadSelectedPods(ctx, s.Cluster, *selection); err == nil {
			err = out.addSelected(s, pods)
		}
	default:
		var objects []*unstructured.Unstructured
		if objects, out.Left, err = cluster.ReadSelected(s.Cluster, *selection); err == nil {
			err = out.addObjects(objects)
		}
	}
	if err == nil && out.Selection != nil && len(out.Streams) == 0 {
		err = nothing(s)
	}
	return out, err
}

// IsSet tells whether a live object stands for the pods that use it: a ServiceAccount or a
// Namespace.
func IsSet(object *unstructured.Unstructured) bool {
	gvk := object.GroupVersionKind()
	return gvk == corev1.SchemeGroupVersion.WithKind("ServiceAccount") || gvk == corev1.SchemeGroupVersion.WithKind("Namespace")
}

// nothing is the error for a selection that chooses nothing, which looks like success else.
func nothing(s *Session) error {
	selection, what, where := s.Input.Selection, "pods", "any namespace"
	if !selection.OfPods() {
		what = selection.Types
	}
	if !selection.AllNamespaces {
		where = fmt.Sprintf("namespace %q", s.Cluster.Namespace)
		if err := CheckNamespace(s.Lookup, s.Cluster.Namespace); err != nil {
			return err
		}
	}
	with := ""
	if selection.Selector != "" {
		with = fmt.Sprintf(" with the labels %q", selection.Selector)
	}
	return fmt.Errorf("reading the %s%s: there are none in %s: see kubectl get %s --show-labels", what, with, where, what)
}

// addObjects adds objects that were read whole.
func (in *Input) addObjects(objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		pod, err := diagnose.AsPod(object)
		if err != nil {
			return err
		}
		items, err := in.add(object, pod)
		if err != nil {
			return err
		}
		for _, it := range items {
			if pod != nil {
				in.Pods[it] = pod
			} else {
				in.Workloads[it] = object
			}
		}
	}
	return nil
}

// addSelected adds what has made pods, and pods that nothing has made.
func (in *Input) addSelected(s *Session, all []*cluster.SelectedPods) error {
	injector, err := s.Settings.Injector()
	if err != nil {
		return err
	}
	for _, of := range all {
		first := &of.Pods[0]
		if of.Top != nil && of.Top.Object != nil && diagnose.NewWorkload(of.Top.Object).Template != nil {
			items, err := in.add(of.Top.Object, nil)
			if err != nil {
				return err
			}
			if oneTemplate(injector, items) {
				in.Workloads[items[0]], in.Selected[items[0]] = of.Top.Object, of
				continue
			}
			in.Streams = in.Streams[:len(in.Streams)-1] // nothing can be said of it
		}
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(first)
		if err != nil {
			return fmt.Errorf("reading Pod %q: %w", first.Name, err)
		}
		object := &unstructured.Unstructured{Object: content}
		object.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod"))
		items, err := in.add(object, first)
		if err != nil {
			return err
		}
		for _, it := range items {
			if of.Top == nil {
				in.Pods[it] = first
			} else {
				in.Selected[it] = of
			}
		}
	}
	return nil
}

// oneTemplate tells whether an object's kind is known, and has one pod template: what is
// said of that holds for all its pods then.
func oneTemplate(injector inject.Injector, items []*manifest.Item) bool {
	report, err := injector.Plan(items)
	return err == nil && len(items) == 1 && len(report.Templates) == 1 && report.Templates[0].Known()
}

// add adds a live object as a manifest. pod is the same object if it is a Pod.
func (in *Input) add(object *unstructured.Unstructured, pod *corev1.Pod) ([]*manifest.Item, error) {
	object, err := diagnose.Original(object, pod)
	if err != nil {
		return nil, err
	}
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	s, err := manifest.Parse(cluster.Source, data)
	if err != nil {
		return nil, err
	}
	in.Streams = append(in.Streams, s)
	return s.Items(), nil
}
