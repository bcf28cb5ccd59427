// Package trustpolicy makes the trust policies that let Kubernetes ServiceAccounts
// assume RAM roles, and checks those that roles have.
//
// # What a trust policy is
//
// A RAM role has two kinds of policies. The permission policies attached to it say
// what whoever has the role may do. Its one trust policy says who may assume it.
// For RRSA that is a token: a pod sends the token of its ServiceAccount to STS
// (the action AssumeRoleWithOIDC), and STS looks into the trust policy for a
// statement that allows sts:AssumeRole to the cluster's OIDC identity provider, and
// whose conditions the token meets:
//
//	{
//	  "Version": "1",
//	  "Statement": [{
//	    "Action": "sts:AssumeRole",
//	    "Effect": "Allow",
//	    "Principal": {"Federated": ["acs:ram::<account>:oidc-provider/ack-rrsa-<cluster>"]},
//	    "Condition": {"StringEquals": {
//	      "oidc:aud": "sts.aliyuncs.com",
//	      "oidc:iss": "https://oidc-ack-<region>.oss-<region>.aliyuncs.com/<cluster>",
//	      "oidc:sub": "system:serviceaccount:<namespace>:<name>"
//	    }}
//	  }]
//	}
//
// The three conditions are about the claims of the token:
//
//   - oidc:aud, whom the token is for: always STS, as the injected volume asks for it;
//   - oidc:iss, who issued it: the cluster. A token from before RRSA was enabled there
//     has another issuer;
//   - oidc:sub, whose it is: the ServiceAccount, with its namespace.
//
// Under StringEquals the values are compared letter by letter. A "*" stands for any
// text only under StringLike, so that "any ServiceAccount of a namespace" moves
// oidc:sub there. A list under a key lets in each of its values.
//
// A trust policy without oidc:sub lets in every ServiceAccount of the cluster.
// Anything more than one ServiceAccount is reported by [Check] and isn't a fault: it
// may be meant.
//
// # What is left out on purpose
//
// The package calls no RAM API: policies come and go as JSON. Conditions about
// anything but the token, such as an address, can't be judged from a policy, and
// Check says so. "§" numbers in comments are those of the rules in docs/rules.md.
package trustpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Condition keys about the claims of a token. (§7)
const (
	issuerClaim   = "oidc:iss"
	audienceClaim = "oidc:aud"
	subjectClaim  = "oidc:sub"
)

// claims lists the condition keys that a token answers, in the order of reports.
func claims() []string { return []string{issuerClaim, audienceClaim, subjectClaim} }

// Policy is the trust policy of a RAM role that lets ServiceAccounts of one
// cluster assume it. Its JSON is what RAM takes. (§7)
type Policy struct {
	Version   string
	Statement []Statement
}

// Statement is the one statement of a Policy.
type Statement struct {
	Action    string
	Effect    string
	Principal Principal
	Condition Condition
}

// Principal names the OIDC identity providers whose tokens are taken.
type Principal struct {
	Federated []string
}

// Condition is what a token must say.
type Condition struct {
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
	var many []string
	err := json.Unmarshal(data, &many)
	if err != nil {
		many = make([]string, 1)
		if json.Unmarshal(data, &many[0]) != nil {
			return errors.New("reading a condition's values: want a string or a list of strings")
		}
	}
	*v = many
	return nil
}

// New returns the policy that ServiceAccounts of the configured cluster need to
// assume a role. A "*" in a namespace or name stands for any text. New fails if a
// setting that it needs isn't known, and without ServiceAccounts. (§7)
func New(cfg rrsa.Config, accounts ...types.NamespacedName) (Policy, error) {
	provider, err := cfg.ProviderARN()
	if err != nil {
		return Policy{}, err
	}
	issuer, err := cfg.Issuer()
	if err != nil {
		return Policy{}, err
	}
	if len(accounts) == 0 {
		return Policy{}, errors.New("making a trust policy: no ServiceAccount is named")
	}
	var subjects Values
	wildcard := false
	for _, a := range accounts {
		if a.Namespace == "" || a.Name == "" {
			return Policy{}, fmt.Errorf("making a trust policy: ServiceAccount %q needs a namespace and a name", a)
		}
		subject := "system:serviceaccount:" + a.Namespace + ":" + a.Name
		if !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
		wildcard = wildcard || strings.Contains(subject, "*")
	}
	condition := Condition{StringEquals: map[string]Values{audienceClaim: {rrsa.Audience}, issuerClaim: {issuer}}}
	if wildcard {
		condition.StringLike = map[string]Values{subjectClaim: subjects}
	} else {
		condition.StringEquals[subjectClaim] = subjects
	}
	return Policy{Version: "1", Statement: []Statement{{
		Action: "sts:AssumeRole", Effect: "Allow",
		Principal: Principal{Federated: []string{provider}},
		Condition: condition,
	}}}, nil
}
