package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// Setting is one setting that a single text can give: all that a reader, a writer,
// a flag, a schema and a page of help have to know of it.
type Setting struct {
	// Name is the one in a config, in messages and in explanations.
	Name string
	// Flag is that of kubectl rrsa; empty for none.
	Flag  string
	Group Group
	// Usage says in a line what it is.
	Usage string
	// Default is what counts where it isn't given; empty for nothing.
	Default string
	// Values are all that there are; nil for any text.
	Values []string

	text  func(*InjectRRSA) *string
	truth func(*InjectRRSA) **bool
}

// Settings lists them in the order in which they are shown.
func Settings() []Setting {
	return []Setting{
		{Name: "mode", Group: Outcome, Usage: "what to do with the input", Default: string(ModeInject),
			Values: []string{string(ModeInject), string(ModeRemove), string(ModeCheck)},
			text:   func(c *InjectRRSA) *string { return (*string)(&c.Mode) }},
		{Name: "accountID", Flag: "account-id", Usage: "Alibaba Cloud account that owns the RAM roles, in digits",
			text: func(c *InjectRRSA) *string { return &c.AccountID }},
		{Name: "clusterID", Flag: "cluster-id", Usage: "id of the ACK cluster",
			text: func(c *InjectRRSA) *string { return &c.ClusterID }},
		{Name: "region", Flag: "region", Usage: "region of the cluster, such as cn-hangzhou",
			text: func(c *InjectRRSA) *string { return &c.Region }},
		{Name: "oidcProviderARN", Flag: "oidc-provider-arn", Usage: "ARN of the OIDC identity provider, if it isn't the one that follows from account and cluster",
			text: func(c *InjectRRSA) *string { return &c.OIDCProviderARN }},
		{Name: "webhookVersion", Flag: "webhook-version", Group: Rules, Default: rrsa.LatestVersion, Usage: "version of ack-pod-identity-webhook whose rules apply (default: the newest known)",
			text: func(c *InjectRRSA) *string { return &c.WebhookVersion }},
		{Name: "autoInjectSTSEnvVars", Flag: "auto-inject-sts-env-vars", Group: Rules, Default: "true", Usage: "the webhook's setting AutoInjectSTSEnvVars",
			truth: func(c *InjectRRSA) **bool { return &c.AutoInjectSTSEnvVars }},
		{Name: "initContainers", Flag: "init-containers", Group: Rules, Default: "true", Usage: "inject init containers too",
			truth: func(c *InjectRRSA) **bool { return &c.InitContainers }},
		{Name: "namespace", Flag: "namespace", Usage: "namespace of objects that name none",
			text: func(c *InjectRRSA) *string { return &c.Namespace }},
		{Name: "unresolved", Flag: "unresolved", Group: Outcome, Default: string(UnresolvedWarn), Usage: "what to do about pods of which it isn't known whether they are injected: error, warn or ignore (default: warn)",
			Values: []string{string(UnresolvedError), string(UnresolvedWarn), string(UnresolvedIgnore)},
			text:   func(c *InjectRRSA) *string { return (*string)(&c.Unresolved) }},
	}
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
	if s.truth != nil {
		b, err := strconv.ParseBool(value)
		switch {
		case value == "":
			return nil
		case err != nil || value != strconv.FormatBool(b):
			return fmt.Errorf("%q: want true or false", value)
		}
		*s.truth(c) = &b
		return nil
	}
	if s.Values != nil && value != "" && !slices.Contains(s.Values, value) {
		last := len(s.Values) - 1
		return fmt.Errorf("%q: want %s or %s", value, strings.Join(s.Values[:last], ", "), s.Values[last])
	}
	*s.text(c) = value
	return nil
}

// Truth tells whether the setting is true or false.
func (s Setting) Truth() bool { return s.truth != nil }
