package rrsa

import (
	"fmt"
	"strconv"
)

// settings are the merged settings of a pod that is injected.
type settings struct {
	roleName    string
	expiration  int64
	only, skip  []string
	overrideEnv bool
	// overrideUnknown is set where the Namespace isn't known and would decide.
	overrideUnknown bool
	stsAll          bool
	stsEndpoint     bool
}

// merge reads every setting once, from the strongest level that has it. (§3)
func (p *planner) merge() settings {
	t, sa := p.in.Template, p.in.ServiceAccount
	s := settings{roleName: sa.Annotations[RoleNameKey]}
	s.expiration = p.expiration()
	s.only = p.names(t, OnlyContainersKey, "only-containers")
	s.skip = p.names(t, SkipContainersKey, "skip-containers")
	p.override(&s)
	p.sts(&s)
	p.set("initContainers", strconv.FormatBool(p.cfg.InitContainers), LevelComponent, "", "")
	return s
}

// set records where a setting comes from. The pod has no name of its own here:
// its callers know the object.
func (p *planner) set(name, value string, level Level, object, key string) {
	p.settings = append(p.settings, Setting{Name: name, Value: value, Level: level, Object: object, Key: key})
}

// sts decides between all three STS variables, only the endpoint, and none. (§2)
func (p *planner) sts(s *settings) {
	sa := p.in.ServiceAccount
	value, ok := sa.Annotations[InjectSTSEndpointKey]
	if p.version.has(RuleSTSEnvVars) {
		p.set("AutoInjectSTSEnvVars", strconv.FormatBool(p.cfg.AutoInjectSTSEnvVars), LevelComponent, "", "")
		if p.cfg.AutoInjectSTSEnvVars {
			s.stsAll = true
			return
		}
	}
	const name = "inject-sts-endpoint"
	switch {
	case !p.version.has(RuleSTSEndpoint):
		if value == On {
			p.newerNeeded(RuleSTSEndpoint, LevelServiceAccount, annotationField(InjectSTSEndpointKey), name)
		}
	case value == On:
		s.stsEndpoint = true
		p.set(name, On, LevelServiceAccount, sa.Name, InjectSTSEndpointKey)
	default:
		p.set(name, "off", LevelComponent, "", "")
		if ok && value != "off" && value != "false" {
			p.add(Reason{
				Code: CodeSTSEndpointIgnored, Severity: Warning, Level: LevelServiceAccount, Field: annotationField(InjectSTSEndpointKey),
				Message: fmt.Sprintf("inject-sts-endpoint is %q; only %q counts, so the STS endpoint is not injected", value, On),
				Hint:    fmt.Sprintf("write %q, or remove it", On),
			})
		}
	}
}
