package rrsa

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// containerEnv plans the variables of one container: what is missing is appended,
// what is there keeps its place, and its value too unless override-env is set.
func (p *planner) containerEnv(s settings, env []corev1.EnvVar, sel selection, c *ContainerMutation) {
	for _, want := range env {
		have, ok := lastEnv(sel.container.Env, want.Name)
		if !ok {
			if c.Env == nil {
				c.Env = make([]corev1.EnvVar, 0, len(env))
			}
			c.Env = append(c.Env, want)
			continue
		}
		if have.Value == want.Value && have.ValueFrom == nil {
			continue
		}
		if s.overrideEnv {
			c.Override = append(c.Override, want)
			continue
		}
		if s.overrideUnknown {
			if p.verdict == Unknown {
				continue // said already
			}
			p.verdict = Unknown
			p.namespaceUnknown("whether its label override-env replaces " + want.Name)
			continue
		}
		p.add(Reason{
			Code: CodeEnvKept, Severity: Warning, Level: LevelPod, Field: sel.envField(want.Name),
			Message: fmt.Sprintf("container %q sets %s itself, which is kept", c.Name, want.Name),
			Hint:    p.overrideHint(),
		})
	}
	p.surroundings(env, sel)
}

// surroundings warns of what is in the container and keeps the injected variables
// from working. (§3, §5)
func (p *planner) surroundings(env []corev1.EnvVar, sel selection) {
	name := sel.name()
	for i, from := range sel.container.EnvFrom {
		ours := func(e corev1.EnvVar) bool { return strings.HasPrefix(e.Name, from.Prefix) }
		if !slices.ContainsFunc(env, ours) {
			continue // no name with this prefix is injected
		}
		p.add(Reason{
			Code: CodeEnvFromShadowed, Severity: Warning, Level: LevelPod, Field: fmt.Sprintf("%s.envFrom[%d]", sel.field(), i),
			Message: fmt.Sprintf("container %q takes variables from a ConfigMap or Secret; where one has an injected name, the injected value wins", name),
		})
	}
	defined := map[string]bool{}
	for _, e := range sel.container.Env {
		for _, ours := range env {
			if !defined[ours.Name] && e.Name != ours.Name && refersTo(e.Value, ours.Name) {
				p.add(Reason{
					Code: CodeEnvReferenceEarly, Severity: Warning, Level: LevelPod, Field: sel.envField(e.Name),
					Message: fmt.Sprintf("%s of container %q refers to $(%s), which is defined after it and so not expanded", e.Name, name, ours.Name),
					Hint:    "let the program read the variable itself",
				})
			}
		}
		defined[e.Name] = true
		switch {
		case e.Name == envStaticAccessKey:
			p.add(Reason{
				Code: CodeStaticAccessKey, Severity: Warning, Level: LevelPod, Field: sel.envField(e.Name),
				Message: fmt.Sprintf("container %q has a static AccessKey, which the SDKs prefer to RRSA", name),
				Hint:    "remove the ALIBABA_CLOUD_ACCESS_KEY_* variables",
			})
		case strings.HasPrefix(e.Name, legacyEnvPrefix):
			p.add(Reason{
				Code: CodeLegacyEnv, Severity: Warning, Level: LevelPod, Field: sel.envField(e.Name),
				Message: fmt.Sprintf("container %q sets %s, a name from before RRSA that the SDKs with RRSA don't read", name, e.Name),
				Hint:    "remove the variable, and use an SDK that reads the ALIBABA_CLOUD_* names",
			})
		}
	}
}

// refersTo tells whether Kubernetes would look up name in value: "$(NAME)",
// where "$$" stands for a dollar sign.
func refersTo(value, name string) bool {
	for {
		i := strings.IndexByte(value, '$')
		if i < 0 || i+1 == len(value) {
			return false
		}
		if strings.HasPrefix(value[i+1:], "("+name+")") {
			return true
		}
		skip := 1
		if value[i+1] == '$' {
			skip = 2
		}
		value = value[i+skip:]
	}
}

// lastEnv returns the variable of that name that counts: in Kubernetes the last.
func lastEnv(env []corev1.EnvVar, name string) (corev1.EnvVar, bool) {
	for i := len(env) - 1; i >= 0; i-- {
		if env[i].Name == name {
			return env[i], true
		}
	}
	return corev1.EnvVar{}, false
}

func (s selection) envField(name string) string { return s.field() + ".env[" + name + "]" }
