package rrsa

import (
	"errors"
	"fmt"
	"regexp"
)

// Config holds the component-level settings: what the webhook knows from its own
// installation and a manifest can't tell. Start from [Default].
type Config struct {
	// AccountID is the Alibaba Cloud account that owns the RAM roles, in digits.
	AccountID string
	// ClusterID is the ACK cluster's id: "c" and 32 hexadecimal digits.
	ClusterID string
	// Region is the cluster's region, such as "cn-hangzhou". Only the STS
	// variables need it.
	Region string
	// OIDCProviderARN replaces the ARN that follows from AccountID and ClusterID.
	OIDCProviderARN string
	// WebhookVersion is the version whose rules apply; empty means LatestVersion.
	WebhookVersion string
	// AutoInjectSTSEnvVars is the webhook's setting of that name. Versions before
	// 0.4.0 don't have it and it changes nothing there. (§2)
	AutoInjectSTSEnvVars bool
	// InitContainers says whether init containers are injected as well. (§3)
	InitContainers bool
}

// Default returns the settings of a webhook that is installed as it comes, with
// the cluster's identity left open.
func Default() Config {
	return Config{WebhookVersion: LatestVersion, AutoInjectSTSEnvVars: true, InitContainers: true}
}

var (
	accountPattern  = regexp.MustCompile(`^[0-9]+$`)
	clusterPattern  = regexp.MustCompile(`^c[0-9a-f]{32}$`)
	regionPattern   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	providerPattern = regexp.MustCompile(`^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9._-]+$`)
)

// Validate checks the form of the settings that are given and returns every
// fault at once, joined. A setting left empty is no fault here: Plan says so when
// a pod needs it.
func (c Config) Validate() error {
	_, err := c.check()
	return err
}

// check validates and returns the webhook's version as well.
func (c Config) check() (number, error) {
	var faults []error
	check := func(setting, value string, pattern *regexp.Regexp, want string) {
		if value != "" && !pattern.MatchString(value) {
			faults = append(faults, fmt.Errorf("checking %s %q: want %s", setting, value, want))
		}
	}
	check("accountID", c.AccountID, accountPattern, `digits only, such as "1488999589000000"`)
	check("clusterID", c.ClusterID, clusterPattern, `"c" and 32 hexadecimal digits`)
	check("region", c.Region, regionPattern, `a region id such as "cn-hangzhou"`)
	check("oidcProviderARN", c.OIDCProviderARN, providerPattern, `"acs:ram::<accountID>:oidc-provider/<name>"`)
	n, err := parseVersion(c.WebhookVersion)
	if err != nil {
		faults = append(faults, err)
	}
	return n, errors.Join(faults...)
}

// Notices returns what should be said once about the settings, whatever the
// pods: now, that the webhook version is newer than the rules known here. (§4)
func (c Config) Notices() []Reason {
	n, err := parseVersion(c.WebhookVersion)
	_, newest := bounds()
	if err != nil || !newest.before(n) {
		return nil
	}
	return []Reason{{
		Code: CodeWebhookVersionUnlisted, Severity: Warning, Level: LevelComponent, Field: "webhookVersion",
		Message: fmt.Sprintf("webhook version %s is not known here; the rules of %s are used", c.WebhookVersion, newest),
		Hint:    "look for a newer release of this tool, or read the webhook's release notes",
	}}
}
