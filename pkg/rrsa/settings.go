package rrsa

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
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
	if !ok {
		p.set(name, strconv.FormatInt(DefaultExpiration, 10), LevelComponent, "", "")
		return DefaultExpiration
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err == nil && seconds >= MinExpiration && seconds <= MaxExpiration {
		p.set(name, strconv.FormatInt(seconds, 10), level, object, TokenExpirationKey)
		return seconds
	}
	r := Reason{
		Code: CodeExpirationInvalid, Severity: Warning, Level: level, Field: annotationField(TokenExpirationKey),
		Message: fmt.Sprintf("the token expiration %q is not a whole number of seconds; %d is used", value, DefaultExpiration),
		Hint:    fmt.Sprintf("write the seconds as digits, %d to %d", MinExpiration, MaxExpiration),
	}
	d, durationErr := time.ParseDuration(value)
	if s := int64(d / time.Second); durationErr == nil && d%time.Second == 0 && s >= MinExpiration && s <= MaxExpiration {
		r.Hint += fmt.Sprintf(": %q is \"%d\"", value, s)
	}
	if err == nil || errors.Is(err, strconv.ErrRange) {
		r.Code = CodeExpirationOutOfRange
		r.Message = fmt.Sprintf("the token expiration %s is outside %d to %d seconds; %d is used", value, MinExpiration, MaxExpiration, DefaultExpiration)
		r.Hint = fmt.Sprintf("write %d to %d; a value out of range is not moved to the nearest bound", MinExpiration, MaxExpiration)
	}
	p.add(r)
	p.set(name, strconv.FormatInt(DefaultExpiration, 10), LevelComponent, "", "")
	return DefaultExpiration
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

// sts decides between all three STS variables, the endpoint alone, and none. (§2)
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
