package podtemplate

import (
	"fmt"
	"strings"
)

// Path says where a kind of object holds a pod template, or that it makes no pods.
type Path struct {
	// Group is the API group, in any version; empty for the core group.
	Group string
	// Kind is the object's kind.
	Kind string
	// Path leads to the pod template or to a pod spec: keys with dots between them,
	// "[]" behind the key of a list for all its entries, "*" for all values of a
	// mapping. Empty means that the object itself is the Pod.
	Path string
	// ServiceAccountPath leads to the name of the ServiceAccount in kinds that keep
	// it outside of the pod template. Where it leads nowhere the template's counts.
	ServiceAccountPath string
	// None says that the kind makes no pods, whatever containers it holds.
	None bool
}

// Validate checks the form of the path, and that it goes with those before it in a
// list. It returns the first fault.
func (p Path) Validate(before ...Path) error {
	if p.Kind == "" {
		return fmt.Errorf("checking the pod template path %q: kind is missing", p.Path)
	}
	if p.None && p.Path+p.ServiceAccountPath != "" {
		return fmt.Errorf("checking the path %q of kind %q: a kind with none makes no pods: remove its path, or none", p.Path+p.ServiceAccountPath, p.Kind)
	}
	for _, path := range []string{p.Path, p.ServiceAccountPath} {
		for _, step := range strings.Split(path, ".") {
			name := strings.TrimSuffix(step, "[]")
			if path != "" && (name == "" || strings.ContainsAny(name, "[]{}$/ ")) {
				return fmt.Errorf("checking the path %q of kind %q: want keys with dots between them, such as %q", path, p.Kind, "spec.tasks[].template")
			}
		}
	}
	if strings.ContainsAny(p.ServiceAccountPath, "[*") {
		return fmt.Errorf("checking the path %q of kind %q: a ServiceAccount path has no lists", p.ServiceAccountPath, p.Kind)
	}
	for _, other := range before {
		if other.Group == p.Group && other.Kind == p.Kind && other.None != p.None {
			return fmt.Errorf("checking the path %q of kind %q: the kind has an entry with none and one without: keep one of them", p.Path, p.Kind)
		}
	}
	return nil
}
