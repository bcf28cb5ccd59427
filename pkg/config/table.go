package config

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// Settings lists the settings that a single text can give, in the order in which
// they are shown. The engine has the patterns too, as it checks the values of those
// who use it without a config; a test holds both together.
func Settings() []Setting {
	return []Setting{
		{
			Name: "mode", Group: Outcome, Default: string(ModeInject),
			Usage:  "what to do with the input",
			Doc:    `What to do with the input: "inject" adds what is missing, and updates or removes what an earlier run has added; "remove" removes all that earlier runs have added; "check" changes nothing, and fails if "inject" would change something.`,
			Values: []string{string(ModeInject), string(ModeRemove), string(ModeCheck)},
			text:   func(c *InjectRRSA) *string { return (*string)(&c.Mode) },
		},
		{
			Name: "accountID", Flag: "account-id", Live: true, Sample: `"1488999589000000"`,
			Usage:   "Alibaba Cloud account that owns the RAM roles, in digits",
			Doc:     "The Alibaba Cloud account that owns the RAM roles: digits, in quotes.",
			Pattern: `^[0-9]+$`,
			text:    func(c *InjectRRSA) *string { return &c.AccountID },
		},
		{
			Name: "clusterID", Flag: "cluster-id", Live: true, Sample: "cbec9a1f7b433470ebe4c900552000000",
			Usage:   "id of the ACK cluster",
			Doc:     `The id of the ACK cluster: "c" and 32 hexadecimal digits.`,
			Pattern: `^c[0-9a-f]{32}$`,
			text:    func(c *InjectRRSA) *string { return &c.ClusterID },
		},
		{
			Name: "region", Flag: "region", Live: true, Sample: "cn-hangzhou",
			Usage:   "region of the cluster, such as cn-hangzhou",
			Doc:     "The region of the cluster, such as cn-hangzhou. Only the STS variables need it.",
			Pattern: `^[a-z0-9]+(-[a-z0-9]+)+$`,
			text:    func(c *InjectRRSA) *string { return &c.Region },
		},
		{
			Name: "oidcProviderARN", Flag: "oidc-provider-arn", Live: true,
			Derive: rrsa.Config.ProviderARN, DerivedFrom: "accountID and clusterID",
			Usage:   "ARN of the OIDC identity provider",
			Doc:     "The ARN of the OIDC identity provider, if it isn't the one that follows from accountID and clusterID.",
			Pattern: `^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9._-]+$`,
			text:    func(c *InjectRRSA) *string { return &c.OIDCProviderARN },
		},
		{
			Name: "webhookVersion", Flag: "webhook-version", Group: Rules, Live: true, Default: rrsa.LatestVersion,
			Usage:   "version of ack-pod-identity-webhook whose rules apply",
			Doc:     "The version of ack-pod-identity-webhook whose rules apply.",
			Pattern: `^v?[0-9]+\.[0-9]+(\.[0-9]+)?$`,
			text:    func(c *InjectRRSA) *string { return &c.WebhookVersion },
		},
		{
			Name: "autoInjectSTSEnvVars", Webhook: "AutoInjectSTSEnvVars", Flag: "auto-inject-sts-env-vars", Group: Rules, Live: true, Default: "true",
			Usage: "the webhook's setting AutoInjectSTSEnvVars",
			Doc:   "The webhook's setting AutoInjectSTSEnvVars. It has no effect before webhook 0.4.0.",
			truth: func(c *InjectRRSA) **bool { return &c.AutoInjectSTSEnvVars },
		},
		{
			Name: "initContainers", Flag: "init-containers", Group: Rules, Default: "true",
			Usage: "inject init containers too",
			Doc:   "Whether init containers are injected too.",
			truth: func(c *InjectRRSA) **bool { return &c.InitContainers },
		},
		{
			Name: "namespace", Flag: "namespace", Kubectl: true, Optional: true,
			Usage: "namespace of objects that name none",
			Doc:   "The namespace of objects that name none. If it isn't set, it is the only Namespace in the input.",
			text:  func(c *InjectRRSA) *string { return &c.Namespace },
		},
		{
			Name: "unresolved", Flag: "unresolved", Group: Outcome, Default: string(UnresolvedWarn),
			Usage:  "what to do if it isn't clear whether pods are injected",
			Doc:    `What to do if it isn't clear whether a pod is injected: "error" fails and changes nothing, "warn" reports the pod, "ignore" doesn't report it.`,
			Values: []string{string(UnresolvedError), string(UnresolvedWarn), string(UnresolvedIgnore)},
			text:   func(c *InjectRRSA) *string { return (*string)(&c.Unresolved) },
		},
	}
}

// Lists lists the settings that are lists of objects, which are shown last.
func Lists() []List {
	return []List{
		{
			Name:  "context",
			Usage: "Namespaces and ServiceAccounts that aren't in the input",
			Doc:   "Namespaces and ServiceAccounts that aren't in the input. They are only read.",
			Entry: contextFields(), Open: true,
			read: (*decoder).context, write: (*InjectRRSA).contextObjects,
		},
		{
			Name:  "podTemplates",
			Usage: "kinds to inject in addition to the known ones",
			Doc:   "Kinds that hold pod templates, in addition to the known ones.",
			Entry: podTemplateFields(),
			read:  (*decoder).podTemplates, write: (*InjectRRSA).podTemplateObjects,
		},
	}
}
