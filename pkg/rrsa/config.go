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
	// OIDCIssuer replaces the issuer that follows from Region and ClusterID. No
	// injection needs it, only trust policies and their checks.
	OIDCIssuer string
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
	providerPattern = regexp.MustCompile(`^acs:ram::([0-9]+):oidc-provider/[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$`)
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
	check := func(setting, value string, fits func(string) bool, want string) {
		if value != "" && !fits(value) {
			faults = append(faults, fmt.Errorf("checking %s %q: want %s", setting, value, want))
		}
	}
	check("accountID", c.AccountID, accountPattern.MatchString, `digits only, such as "1488999589000000"`)
	check("clusterID", c.ClusterID, clusterPattern.MatchString, `"c" and 32 hexadecimal digits`)
	check("region", c.Region, regionPattern.MatchString, `a region id such as "cn-hangzhou"`)
	check("oidcProviderARN", c.OIDCProviderARN, providerPattern.MatchString, `"acs:ram::<accountID>:oidc-provider/<name>", where the name has 1 to 128 of A-Z a-z 0-9 . _ - and neither begins nor ends with one of . _ -`)
	check("oidcIssuer", c.OIDCIssuer, isIssuer, `an https URL of at most 255 characters, without a user, a query, a fragment, a comma, "*" or white space, such as "https://oidc.example.com/prod"`)
	n, err := parseVersion(c.WebhookVersion)
	if err != nil {
		faults = append(faults, err)
	}
	return n, errors.Join(faults...)
}

// Notices returns what should be said once about the settings, whatever the pods:
// that the webhook version is newer than the rules known here (§4), and that the
// provider is in another account than the roles (§7).
func (c Config) Notices() []Reason {
	var out []Reason
	n, err := parseVersion(c.WebhookVersion)
	newest, _ := parseVersion(LatestVersion)
	if err == nil && newest.before(n) {
		out = append(out, warning(CodeWebhookVersionUnlisted, LevelComponent, "webhookVersion",
			fmt.Sprintf("webhook version %s is not known here; the rules of %s are used", c.WebhookVersion, newest),
			"look for a newer release of this tool, or read the webhook's release notes"))
	}
	if of := providerPattern.FindStringSubmatch(c.OIDCProviderARN); of != nil && c.AccountID != "" && of[1] != c.AccountID {
		out = append(out, warning(CodeProviderOfOtherAccount, LevelComponent, "oidcProviderARN",
			fmt.Sprintf("the roles are in account %s, and the OIDC provider is in account %s: RAM looks for a provider in the role's own account", c.AccountID, of[1]),
			"correct accountID or oidcProviderARN, or make a provider in the account of the roles"))
	}
	return out
}

var (
	errAccountUnknown = errors.New("the Alibaba Cloud account is not known: set accountID")
	errClusterUnknown = errors.New("the cluster's id is not known: set clusterID or oidcProviderARN")
	errRegionUnknown  = errors.New("the cluster's region is not known: set region")
)

// RoleARN returns the ARN of a RAM role of the account; the name's case is kept.
// It fails if AccountID is empty. (§2)
func (c Config) RoleARN(roleName string) (string, error) {
	if c.AccountID == "" {
		return "", errAccountUnknown
	}
	return "acs:ram::" + c.AccountID + ":role/" + roleName, nil
}

// ProviderARN returns the ARN of the cluster's OIDC identity provider. It fails
// if it isn't set and AccountID or ClusterID is empty. (§2)
func (c Config) ProviderARN() (string, error) {
	switch {
	case c.OIDCProviderARN != "":
		return c.OIDCProviderARN, nil
	case c.ClusterID == "":
		return "", errClusterUnknown
	case c.AccountID == "":
		return "", errAccountUnknown
	}
	return "acs:ram::" + c.AccountID + ":oidc-provider/ack-rrsa-" + c.ClusterID, nil
}

// STSEndpoint returns the host of the region's STS endpoint inside the VPC,
// without a scheme. The finance cloud's cn-hangzhou-finance shares
// cn-hangzhou's. It fails if Region is empty. (§2)
func (c Config) STSEndpoint() (string, error) {
	switch c.Region {
	case "":
		return "", errRegionUnknown
	case "cn-hangzhou-finance":
		return "sts-vpc.cn-hangzhou.aliyuncs.com", nil
	}
	return "sts-vpc." + c.Region + ".aliyuncs.com", nil
}

// clusterProviderPattern is the ARN that ACK gives a cluster's identity provider.
var clusterProviderPattern = regexp.MustCompile(`^acs:ram::([0-9]+):oidc-provider/ack-rrsa-(c[0-9a-f]{32})$`)

// ParseProviderARN returns the account and the cluster's id from the ARN of a
// cluster's OIDC identity provider, the inverse of [Config.ProviderARN]. It fails
// on any other ARN: a provider that was set up under a name of its own doesn't
// tell its cluster. (§2)
func ParseProviderARN(arn string) (accountID, clusterID string, err error) {
	parts := clusterProviderPattern.FindStringSubmatch(arn)
	if parts == nil {
		return "", "", fmt.Errorf("reading the provider ARN %q: want acs:ram::<accountID>:oidc-provider/ack-rrsa-<clusterID>", arn)
	}
	return parts[1], parts[2], nil
}
