package rrsa

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
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

// names reads a comma-separated list of containers. Our decision: items are
// trimmed, and empty ones dropped. (§3)
func (p *planner) names(t *corev1.PodTemplateSpec, key, setting string) []string {
	value, ok := t.Annotations[key]
	if !ok {
		return nil
	}
	var out []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	p.set(setting, strings.Join(out, ","), LevelPod, "", key)
	known := map[string]bool{}
	for _, c := range slices.Concat(t.Spec.InitContainers, t.Spec.Containers) {
		if c.Name != "" { // Knative's may do without
			known[c.Name] = true
		}
	}
	for _, name := range out {
		switch {
		case known[name]:
		case strings.ContainsAny(name, "; \t\n|"):
			p.add(Reason{
				Code: CodeContainerListSeparator, Severity: Warning, Level: LevelPod, Field: annotationField(key),
				Message: fmt.Sprintf("%s lists %q as one container", setting, name),
				Hint:    "separate the names with commas",
			})
		default:
			hint := suggest.DidYouMean(name, sortedKeys(known))
			if hint == "" && len(known) > 0 {
				hint = "it has " + strings.Join(sortedKeys(known), ", ")
			}
			p.add(Reason{
				Code: CodeContainerNotFound, Severity: Warning, Level: LevelPod, Field: annotationField(key),
				Message: fmt.Sprintf("%s names the container %q, which the pod doesn't have", setting, name),
				Hint:    hint,
			})
		}
	}
	return out
}
