package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Group says which flags a verb takes together.
type Group int

// Groups of settings.
const (
	Identity Group = iota // which cluster it is
	Rules                 // what is injected
	Outcome               // what is done about it
)

// Setting is a setting that a single text can give: all that a reader, a writer, a
// flag, a schema and a page of help have to know of it.
type Setting struct {
	// Name is the one in a config, in messages and in explanations.
	Name string
	// Webhook is the webhook's name for it, where that is another one. Explanations
	// have it then.
	Webhook string
	// Flag is that of kubectl rrsa; empty for none.
	Flag string
	// Kubectl tells that each kubectl plugin has the flag.
	Kubectl bool
	Group   Group
	// Usage says in a line what it is.
	Usage string
	// Doc says it in a sentence or two.
	Doc string
	// Sample is how a config may write it; empty where samples do without.
	Sample string
	// Default is what counts where it isn't given; empty for nothing.
	Default string
	// Else says it in words where Default doesn't say all.
	Else string
	// Derive makes what counts where it isn't given out of the settings that
	// DerivedFrom names; nil for nothing.
	Derive      func(rrsa.Config) (string, error)
	DerivedFrom string
	// Optional tells that nothing is missing where it isn't given.
	Optional bool
	// Live tells that a cluster can answer it.
	Live bool
	// Values are all that there are; nil for any text.
	Values []string
	// Pattern is the regular expression of the values for which
	// [InjectRRSA.Injector] doesn't fail, if they aren't too long; empty for any.
	Pattern string
	// Longest is how many characters the value may have; 0 for any number.
	Longest int

	text  func(*InjectRRSA) *string
	truth func(*InjectRRSA) **bool
}

// Value is the setting as text; empty where it isn't given.
func (s Setting) Value(c *InjectRRSA) string {
	switch {
	case s.text != nil:
		return *s.text(c)
	case *s.truth(c) != nil:
		return strconv.FormatBool(**s.truth(c))
	}
	return ""
}

// Set gives the setting a value; an empty one leaves it open.
func (s Setting) Set(c *InjectRRSA, value string) error {
	values := s.Values
	if s.Truth() {
		values = []string{"true", "false"}
	}
	if values != nil && value != "" && !slices.Contains(values, value) {
		return fmt.Errorf("%q: want %s", value, choice(values))
	}
	switch {
	case s.text != nil:
		*s.text(c) = value
	case value != "":
		b := value == "true"
		*s.truth(c) = &b
	}
	return nil
}

// Truth tells whether the setting is true or false.
func (s Setting) Truth() bool { return s.truth != nil }

// Help is the usage, with the values that there are and what counts where none is
// given.
func (s Setting) Help() string {
	out := s.Usage
	if s.Values != nil {
		out += ": " + choice(s.Values)
	}
	if unset := s.Unset(); unset != "" {
		out += " (default: " + unset + ")"
	}
	return out
}

// Unset says what counts where the setting isn't given; empty for nothing.
func (s Setting) Unset() string {
	if s.Derive != nil {
		return "from " + s.DerivedFrom
	}
	return cmp.Or(s.Else, s.Default)
}

// Label is the name in explanations, which have the webhook's where it has one.
func (s Setting) Label() string { return cmp.Or(s.Webhook, s.Name) }

// choice lists values as in a sentence.
func choice(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}

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
			Pattern: `^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$`,
			text:    func(c *InjectRRSA) *string { return &c.OIDCProviderARN },
		},
		{
			Name: "oidcIssuer", Flag: "oidc-issuer", Live: true, Optional: true,
			Derive: rrsa.Config.Issuer, DerivedFrom: "region and clusterID",
			Usage:   "issuer of the cluster's tokens, an https URL",
			Doc:     "The issuer of the cluster's tokens, an https URL, if it isn't the one that follows from region and clusterID, as in clusters that aren't ACK's. No injection needs it, only trust policies and their checks.",
			Pattern: `^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()+;=:%/-]*)?$`, Longest: 255,
			text: func(c *InjectRRSA) *string { return &c.OIDCIssuer },
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
			Name: "initContainers", Flag: "init-containers", Group: Rules, Live: true, Default: "true",
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
			Name: "unresolved", Flag: "unresolved", Group: Outcome, Default: string(UnresolvedWarn), Else: "warn; for a check: error",
			Usage:  "what to do if it isn't clear whether pods are injected",
			Doc:    `What to do if it isn't clear whether a pod is injected: "error" fails and changes nothing, "warn" reports the pod, "ignore" doesn't report it. If it isn't set, the mode "check" takes it for an error, and the other modes warn.`,
			Values: []string{string(UnresolvedError), string(UnresolvedWarn), string(UnresolvedIgnore)},
			text:   func(c *InjectRRSA) *string { return (*string)(&c.Unresolved) },
		},
		{
			Name: "aliasLimit", Group: Outcome, Default: strconv.Itoa(inject.DefaultAliasLimit),
			Usage:   "how many YAML nodes aliases and merge keys may stand for",
			Doc:     "How many YAML nodes the aliases and merge keys of the input may stand for, with what is injected there: a whole number up to 1000000, in quotes. A few lines can stand for more than a machine can hold; an input beyond the limit is an error.",
			Pattern: `^([1-9][0-9]{0,5}|1000000)$`,
			text:    func(c *InjectRRSA) *string { return &c.AliasLimit },
		},
	}
}
