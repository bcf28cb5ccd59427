package rrsa

import (
	"errors"
	"fmt"
	"strconv"
	"time"
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
	s := settings{roleName: p.in.ServiceAccount.Annotations[RoleNameKey], expiration: p.expiration()}
	s.only = p.names(OnlyContainersKey, "only-containers")
	s.skip = p.names(SkipContainersKey, "skip-containers")
	p.override(&s)
	p.sts(&s)
	p.set("initContainers", strconv.FormatBool(p.cfg.InitContainers), LevelComponent, "", "")
	return s
}

// set records where a setting comes from. The pod has no name of its own here:
// its callers know the object.
func (p *planner) set(name, value string, level Level, object, key string) {
	p.Settings = append(p.Settings, Setting{Name: name, Value: value, Level: level, Object: object, Key: key})
}

// expiration reads the token's lifetime. A pod that has the key at all hides the
// ServiceAccount's, also with a value that isn't valid. (§3)
func (p *planner) expiration() int64 {
	const name = "service-account-token-expiration"
	level, object := LevelPod, ""
	value, ok := p.in.Template.Annotations[TokenExpirationKey]
	if !ok {
		level, object = LevelServiceAccount, p.in.ServiceAccount.Name
		value, ok = p.in.ServiceAccount.Annotations[TokenExpirationKey]
	}
	if ok {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err == nil && expirationCounts(seconds) {
			p.set(name, strconv.FormatInt(seconds, 10), level, object, TokenExpirationKey)
			return seconds
		}
		p.expirationIgnored(level, value, err)
	}
	p.set(name, strconv.FormatInt(DefaultExpiration, 10), LevelComponent, "", "")
	return DefaultExpiration
}

func expirationCounts(seconds int64) bool {
	return seconds >= MinExpiration && seconds <= MaxExpiration
}

// expirationIgnored says why a lifetime doesn't count: err is that of its digits,
// nil where they are out of range.
func (p *planner) expirationIgnored(level Level, value string, err error) {
	field := annotationField(TokenExpirationKey)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		p.add(warning(CodeExpirationOutOfRange, level, field,
			fmt.Sprintf("the token expiration %s is outside %d to %d seconds; %d is used", value, MinExpiration, MaxExpiration, DefaultExpiration),
			fmt.Sprintf("write %d to %d; a value out of range is not moved to the nearest bound", MinExpiration, MaxExpiration)))
		return
	}
	hint := fmt.Sprintf("write the seconds as digits, %d to %d", MinExpiration, MaxExpiration)
	d, err := time.ParseDuration(value)
	if s := int64(d / time.Second); err == nil && d%time.Second == 0 && expirationCounts(s) {
		hint += fmt.Sprintf(": %q is \"%d\"", value, s)
	}
	p.add(warning(CodeExpirationInvalid, level, field,
		fmt.Sprintf("the token expiration %q is not a whole number of seconds; %d is used", value, DefaultExpiration), hint))
}

// override reads override-env: exactly "true" counts, and a pod value other than
// that falls back to the namespace. (§3)
func (p *planner) override(s *settings) {
	const name = "override-env"
	ns := p.in.Namespace
	podValue, onPod := p.in.Template.Annotations[OverrideEnvKey]
	nsValue, onNamespace := "", false
	if ns != nil {
		nsValue, onNamespace = ns.Labels[OverrideEnvKey]
	}
	ignored := func(level Level, field, value, what string) {
		p.add(warning(CodeOverrideEnvIgnored, level, field,
			fmt.Sprintf("override-env is %q; only %q counts, so %s", value, True, what), fmt.Sprintf("write %q, or remove it", True)))
	}
	const fromNamespace, fromContainer = "the Namespace's label decides", "the container's own variables win"
	known := p.version.has(RuleOverrideEnv)
	s.overrideEnv = known && (podValue == True || nsValue == True)
	s.overrideUnknown = known && ns == nil && !s.overrideEnv
	switch {
	case !known && podValue == True:
		p.newerNeeded(RuleOverrideEnv, LevelPod, annotationField(OverrideEnvKey), name)
	case !known && nsValue == True:
		p.newerNeeded(RuleOverrideEnv, LevelNamespace, labelField(OverrideEnvKey), name)
	case !known:
	case podValue == True:
		p.set(name, True, LevelPod, "", OverrideEnvKey)
	case nsValue == True:
		p.set(name, True, LevelNamespace, ns.Name, OverrideEnvKey)
		if onPod {
			ignored(LevelPod, annotationField(OverrideEnvKey), podValue, fromNamespace)
		}
	default:
		p.set(name, "false", LevelComponent, "", "")
		switch { // "false" says what happens anyway
		case onPod && podValue != "false" && ns == nil:
			ignored(LevelPod, annotationField(OverrideEnvKey), podValue, fromNamespace)
		case onPod && podValue != "false":
			ignored(LevelPod, annotationField(OverrideEnvKey), podValue, fromContainer)
		case !onPod && onNamespace && nsValue != "false":
			ignored(LevelNamespace, labelField(OverrideEnvKey), nsValue, fromContainer)
		}
	}
}

// sts decides between all three STS variables, only the endpoint, and none. (§2)
func (p *planner) sts(s *settings) {
	const name = "inject-sts-endpoint"
	sa := p.in.ServiceAccount
	value, ok := sa.Annotations[InjectSTSEndpointKey]
	if p.version.has(RuleSTSEnvVars) {
		p.set("AutoInjectSTSEnvVars", strconv.FormatBool(p.cfg.AutoInjectSTSEnvVars), LevelComponent, "", "")
		if p.cfg.AutoInjectSTSEnvVars {
			s.stsAll = true
			return
		}
	}
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
			p.add(warning(CodeSTSEndpointIgnored, LevelServiceAccount, annotationField(InjectSTSEndpointKey),
				fmt.Sprintf("inject-sts-endpoint is %q; only %q counts, so the STS endpoint is not injected", value, On),
				fmt.Sprintf("write %q, or remove it", On)))
		}
	}
}
