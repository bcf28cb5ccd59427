package rrsa

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// EnvSource names a ConfigMap or Secret that containers take variables from, in the
// pod's namespace.
type EnvSource struct {
	// Kind is ConfigMap or Secret.
	Kind string
	Name string
}

// EnvSourceOf is what an entry of envFrom names; the zero value for neither.
func EnvSourceOf(from corev1.EnvFromSource) EnvSource {
	switch {
	case from.ConfigMapRef != nil:
		return EnvSource{"ConfigMap", from.ConfigMapRef.Name}
	case from.SecretRef != nil:
		return EnvSource{"Secret", from.SecretRef.Name}
	}
	return EnvSource{}
}

// envFrom is about variables that a container would have from elsewhere, had they not
// been injected. It warns of those that are there, and where that isn't known says
// which ones could be. (§3)
func (p *planner) envFrom(env []corev1.EnvVar, sel selection) {
	for i, from := range sel.container.EnvFrom {
		source := EnvSourceOf(from)
		if source.Name == "" {
			continue // it names nothing
		}
		keys, known := p.in.EnvSources[source]
		var shadowed []string
		for _, ours := range env {
			if key, ok := strings.CutPrefix(ours.Name, from.Prefix); ok && (!known || slices.Contains(keys, key)) {
				shadowed = append(shadowed, ours.Name)
			}
		}
		if len(shadowed) == 0 {
			continue
		}
		r := warning(CodeEnvFromShadowed, LevelPod, fmt.Sprintf("%s.envFrom[%d]", sel.field(), i),
			fmt.Sprintf("container %q takes %s from %s %q, and the injected value wins", sel.name(), strings.Join(shadowed, ", "), source.Kind, source.Name), "")
		if !known {
			r.Severity = Info
			r.Message = fmt.Sprintf("container %q takes variables from %s %q, whose keys aren't known; where one has an injected name, the injected value wins", sel.name(), source.Kind, source.Name)
		}
		p.add(r)
	}
}
