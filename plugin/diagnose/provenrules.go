package diagnose

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// ProvenRule is a rule that isn't documented, or not in full, and what a webhook does.
type ProvenRule struct {
	// Text says the rule, and Section is its § in the rules.
	Text, Section string
	// Hidden says why the answers don't show it; empty if they do.
	Hidden string
	// Otherwise are the differences; none if the webhook does the same.
	Otherwise []Difference
}

// provenRules hold each rule to what came back, by settings that make it.
func provenRules(of func(part) Probed, c rrsa.Config, initContainers bool) []ProvenRule {
	withInit := c
	withInit.InitContainers = initContainers // what is used here, whatever was found out
	asInit := c                              // what an init container shows, whatever was given
	asInit.InitContainers = !c.InitContainers
	if init := (part{container: probeInit}); len(init.compare(of, c)) == 0 || len(init.compare(of, asInit)) > 0 {
		asInit = c
	}
	sent := func(p part) *corev1.PodTemplateSpec { return p.cut(of(p).Sent.Template) }
	// role is what a container has of its own there.
	role := func(pod *corev1.PodTemplateSpec) (value string, refers bool) {
		for _, e := range pod.Spec.Containers[0].Env {
			if e.Name == rrsa.EnvRoleARN {
				return e.Value, e.ValueFrom != nil
			}
		}
		return "", false
	}
	keeps := func(p part) bool {
		value, refers := role(p.cut(planned(of(p), c)))
		own, ownRefers := role(sent(p))
		return value == own && refers == ownRefers
	}
	inits := "init containers are injected"
	if !initContainers {
		inits = "init containers are not injected"
	}
	var out []ProvenRule
	for _, r := range []struct {
		text, section string
		part          part
		order         bool
		config        rrsa.Config
		hidden        string
	}{
		{"injected variables come after the container's own", "§2", part{false, probeApp}, true, c, ""},
		{inits, "§3", part{false, probeInit}, false, withInit, ""},
		{"native sidecars are injected as init containers are", "§3", part{false, probeSidecar}, false, asInit, ""},
		{"a container's own value is kept, and the other variables are injected", "§3", part{false, probeValue}, false, c, "keeps"},
		{"a variable with valueFrom counts as set", "§3", part{false, probeReference}, false, c, "keeps"},
		{"names in skip-containers are trimmed, and empty ones dropped", "§3", part{false, probeSkipped}, false, c, ""},
		{"override-env replaces a value in its place", "§3", part{true, probeValue}, true, c, "replaces"},
		{"override-env replaces valueFrom", "§3", part{true, probeReference}, false, c, "replaces"},
	} {
		rule := ProvenRule{Text: r.text, Section: r.section}
		switch {
		case len(allContainers(sent(r.part))) == 0:
			rule.Hidden = "the API server knows no native sidecars"
		case r.hidden == "keeps" && !keeps(r.part):
			rule.Hidden = "the Namespace has override-env"
		case r.hidden == "replaces" && keeps(r.part):
			rule.Hidden = "the webhook's version has no override-env"
		default:
			rule.Otherwise = r.part.compare(of, r.config)
			if r.order {
				rule.Otherwise = append(rule.Otherwise, r.part.orders(of, r.config)...)
			}
		}
		out = append(out, rule)
	}
	return out
}
