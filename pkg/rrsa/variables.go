package rrsa

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// variable is an environment variable that an injection can give.
type variable struct {
	name string
	// due tells whether a pod with these settings gets it.
	due func(settings) bool
	// value makes its value, or says which setting it lacks.
	value func(Config, settings) (string, error)
}

// variables is the table of §2, in the order of injection. Whatever makes, compares
// or removes variables is a loop over it.
func variables(yield func(variable) bool) {
	always := func(settings) bool { return true }
	endpoint := func(s settings) bool { return s.stsAll || s.stsEndpoint }
	all := func(s settings) bool { return s.stsAll }
	slices.Values([]variable{
		{EnvRoleARN, always, func(c Config, s settings) (string, error) { return c.RoleARN(s.roleName) }},
		{EnvOIDCProviderARN, always, func(c Config, _ settings) (string, error) { return c.ProviderARN() }},
		{EnvOIDCTokenFile, always, func(Config, settings) (string, error) { return TokenFile, nil }},
		{EnvSTSEndpoint, endpoint, func(c Config, _ settings) (string, error) { return c.STSEndpoint() }},
		{EnvSTSRegion, all, func(c Config, _ settings) (string, error) {
			_, err := c.STSEndpoint()
			return c.Region, err
		}},
		{EnvVPCEndpointEnabled, all, func(Config, settings) (string, error) { return True, nil }},
	})(yield)
}

// EnvNames lists the variables that can be injected, in their order. (§2)
func EnvNames() []string {
	var out []string
	for v := range variables {
		out = append(out, v.name)
	}
	return out
}

// injectable tells whether an injection may have put a variable there: it gives
// plain values only.
func injectable(e corev1.EnvVar) bool {
	for v := range variables {
		if v.name == e.Name {
			return e.ValueFrom == nil
		}
	}
	return false
}

// env makes the variables to inject, in their order. It reports false, with a
// reason for each, when a component setting that they need isn't known. (§2)
func (p *planner) env(s settings) ([]corev1.EnvVar, bool) {
	ok := true
	env := make([]corev1.EnvVar, 0, 8) // room for the whole table
	for v := range variables {
		if !v.due(s) {
			continue
		}
		value, err := v.value(p.cfg, s)
		if err != nil {
			ok = false
			p.missing(err, s)
		}
		env = append(env, corev1.EnvVar{Name: v.name, Value: value})
	}
	return env, ok
}

// missing says once for each component setting that it isn't known.
func (p *planner) missing(err error, s settings) {
	code, field := CodeRegionUnknown, "region"
	hint := "the cluster's region, such as cn-hangzhou; or set autoInjectSTSEnvVars to false if the webhook runs so"
	switch {
	case err == errAccountUnknown:
		code, field, hint = CodeAccountIDUnknown, "accountID", "the account that owns the cluster and its RAM roles, in digits"
	case err == errClusterUnknown:
		code, field, hint = CodeClusterIDUnknown, "clusterID", "the ACK cluster's id, as the console shows it"
	case !s.stsAll:
		hint = "the cluster's region, such as cn-hangzhou; or remove inject-sts-endpoint from ServiceAccount " +
			strconv.Quote(p.qualified(p.in.ServiceAccount.Name))
	}
	if !slices.ContainsFunc(p.Reasons, func(r Reason) bool { return r.Code == code }) {
		p.add(blocking(code, Error, LevelComponent, field, err.Error(), hint))
	}
}

// containerEnv plans the variables of one container: what is missing is appended,
// what is there keeps its place, and its value too unless override-env is set.
func (p *planner) containerEnv(s settings, env []corev1.EnvVar, sel selection, c *ContainerMutation) {
	for _, want := range env {
		// Where a variable stands several times the last one counts, and override-env
		// replaces them all: what it makes of the pod must not depend on a later run.
		differs := func(have corev1.EnvVar) bool {
			return have.Name == want.Name && (have.Value != want.Value || have.ValueFrom != nil)
		}
		last, there := lastEnv(sel.container.Env, want.Name)
		switch {
		case !there:
			if c.Env == nil {
				c.Env = make([]corev1.EnvVar, 0, len(env))
			}
			c.Env = append(c.Env, want)
		case !slices.ContainsFunc(sel.container.Env, differs):
		case s.overrideEnv:
			c.Override = append(c.Override, want)
		case !s.overrideUnknown && !differs(last):
		case !s.overrideUnknown:
			hint := "remove it"
			if p.version.has(RuleOverrideEnv) {
				hint = "remove it, or annotate the pod (in a workload its pod template) with " + OverrideEnvKey + ": \"true\""
			}
			p.add(warning(CodeEnvKept, LevelPod, sel.envField(want.Name),
				fmt.Sprintf("container %q sets %s itself, which is kept", c.Name, want.Name), hint))
		case p.Verdict != Unknown: // said once
			p.Verdict = Unknown
			p.namespaceUnknown("whether its label override-env replaces " + want.Name)
		}
	}
	p.surroundings(env, sel)
}

// surroundings warns of what is in the container and keeps the injected variables
// from working. (§3, §5)
func (p *planner) surroundings(env []corev1.EnvVar, sel selection) {
	name := sel.name()
	p.envFrom(env, sel)
	defined := map[string]bool{}
	for _, e := range sel.container.Env {
		for _, ours := range env {
			if !defined[ours.Name] && e.Name != ours.Name && refersTo(e.Value, ours.Name) {
				p.add(warning(CodeEnvReferenceEarly, LevelPod, sel.envField(e.Name),
					fmt.Sprintf("%s of container %q refers to $(%s), which is defined after it and so not expanded", e.Name, name, ours.Name),
					"let the program read the variable itself"))
			}
		}
		defined[e.Name] = true
		switch {
		case e.Name == EnvStaticAccessKey:
			p.add(warning(CodeStaticAccessKey, LevelPod, sel.envField(e.Name),
				fmt.Sprintf("container %q has a static AccessKey, which the SDKs prefer to RRSA", name),
				"remove the ALIBABA_CLOUD_ACCESS_KEY_* variables"))
		case strings.HasPrefix(e.Name, legacyEnvPrefix):
			p.add(warning(CodeLegacyEnv, LevelPod, sel.envField(e.Name),
				fmt.Sprintf("container %q sets %s, a name from before RRSA that the SDKs with RRSA don't read", name, e.Name),
				"remove the variable, and use an SDK that reads the ALIBABA_CLOUD_* names"))
		}
	}
}

// refersTo tells whether Kubernetes would look up name in value: "$(NAME)",
// where "$$" stands for a dollar sign.
func refersTo(value, name string) bool {
	for {
		_, rest, more := strings.Cut(value, "$")
		if !more || strings.HasPrefix(rest, "("+name+")") {
			return more
		}
		value = strings.TrimPrefix(rest, "$")
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
