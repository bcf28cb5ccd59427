package rrsa

import "fmt"

// override reads override-env: exactly "true" counts, and a pod value other than
// that falls back to the namespace. (§3)
func (p *planner) override(s *settings) {
	ns, t := p.in.Namespace, p.in.Template
	podValue, onPod := t.Annotations[OverrideEnvKey]
	nsValue, onNamespace := "", false
	if ns != nil {
		nsValue, onNamespace = ns.Labels[OverrideEnvKey]
	}
	if !p.version.has(RuleOverrideEnv) {
		if podValue == True {
			p.newerNeeded(RuleOverrideEnv, LevelPod, annotationField(OverrideEnvKey), "override-env")
		} else if nsValue == True {
			p.newerNeeded(RuleOverrideEnv, LevelNamespace, labelField(OverrideEnvKey), "override-env")
		}
		return
	}
	switch {
	case podValue == True:
		s.overrideEnv = true
		p.set("override-env", True, LevelPod, "", OverrideEnvKey)
		return
	case nsValue == True:
		s.overrideEnv = true
		p.set("override-env", True, LevelNamespace, ns.Name, OverrideEnvKey)
		if onPod {
			p.overrideIgnored(LevelPod, annotationField(OverrideEnvKey), podValue, "the Namespace's label decides")
		}
		return
	case onPod:
		what := "the container's own variables win"
		if ns == nil && podValue != "false" {
			what = "the Namespace's label decides"
		}
		p.overrideIgnored(LevelPod, annotationField(OverrideEnvKey), podValue, what)
	case onNamespace:
		p.overrideIgnored(LevelNamespace, labelField(OverrideEnvKey), nsValue, "the container's own variables win")
	}
	s.overrideUnknown = ns == nil
	p.set("override-env", "false", LevelComponent, "", "")
}

func (p *planner) overrideIgnored(level Level, field, value, what string) {
	if value == "false" && what != "the Namespace's label decides" {
		return // says what happens anyway
	}
	p.add(Reason{
		Code: CodeOverrideEnvIgnored, Severity: Warning, Level: level, Field: field,
		Message: fmt.Sprintf("override-env is %q; only %q counts, so %s", value, True, what),
		Hint:    fmt.Sprintf("write %q, or remove it", True),
	})
}

func (p *planner) overrideHint() string {
	if p.version.has(RuleOverrideEnv) {
		return "remove it, or annotate the pod (in a workload its pod template) with " + OverrideEnvKey + ": \"true\""
	}
	return "remove it"
}
