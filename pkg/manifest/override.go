package manifest

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// override plans the new value of a variable, wherever the container sets it and
// it isn't ours.
func (s *splicer) override(container *yaml.Node, w containerWork, e corev1.EnvVar, st style) error {
	_, list := pair(container, "env")
	if !owned(list) {
		return errNoSplice
	}
	for i, entry := range list.Content {
		if _, ours := w.ours[i]; ours || getString(entry, "name") != e.Name {
			continue
		}
		if get(entry, "valueFrom") == nil && getString(entry, "value") == e.Value {
			continue
		}
		if !owned(entry) || entry.Kind != yaml.MappingNode || mergesAny(entry) {
			return errNoSplice
		}
		if err := s.overrideEntry(entry, e, st); err != nil {
			return err
		}
	}
	return nil
}

func (s *splicer) overrideEntry(entry *yaml.Node, e corev1.EnvVar, st style) error {
	flow := entry.Style&yaml.FlowStyle != 0
	valueKey, value := pair(entry, "value")
	fromKey, from := pair(entry, "valueFrom")
	if valueKey != nil && fromKey != nil {
		return errNoSplice
	}
	if fromKey != nil {
		valueKey, value = fromKey, from
	}
	if valueKey == nil {
		if flow {
			return errNoSplice
		}
		end, err := s.endOf(entry)
		if err != nil {
			return err
		}
		st.eol = s.text.eol(end)
		line := strings.Repeat(" ", entry.Content[0].Column-1) + "value: " + scalarText(str(e.Value), false) + " " + markWas("") + st.eol
		return s.insertLines(end, entry.Content[0].Column-1, line, st.eol)
	}
	start, err := s.text.offset(valueKey)
	if err != nil {
		return err
	}
	end, err := s.text.end(value, entry.Content[0].Column-1, flow)
	if err != nil || valueKey.Anchor != "" || value.Anchor != "" || hasAnchor(value) {
		return errNoSplice
	}
	replacement := "value: " + scalarText(str(e.Value), flow)
	if flow {
		fs := s.flowStyle(entry)
		replacement = scalarText(str("value"), fs.quoted) + ":" + fs.space() + scalarText(str(e.Value), true)
	} else if !s.text.restIsBlank(end) {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{start, end, replacement})
	if !flow {
		lineEnd := s.text.lineEnd(end)
		s.edits = append(s.edits, edit{lineEnd, lineEnd, " " + markWas(string(s.text.data[start:end]))})
	}
	return nil
}

func mergesAny(m *yaml.Node) bool {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if isMerge(m.Content[i]) {
			return true
		}
	}
	return false
}

// hasAnchor tells whether a value that is about to go holds an anchor that an
// alias elsewhere may need.
func hasAnchor(n *yaml.Node) bool {
	if n.Anchor != "" {
		return true
	}
	for _, child := range n.Content {
		if hasAnchor(child) {
			return true
		}
	}
	return false
}
