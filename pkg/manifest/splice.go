package manifest

import (
	"errors"
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// splicer plans edits of a document's text. Edits at one place keep the order in
// which they are planned, so inner collections come before those around them.
type splicer struct {
	text  *text
	edits []edit
	// memo holds text that was written before. Containers of one ServiceAccount
	// all get the same; nil remembers nothing.
	memo map[memoKey]string
	// gone are lists in flow style that are taken out together with their keys.
	gone map[*yaml.Node]bool
	// done is what was planned at nodes that aliases lead to, see shared.go.
	done map[place]string
	// asked are the aliases through which something was planned.
	asked map[*yaml.Node]bool
	// shares says that there are such nodes among those that are edited.
	shares bool
	// stays says that what is added is never taken out, so that marks are of no use.
	stays bool
	// stripped is the block scalar at the end of the text that was looked after.
	stripped *yaml.Node
}

// memoKey is all that written text follows from.
type memoKey struct {
	id      string
	withKey bool
	column  int
	style   style
}

// inject plans the edits of one pod template. It gives up with errNoSplice where
// the text doesn't tell for sure what an edit would change.
func (s *splicer) inject(c *Change) error {
	if shared(c.Item.above) || shared(c.template.nodes) {
		return errNoSplice
	}
	template := c.template.node()
	specKey, spec := pair(template, "spec")
	if !owned(spec) {
		return errNoSplice
	}
	st := style{step: 2, dash: 2}
	if spec.Style&yaml.FlowStyle == 0 {
		st.step = max(spec.Content[0].Column-specKey.Column, 1)
	}
	st = st.like(spec)
	for _, w := range c.work.containers {
		if err := s.container(spec, w, st); err != nil {
			return err
		}
	}
	if s.shares {
		if err := s.detach(spec, st); err != nil {
			return err
		}
	}
	return s.volumes(spec, c.work, st)
}

func (s *splicer) container(spec *yaml.Node, w containerWork, st style) error {
	_, list := pair(spec, listKey(w.init))
	if !owned(list) || w.index >= len(list.Content) || !s.usable(list.Content[w.index], yaml.MappingNode) {
		return errNoSplice
	}
	container := list.Content[w.index]
	st = st.like(container)
	_, env := s.list(container, "env")
	for _, i := range slices.Sorted(maps.Keys(w.update)) {
		if err := s.updateEnv(env.Content[i], w.update[i].Value); err != nil {
			return err
		}
	}
	for _, i := range slices.Sorted(maps.Keys(w.restore)) {
		if err := s.restoreEnv(env.Content[i], w.restore[i]); err != nil {
			return err
		}
	}
	for _, e := range w.override {
		if err := s.override(container, w, e, st); err != nil {
			return err
		}
	}
	return errors.Join(
		// Mounts were added behind the variables, so they go before them.
		s.removeEntries(container, "volumeMounts", w.removeMounts, len(w.addMounts) > 0),
		s.removeEntries(container, "env", w.remove, len(w.add) > 0),
		s.append(container, w.additions(), st),
	)
}

func (s *splicer) volumes(spec *yaml.Node, w work, st style) error {
	if err := s.removeEntries(spec, "volumes", w.removeVolumes, len(w.replaceVolumes) > 0 || w.addVolume != nil); err != nil {
		return err
	}
	for _, i := range w.replaceVolumes {
		if err := s.replaceEntry(spec, "volumes", i, volumeAddition(w.newVolume), st); err != nil {
			return err
		}
	}
	if w.addVolume == nil {
		return nil
	}
	return s.append(spec, []addition{volumeAddition(w.addVolume)}, st)
}

func listKey(init bool) string {
	if init {
		return "initContainers"
	}
	return "containers"
}
