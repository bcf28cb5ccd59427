package inject

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Template is the decision about one pod template, and what has to change so that
// the template is as decided.
type Template struct {
	// Item is the object that holds the template.
	Item *manifest.Item
	// Path leads to the template in the object; empty for a Pod.
	Path string
	// Namespace is where the object belongs; empty if that isn't known.
	Namespace string
	// ServiceAccount is the name of the pod's ServiceAccount.
	ServiceAccount string
	// Decision is the engine's answer, for the pod template as it would be without
	// what an earlier run has added.
	Decision rrsa.Decision

	// existing tells that the decision is about a Pod that exists, as if it didn't.
	existing bool
	// view is the template as it was read; nil for an object whose pod templates
	// aren't known.
	view *podtemplate.Template
	// source and marks are the object, and what an earlier run has added to it, as long as
	// the template is planned.
	source  yamledit.Object
	marks   marks
	changes []yamledit.Change
	sources Sources
	// kept says which roles stay, and keeping in which containers.
	kept, keeping []string
	// outdated says what differs in an injection without a mark; empty for nothing.
	outdated string
}

// String names the pod template: the object, and the path where the object's kind
// has several.
func (t *Template) String() string {
	if t.Path == "" || t.view == nil || !t.view.Several {
		return t.Item.String()
	}
	return t.Item.String() + "[" + t.Path + "]"
}

// Known tells whether there is a pod template, and it is known where. All that is
// said about an object without is that.
func (t *Template) Known() bool { return t.view != nil && !t.view.Absent }

// Differs tells whether anything has to change so that the pod template holds what
// was decided.
func (t *Template) Differs() bool { return len(t.changes) > 0 }

// Source tells where an object comes from that a decision was made from. The zero
// value means that the object isn't known.
type Source struct {
	// From is "input", "config", or what a Lookup calls itself.
	From string
	// Item is the object; nil if it stands in no manifest.
	Item *manifest.Item
	// Meta is the object's metadata, as far as it was read: names, labels and
	// annotations, and from a Lookup whatever that has; nil if it isn't known.
	Meta *metav1.ObjectMeta
	// Why is why a Lookup doesn't know it; zero if it does, or has nothing to say.
	Why rrsa.Reason
}

// sourceOf is where an object comes from, or why it isn't known.
func sourceOf[T any](known *Known[T], meta func(*T) *metav1.ObjectMeta) Source {
	switch {
	case known != nil && known.Object != nil:
		return Source{From: known.Source, Item: known.Item, Meta: meta(known.Object)}
	case known != nil && len(known.Reasons) > 0:
		return Source{Why: known.Reasons[0]}
	}
	return Source{}
}

// Sources are those of the two objects next to the pod template.
type Sources struct {
	Namespace      Source
	ServiceAccount Source
}

// Sources tells where the Namespace and the ServiceAccount of a decision come from.
func (t *Template) Sources() Sources { return t.sources }

// PodLabels are the labels of the pod template.
func (t *Template) PodLabels() map[string]string {
	if t.view == nil {
		return nil
	}
	return t.view.Labels
}

// PodTemplate returns the pod template as kubectl would send it; for a Pod all of it.
// It is nil where there is none, or it isn't known where.
func (t *Template) PodTemplate() (map[string]any, error) {
	if !t.Known() {
		return nil, nil
	}
	object, err := t.Item.Object()
	if err != nil {
		return nil, err
	}
	var at any = object
	for _, step := range t.view.Way {
		if list, ok := at.([]any); ok && step.Index < len(list) {
			at = list[step.Index]
		} else {
			m, _ := at.(map[string]any)
			at = m[step.Key]
		}
	}
	out, ok := at.(map[string]any)
	if !ok {
		return nil, t.Item.Wrap(fmt.Errorf("reading %s as kubectl does: it is no mapping", t.Path))
	}
	if t.view.Bare {
		// What else stands next to a pod spec isn't sent with it.
		fields := podtemplate.SpecFields()
		maps.DeleteFunc(out, func(key string, _ any) bool { return !slices.Contains(fields, key) })
		out = map[string]any{"spec": out}
	}
	if t.view.Inherits {
		meta := map[string]any{}
		for key, values := range map[string]map[string]string{"labels": t.view.Labels, "annotations": t.view.Annotations} {
			texts := map[string]any{}
			for name, value := range values {
				texts[name] = value
			}
			meta[key] = texts
		}
		out["metadata"] = meta
	}
	return out, nil
}

// Subject is the item that a reason is about; nil if it isn't in the input.
func (t *Template) Subject(reason rrsa.Reason) *manifest.Item {
	switch reason.Level {
	case rrsa.LevelNamespace:
		return t.sources.Namespace.Item
	case rrsa.LevelServiceAccount:
		return t.sources.ServiceAccount.Item
	case rrsa.LevelComponent:
		return nil
	}
	return t.Item
}

// Field is the path of a reason's field in its subject: one about the pod starts
// at the object here, not at the pod template.
func (t *Template) Field(reason rrsa.Reason) string {
	if reason.Level != rrsa.LevelPod || t.view == nil {
		return reason.Field
	}
	return t.view.Field(reason.Field)
}
