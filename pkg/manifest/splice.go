package manifest

import (
	"errors"
	"maps"
	"slices"
	"strings"

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
	return s.volumes(spec, c.work, st)
}

func (s *splicer) container(spec *yaml.Node, w containerWork, st style) error {
	_, list := pair(spec, listKey(w.init))
	if !owned(list) || w.index >= len(list.Content) || !owned(list.Content[w.index]) {
		return errNoSplice
	}
	container := list.Content[w.index]
	st = st.like(container)
	_, env := pair(container, "env")
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
		s.removeEntries(container, "env", w.remove, len(w.add) > 0),
		s.removeEntries(container, "volumeMounts", w.removeMounts, len(w.addMounts) > 0),
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

// append plans additions to a mapping: to the lists that are there first, as they
// may end where the mapping does, then as new keys.
func (s *splicer) append(parent *yaml.Node, additions []addition, st style) error {
	var missing []addition
	for _, a := range additions {
		key, list := pair(parent, a.key)
		var err error
		switch {
		case key == nil && get(parent, a.key) != nil:
			err = errNoSplice // it comes through a merge key
		case key == nil:
			missing = append(missing, a)
		case isNull(list) || list.Kind == yaml.SequenceNode && len(list.Content) == 0:
			err = s.fill(parent, key, list, a, st)
		default:
			if list.Line > key.Line {
				st.seq = max(list.Column-key.Column, 0)
			}
			err = s.extend(list, a, st)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range missing {
		if err := s.addKey(parent, a, st); err != nil {
			return err
		}
	}
	return nil
}

// addKey adds a key with a list behind a mapping's last value.
func (s *splicer) addKey(parent *yaml.Node, a addition, st style) error {
	if parent.Style&yaml.FlowStyle != 0 {
		return s.addFlow(parent, a.key, a.entries())
	}
	end, err := s.endOf(parent)
	if err != nil {
		return err
	}
	st.eol = s.text.eol(end)
	column := parent.Content[0].Column - 1
	return s.insertLines(end, column, s.lines(a, true, column, st), st.eol)
}

// lines writes an addition in block style: its entries at a column, or with its
// key there.
func (s *splicer) lines(a addition, withKey bool, column int, st style) string {
	key := memoKey{id: a.id, withKey: withKey, column: column, style: st}
	if out, ok := s.memo[key]; ok && a.id != "" {
		return out
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", column))
	if list := sequence(a.entries()...); withKey {
		b.WriteString(a.key + ":")
		writeValue(&b, list, column, st)
	} else {
		writeBlock(&b, list, column, st)
	}
	if s.memo != nil && a.id != "" {
		s.memo[key] = b.String()
	}
	return b.String()
}

// extend adds entries to a list that has some.
func (s *splicer) extend(list *yaml.Node, a addition, st style) error {
	if !owned(list) || list.Kind != yaml.SequenceNode {
		return errNoSplice
	}
	if list.Style&yaml.FlowStyle != 0 {
		return s.addFlow(list, "", a.entries())
	}
	end, err := s.endOf(list)
	if err != nil {
		return err
	}
	column := list.Column - 1
	if at, err := s.text.offset(list); err != nil || !s.text.hasPrefix(at, "-") {
		return errNoSplice
	}
	last := list.Content[len(list.Content)-1]
	st.dash = dashWidth(list, last)
	st.eol = s.text.eol(end)
	return s.insertLines(end, column+1, s.lines(a, false, column, st), st.eol)
}

// fill gives entries to a key whose value is null or an empty list.
func (s *splicer) fill(parent, key, value *yaml.Node, a addition, st style) error {
	if value.Anchor != "" || value.Style&yaml.TaggedStyle != 0 || value.Kind == yaml.AliasNode {
		return errNoSplice
	}
	start, err := s.text.offset(value)
	if err != nil {
		return err
	}
	flow := parent.Style&yaml.FlowStyle != 0
	end, err := s.text.end(value, -1, flow)
	if err != nil {
		return err
	}
	keyEnd, err := s.text.end(key, -1, flow)
	if err != nil || key.Line != value.Line {
		return errNoSplice
	}
	between := string(s.text.data[keyEnd:start])
	if colon := strings.TrimSpace(between); colon != ":" {
		return errNoSplice
	}
	if flow {
		var b strings.Builder
		writeFlow(&b, sequence(a.entries()...), s.flowStyle(parent))
		if start == end {
			return errNoSplice
		}
		s.edits = append(s.edits, edit{start, end, b.String()})
		return nil
	}
	if !s.text.restIsBlank(end) {
		return errNoSplice
	}
	colon := keyEnd + strings.IndexByte(between, ':') + 1
	if end > colon {
		s.edits = append(s.edits, edit{colon, end, ""})
	}
	if lineEnd := s.text.lineEnd(end); !a.stays {
		s.edits = append(s.edits, edit{lineEnd, lineEnd, " " + markWas(string(s.text.data[colon:end]))})
	}
	column := key.Column - 1 + st.seq
	st.eol = s.text.eol(end)
	return s.insertLines(end, key.Column, s.lines(a, false, column, st), st.eol)
}

func listKey(init bool) string {
	if init {
		return "initContainers"
	}
	return "containers"
}
