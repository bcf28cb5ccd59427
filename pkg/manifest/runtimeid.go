package manifest

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// runtimeIDs are annotations by which kpt recognizes an object that a function
// gives back. It then copies comments from what it sent, to entries of lists by
// their index: an entry that moves up because one of ours was taken out would get
// our mark, and a value that was put back would keep it. kpt adds them before a
// function and takes them out behind it, so nobody misses them.
var runtimeIDs = [...]string{"internal.config.kubernetes.io/id", "config.k8s.io/id"}

// forgets tells whether changes take any mark out of an item of a ResourceList.
func (it *Item) forgets(changes []*Change) bool {
	return it.doc.resourceList && slices.ContainsFunc(changes, func(c *Change) bool {
		return len(c.work.removeVolumes) > 0 || slices.ContainsFunc(c.work.containers, func(w containerWork) bool {
			return len(w.remove)+len(w.removeMounts)+len(w.restore) > 0
		})
	})
}

// forgetRuntimeIDs plans to take the annotations out, so that the comments stay as
// they are given.
func (s *splicer) forgetRuntimeIDs(it *Item) error {
	annotations := get(get(it.node, "metadata"), "annotations")
	if annotations == nil || annotations.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(annotations.Content); i += 2 {
		key, value := annotations.Content[i], annotations.Content[i+1]
		if !slices.Contains(runtimeIDs[:], key.Value) {
			continue
		}
		// kpt adds its own behind those of the object, or its path and index.
		if i == 0 || annotations.Anchor != "" {
			return errNoSplice
		}
		start, err := s.text.offset(key)
		if err != nil {
			return err
		}
		flow := annotations.Style&yaml.FlowStyle != 0
		end, err := s.text.end(value, -1, flow)
		if err != nil {
			return err
		}
		if flow {
			if start, err = s.text.end(annotations.Content[i-1], -1, true); err != nil {
				return err
			}
		} else {
			line := s.text.lineStart(start)
			if strings.TrimSpace(string(s.text.data[line:start])) != "" || !s.text.restIsBlank(end) {
				return errNoSplice
			}
			start, end = line, s.text.nextLine(end)
		}
		s.edits = append(s.edits, edit{start, end, ""})
	}
	return nil
}

// forgetRuntimeIDs does the same to an object's node.
func forgetRuntimeIDs(object *yaml.Node) {
	annotations := get(get(object, "metadata"), "annotations")
	for i := 0; annotations != nil && i+1 < len(annotations.Content); {
		if slices.Contains(runtimeIDs[:], annotations.Content[i].Value) {
			annotations.Content = slices.Delete(annotations.Content, i, i+2)
		} else {
			i += 2
		}
	}
}
