package inject

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Edit is one change of a pod template, for people.
type Edit struct {
	// Action is "add", "change" or "remove".
	Action string
	// Field is the path in the object.
	Field string
	// Container names the container that changes, as [rrsa.Decision] does; empty for
	// the pod's volume.
	Container string
	// Value is what a variable gets; empty for anything else.
	Value string
}

// Edits lists what has to change so that the template holds what was decided, for
// people and in the order of the pod.
func (t *Template) Edits() []Edit {
	var out []Edit
	for _, c := range t.changes {
		container := t.containerOf(c.List)
		add := func(action, name, value string) {
			out = append(out, Edit{Action: action, Field: c.List.String() + "[" + name + "]", Container: container, Value: value})
		}
		name := func(entry *yaml.Node) string { return yamlnode.GetString(entry, "name") }
		list := c.List.Get(t.Item.Node())
		switch {
		case c.Op == yamledit.Append:
			for _, entry := range c.Entries {
				add("add", name(entry), yamlnode.GetString(entry, "value"))
			}
		case list == nil || list.Kind != yaml.SequenceNode || c.Index >= len(list.Content):
			// What an orchestrator has added is no business of people's.
		case c.Op == yamledit.Empty, c.Op == yamledit.Drop:
			for _, entry := range list.Content {
				add("remove", name(entry), "")
			}
		case c.Op == yamledit.Remove:
			add("remove", name(list.Content[c.Index]), "")
		case c.Op == yamledit.SetValue:
			add("change", name(list.Content[c.Index]), c.Text)
		default:
			add("change", name(list.Content[c.Index]), "")
		}
	}
	return out
}

// containerOf names the container that a list belongs to; empty for the pod's own.
func (t *Template) containerOf(list yamlnode.Way) string {
	i := slices.IndexFunc(t.view.Containers, func(c podtemplate.Container) bool {
		return len(list) > len(c.Way) && slices.Equal(list[:len(c.Way)], c.Way)
	})
	switch {
	case i < 0:
		return ""
	case t.view.Containers[i].Typed.Name == "": // Knative's may do without
		return t.view.Containers[i].Way[len(t.view.Spec()):].String()
	}
	return t.view.Containers[i].Typed.Name
}
