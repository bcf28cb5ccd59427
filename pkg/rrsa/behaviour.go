package rrsa

// Behaviour is what of a webhook's version and component settings can make a difference for
// one pod: configs with the same Behaviour, and the same cluster, treat the pod alike. Most
// pods use few of the rules that versions have added. (§3, §4)
type Behaviour struct {
	podLabel, stsEndpoint, stsEnvVars, overrideEnv, initContainers bool
}

// Behaviour is a config's for a pod. It fails on a version that can't be read.
func (c Config) Behaviour(in Input) (Behaviour, error) {
	version, err := parseVersion(c.WebhookVersion)
	if err != nil || in.Template == nil {
		return Behaviour{}, err
	}
	_, labelled := in.Template.Labels[InjectionKey]
	// What isn't known may have any key.
	endpoint, override := in.ServiceAccount == nil, in.Namespace == nil
	if !endpoint {
		_, endpoint = in.ServiceAccount.Annotations[InjectSTSEndpointKey]
	}
	if !override {
		_, override = in.Namespace.Labels[OverrideEnvKey]
	}
	if _, ok := in.Template.Annotations[OverrideEnvKey]; ok {
		override = true
	}
	return Behaviour{
		podLabel:       labelled && version.has(RulePodLabel),
		stsEndpoint:    endpoint && version.has(RuleSTSEndpoint),
		stsEnvVars:     c.AutoInjectSTSEnvVars && version.has(RuleSTSEnvVars),
		overrideEnv:    override && version.has(RuleOverrideEnv),
		initContainers: c.InitContainers && len(in.Template.Spec.InitContainers) > 0,
	}, nil
}
