package rrsa

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// selection is a container that is injected.
type selection struct {
	container *corev1.Container
	init      bool
	index     int
}

// name is the container's, or its place where it has none: Knative's may do
// without.
func (s selection) name() string {
	if s.container.Name != "" {
		return s.container.Name
	}
	return strings.TrimPrefix(s.field(), "spec.")
}

// selectContainers applies only-containers and skip-containers; a name in both is
// skipped, and an empty only-containers is as good as none. Native sidecars are
// init containers; ephemeral containers are never injected. (§3)
func (p *planner) selectContainers(s settings) []selection {
	most := len(p.in.Template.Spec.InitContainers) + len(p.in.Template.Spec.Containers)
	out := make([]selection, 0, most)
	p.containers = make([]string, 0, most)
	pick := func(list []corev1.Container, init bool) {
		for i := range list {
			name := list[i].Name
			if slices.Contains(s.skip, name) || (len(s.only) > 0 && !slices.Contains(s.only, name)) {
				continue
			}
			sel := selection{container: &list[i], init: init, index: i}
			out = append(out, sel)
			p.containers = append(p.containers, sel.name())
		}
	}
	if p.cfg.InitContainers {
		pick(p.in.Template.Spec.InitContainers, true)
	}
	pick(p.in.Template.Spec.Containers, false)
	return out
}
