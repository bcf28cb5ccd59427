package rrsa

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
)

// selection is a container of a pod template, and where it is.
type selection struct {
	container *corev1.Container
	init      bool
	index     int
}

// containers visits the containers of a template, init containers first. Native
// sidecars are init containers; ephemeral containers are never injected. (§3)
func containers(t *corev1.PodTemplateSpec) iter.Seq[selection] {
	return func(yield func(selection) bool) {
		for n, list := range [...][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
			for i := range list {
				if !yield(selection{container: &list[i], init: n == 0, index: i}) {
					return
				}
			}
		}
	}
}

// containerAt returns the container at a place of a template; nil if none is there.
func containerAt(t *corev1.PodTemplateSpec, init bool, index int) *corev1.Container {
	list := t.Spec.Containers
	if init {
		list = t.Spec.InitContainers
	}
	if index < 0 || index >= len(list) {
		return nil
	}
	return &list[index]
}

// name is the container's, or its place where it has none: Knative's may do
// without.
func (s selection) name() string {
	if s.container.Name != "" {
		return s.container.Name
	}
	return strings.TrimPrefix(s.field(), "spec.")
}

func (s selection) field() string {
	list := "spec.containers"
	if s.init {
		list = "spec.initContainers"
	}
	return list + "[" + strconv.Itoa(s.index) + "]"
}

func (s selection) mountField() string { return s.field() + ".volumeMounts[" + VolumeName + "]" }

func (s selection) envField(name string) string { return s.field() + ".env[" + name + "]" }

// selectContainers applies only-containers and skip-containers; a name in both is
// skipped, and an empty only-containers is as good as none. (§3)
func (p *planner) selectContainers(s settings) []selection {
	t := p.in.Template
	most := len(t.Spec.InitContainers) + len(t.Spec.Containers)
	out := make([]selection, 0, most)
	p.Containers = make([]string, 0, most)
	for sel := range containers(t) {
		name := sel.container.Name
		if sel.init && !p.cfg.InitContainers || slices.Contains(s.skip, name) || len(s.only) > 0 && !slices.Contains(s.only, name) {
			continue
		}
		out = append(out, sel)
		p.Containers = append(p.Containers, sel.name())
	}
	return out
}

// names reads a comma-separated list of containers. Our decision: items are
// trimmed, and empty ones dropped. (§3)
func (p *planner) names(key, setting string) []string {
	value, ok := p.in.Template.Annotations[key]
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
	for sel := range containers(p.in.Template) {
		known[sel.container.Name] = true
	}
	delete(known, "") // Knative's may do without
	for _, name := range out {
		switch {
		case known[name]:
		case strings.ContainsAny(name, "; \t\n|"):
			p.add(warning(CodeContainerListSeparator, LevelPod, annotationField(key),
				fmt.Sprintf("%s lists %q as one container", setting, name), "separate the names with commas"))
		default:
			hint := suggest.DidYouMean(name, sortedKeys(known))
			if hint == "" && len(known) > 0 {
				hint = "it has " + strings.Join(sortedKeys(known), ", ")
			}
			p.add(warning(CodeContainerNotFound, LevelPod, annotationField(key),
				fmt.Sprintf("%s names the container %q, which the pod doesn't have", setting, name), hint))
		}
	}
	return out
}
