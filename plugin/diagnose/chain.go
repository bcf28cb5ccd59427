package diagnose

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Before is a policy that acts on pods before the webhook.
type Before struct {
	Config rrsa.Config
	// Maybe tells that it isn't known whether the webhook gets the pod at all.
	Maybe bool
	// Rounds counts who gets the pod once more after the webhook: the policy, and then the
	// webhook.
	Rounds int
}

// variant is one way in which the settings may be.
type variant struct {
	config rrsa.Config
	// alone tells that the webhook doesn't act, and that what is before it does.
	alone bool
	// differs is the setting in which it differs from the defaults, and value what it is
	// there; empty where it is none or several.
	differs Setting
	value   string
}

// chain are the configs that act on a pod one after the other.
func (s Settings) chain(v variant) []rrsa.Config {
	switch {
	case s.Before == nil:
		return []rrsa.Config{v.config}
	case v.alone:
		return []rrsa.Config{s.Before.Config}
	}
	return []rrsa.Config{s.Before.Config, v.config, s.Before.Config, v.config}[:2+s.Before.Rounds]
}

// variants are all ways in which the settings may be that can make a difference for a
// pod. The first one has the defaults.
func (s Settings) variants(pod *corev1.PodTemplateSpec) []variant {
	out := []variant{{config: s.Config}}
	with := func(setting Setting, value string, set func(*rrsa.Config)) {
		for _, v := range out {
			if v.config == s.Config {
				v.differs, v.value = setting, value
			} else {
				v.differs, v.value = "", ""
			}
			set(&v.config)
			if !slices.ContainsFunc(out, func(o variant) bool { return o.config == v.config }) {
				out = append(out, v)
			}
		}
	}
	if slices.Contains(s.Unread, WebhookVersion) {
		for _, r := range rrsa.Releases() {
			if len(r.Adds) > 0 && r.Version != s.Config.WebhookVersion {
				with(WebhookVersion, r.Version, func(c *rrsa.Config) { c.WebhookVersion = r.Version })
			}
		}
	}
	if slices.Contains(s.Unread, AutoInjectSTSEnvVars) {
		other := !s.Config.AutoInjectSTSEnvVars
		with(AutoInjectSTSEnvVars, fmt.Sprint(other), func(c *rrsa.Config) { c.AutoInjectSTSEnvVars = other })
	}
	if slices.Contains(s.Unread, InitContainers) && len(pod.Spec.InitContainers) > 0 {
		other := !s.Config.InitContainers
		with(InitContainers, fmt.Sprint(other), func(c *rrsa.Config) { c.InitContainers = other })
	}
	if s.Before != nil && s.Before.Maybe {
		out = append(out, variant{config: s.Config, alone: true})
	}
	return out
}

// injectorsDiffer says that a state depends on whether a webhook gets the pod after a policy.
func injectorsDiffer(both, alone rrsa.State) rrsa.Reason {
	return rrsa.Reason{
		Code: CodeInjectorsDiffer, Severity: rrsa.Warning, Level: rrsa.LevelComponent,
		Message: fmt.Sprintf("a policy injects the pod, and it isn't known whether the webhook, which has other settings, adds to that: %s if it does, and %s if it doesn't", both, alone),
		Hint:    "give both the same settings, or ask for permission to list mutatingwebhookconfigurations; kubectl rrsa preview TYPE/NAME --dry-run=server shows what comes of both",
	}
}
