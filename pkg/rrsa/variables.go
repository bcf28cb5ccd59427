package rrsa

import (
	"fmt"

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
	table := [...]variable{
		{EnvRoleARN, always, func(c Config, s settings) (string, error) { return c.RoleARN(s.roleName) }},
		{EnvOIDCProviderARN, always, func(c Config, _ settings) (string, error) { return c.ProviderARN() }},
		{EnvOIDCTokenFile, always, func(Config, settings) (string, error) { return TokenFile, nil }},
		{EnvSTSEndpoint, endpoint, func(c Config, _ settings) (string, error) { return c.STSEndpoint() }},
		{EnvSTSRegion, all, func(c Config, _ settings) (string, error) { return c.stsRegion() }},
		{EnvVPCEndpointEnabled, all, func(Config, settings) (string, error) { return True, nil }},
	}
	for _, v := range table {
		if !yield(v) {
			return
		}
	}
}

// EnvNames lists the variables that can be injected, in their order. (§2)
func EnvNames() []string {
	var out []string
	for v := range variables {
		out = append(out, v.name)
	}
	return out
}

// injectedName tells whether a variable of that name can be injected.
func injectedName(name string) bool {
	for v := range variables {
		if v.name == name {
			return true
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
	r := Reason{Severity: Error, Blocking: true, Level: LevelComponent, Message: err.Error()}
	switch err {
	case errAccountUnknown:
		r.Code, r.Field = CodeAccountIDUnknown, "accountID"
		r.Hint = "the account that owns the cluster and its RAM roles, in digits"
	case errClusterUnknown:
		r.Code, r.Field = CodeClusterIDUnknown, "clusterID"
		r.Hint = "the ACK cluster's id, as the console shows it"
	default:
		r.Code, r.Field = CodeRegionUnknown, "region"
		r.Hint = "the cluster's region, such as cn-hangzhou; or set autoInjectSTSEnvVars to false if the webhook runs so"
		if !s.stsAll {
			r.Hint = fmt.Sprintf("the cluster's region, such as cn-hangzhou; or remove inject-sts-endpoint from ServiceAccount %q", p.qualified(p.in.ServiceAccount.Name))
		}
	}
	for _, have := range p.reasons {
		if have.Code == r.Code {
			return
		}
	}
	p.add(r)
}
