package manifest

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
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
func (c *Change) Edits() []Edit {
	path := c.Path
	if path != "" {
		path += "."
	}
	var out []Edit
	for _, w := range c.work.containers {
		out = append(out, c.containerEdits(path, w)...)
	}
	volume := path + "spec.volumes[" + rrsa.VolumeName + "]"
	for range c.work.removeVolumes {
		out = append(out, Edit{Action: "remove", Field: volume})
	}
	for range c.work.replaceVolumes {
		out = append(out, Edit{Action: "change", Field: volume})
	}
	if c.work.addVolume != nil {
		out = append(out, Edit{Action: "add", Field: volume})
	}
	return out
}

func (c *Change) containerEdits(path string, w containerWork) []Edit {
	var out []Edit
	place := fmt.Sprintf("%s[%d]", listKey(w.init), w.index)
	at, container := path+"spec."+place, c.containerName(w.containerIndex)
	if container == "" { // Knative's may do without
		container = place
	}
	env := func(action, name, value string) {
		out = append(out, Edit{Action: action, Field: at + ".env[" + name + "]", Container: container, Value: value})
	}
	for _, i := range w.remove {
		env("remove", c.container(w.containerIndex).Env[i].Name, "")
	}
	for _, i := range slices.Sorted(maps.Keys(w.restore)) {
		env("change", c.container(w.containerIndex).Env[i].Name, "")
	}
	for _, i := range slices.Sorted(maps.Keys(w.update)) {
		env("change", w.update[i].Name, w.update[i].Value)
	}
	for _, e := range w.override {
		env("change", e.Name, e.Value)
	}
	for _, e := range w.add {
		env("add", e.Name, e.Value)
	}
	mount := at + ".volumeMounts[" + rrsa.VolumeName + "]"
	for range w.removeMounts {
		out = append(out, Edit{Action: "remove", Field: mount, Container: container})
	}
	for range w.addMounts {
		out = append(out, Edit{Action: "add", Field: mount, Container: container})
	}
	return out
}

// container is one of a template with marks, which is the only one that is kept.
func (c *Change) container(at containerIndex) corev1.Container {
	if at.init {
		return c.typed.Spec.InitContainers[at.index]
	}
	return c.typed.Spec.Containers[at.index]
}

// containerName is a container's own name. Without marks all work is from the
// mutation, which has the names.
func (c *Change) containerName(at containerIndex) string {
	if c.typed != nil {
		return c.container(at).Name
	}
	for _, m := range c.Decision.Mutation.Containers {
		if m.Init == at.init && m.Index == at.index {
			return m.Name
		}
	}
	return ""
}
