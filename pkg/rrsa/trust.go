package rrsa

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// TrustPolicy is the policy of a RAM role that lets ServiceAccounts of one
// cluster assume it. Its JSON is what RAM takes. (§7)
type TrustPolicy struct {
	Version   string
	Statement []TrustStatement
}

// TrustStatement is the one statement of a TrustPolicy.
type TrustStatement struct {
	Action    string
	Effect    string
	Principal TrustPrincipal
	Condition TrustCondition
}

// TrustPrincipal names the OIDC identity providers whose tokens are taken.
type TrustPrincipal struct {
	Federated []string
}

// TrustCondition is what a token must say.
type TrustCondition struct {
	StringEquals map[string]Values
	StringLike   map[string]Values `json:",omitempty"`
}

// Values is one value or several; in JSON one value is a plain string.
type Values []string

// MarshalJSON writes one value as a string and several as a list.
func (v Values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return json.Marshal(v[0])
	}
	return json.Marshal([]string(v))
}

// UnmarshalJSON reads a string or a list of strings; null is no value.
func (v *Values) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*v = nil
		return nil
	}
	var one string
	if json.Unmarshal(data, &one) == nil {
		*v = Values{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return fmt.Errorf("reading a condition's values: want a string or a list of strings: %w", err)
	}
	*v = many
	return nil
}

// Issuer returns the issuer of the cluster's tokens, a URL. It fails if Region or
// ClusterID is empty. (§6)
func (c Config) Issuer() (string, error) {
	switch {
	case c.Region == "":
		return "", errRegionUnknown
	case c.ClusterID == "":
		return "", errors.New("the cluster's id is not known: set clusterID")
	}
	return fmt.Sprintf("https://oidc-ack-%s.oss-%s.aliyuncs.com/%s", c.Region, c.Region, c.ClusterID), nil
}

// NewTrustPolicy returns the policy with which ServiceAccounts of the configured
// cluster may assume a role. A namespace or name may hold "*", which stands for
// any. It fails on settings that aren't known, and without ServiceAccounts. (§7)
func NewTrustPolicy(cfg Config, accounts ...types.NamespacedName) (TrustPolicy, error) {
	provider, err := cfg.ProviderARN()
	if err != nil {
		return TrustPolicy{}, err
	}
	issuer, err := cfg.Issuer()
	if err != nil {
		return TrustPolicy{}, err
	}
	if len(accounts) == 0 {
		return TrustPolicy{}, errors.New("making a trust policy: no ServiceAccount is named")
	}
	var subjects Values
	wildcard := false
	for _, a := range accounts {
		if a.Namespace == "" || a.Name == "" {
			return TrustPolicy{}, fmt.Errorf("making a trust policy: ServiceAccount %q needs a namespace and a name", a)
		}
		subject := "system:serviceaccount:" + a.Namespace + ":" + a.Name
		if !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
		wildcard = wildcard || strings.Contains(subject, "*")
	}
	condition := TrustCondition{StringEquals: map[string]Values{"oidc:aud": {Audience}, "oidc:iss": {issuer}}}
	if wildcard {
		condition.StringLike = map[string]Values{"oidc:sub": subjects}
	} else {
		condition.StringEquals["oidc:sub"] = subjects
	}
	return TrustPolicy{Version: "1", Statement: []TrustStatement{{
		Action: "sts:AssumeRole", Effect: "Allow",
		Principal: TrustPrincipal{Federated: []string{provider}},
		Condition: condition,
	}}}, nil
}
