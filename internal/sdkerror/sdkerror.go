// Package sdkerror tells what is behind an error of an Alibaba Cloud SDK that gets
// no credentials in an injected pod.
//
// It knows facts, not programs: a [Cause] names the [Step] that shows more or fixes
// it, and whoever prints the cause says what to type for that step.
package sdkerror

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Error is an error that a program in an injected pod gets instead of credentials,
// and what is behind it. (§5)
type Error struct {
	// Code is what the error's text has in it: a code, the end of one, or a sentence.
	Code string
	// Causes holds what may have led to it, the usual one first.
	Causes []Cause
}

// Cause is one thing that leads to an Error.
type Cause struct {
	// Cause is a sentence for people, without a full stop.
	Cause string
	// Do says what to do about it.
	Do string
	// Next is the step that shows more, or fixes it; empty where there is none.
	Next Step
}

// Step is something that a person can do next. A step keeps its meaning.
type Step string

const (
	// StepReadIssuer is to read the issuer of the cluster's tokens.
	StepReadIssuer Step = "ReadIssuer"
	// StepRestart is to have the workload's pods created again.
	StepRestart Step = "Restart"
	// StepRender is to see what is injected into a manifest.
	StepRender Step = "Render"
	// StepExplain is to see which settings decide about a manifest, and why.
	StepExplain Step = "Explain"
	// StepCheckPolicy is to compare the role's trust policy with what the
	// ServiceAccount needs.
	StepCheckPolicy Step = "CheckPolicy"
)

// Known returns every error that is known, in the order of the rules. (§5)
func Known() []Error {
	// Those of every error about the issuer and its provider.
	issuer := []Cause{
		{
			Cause: "RRSA is not enabled for the cluster",
			Do:    "enable RRSA for the cluster; the issuer names oidc-ack-<region> once it is",
			Next:  StepReadIssuer,
		},
		{
			Cause: "the pods are older than RRSA in the cluster, so their token has the former issuer",
			Do:    "recreate the pods",
			Next:  StepRestart,
		},
	}
	return []Error{
		{"AuthenticationFail.OIDCToken.Expired", []Cause{{
			Cause: "the program keeps a token that has expired",
			Do:    "read the token's file anew whenever credentials are asked for, as the SDKs that know RRSA do: the kubelet replaces the token in time",
		}}},
		{"AudienceNotMatch", []Cause{{
			Cause: "the token has another audience than " + rrsa.Audience,
			Do:    "read the token of the injected volume at " + rrsa.TokenFile + ", and take out a volume of your own that asks for another audience",
			Next:  StepRender,
		}}},
		{"IssuerNotMatch", issuer},
		{"IssuerConfigurationBroken", issuer},
		{"No such OIDC Provider registered", slices.Concat(issuer, []Cause{{
			Cause: "the pod names the provider of another account or cluster",
			Do:    "compare the pod's " + rrsa.EnvOIDCProviderARN + " with the cluster's; accountID and clusterID, or oidcProviderARN, make it",
			Next:  StepExplain,
		}})},
		{"EntityNotExist.Role", []Cause{{
			Cause: "the account has no RAM role of that name",
			Do:    "create the role, or correct the ServiceAccount's annotation " + rrsa.RoleNameKey + " or the accountID, and recreate the pods",
			Next:  StepExplain,
		}}},
		{"AuthenticationFail.NoPermission", []Cause{{
			Cause: "the role's trust policy names another cluster, audience or ServiceAccount",
			Do:    "compare the policy with what the ServiceAccount needs, and correct the condition that fails",
			Next:  StepCheckPolicy,
		}}},
		{"Throttling.User", []Cause{{
			Cause: "STS is called too often",
			Do:    "keep the credentials until shortly before they expire, with one client for the whole program",
		}}},
	}
}

// Find returns the errors that a text is about, as an SDK has written it: what is
// around the code, its case and its line breaks don't matter. None means that the
// text has no known code.
func Find(text string) []Error {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return slices.DeleteFunc(Known(), func(e Error) bool {
		// A code that goes on is another one: EntityNotExist.Role is not EntityNotExist.Role.Policy.
		code := regexp.MustCompile(regexp.QuoteMeta(strings.ToLower(e.Code)) + `([^a-z0-9.]|\.[^a-z0-9]|\.?$)`)
		return !code.MatchString(text)
	})
}
