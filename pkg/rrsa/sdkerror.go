package rrsa

import (
	"slices"
	"strings"
)

// SDKError is an error with which a program in an injected pod gets no
// credentials, and what is behind it. (§5)
type SDKError struct {
	// Code is what the error's text has in it: a code, the end of one, or a sentence.
	Code string
	// Causes holds what may have led to it, the usual one first.
	Causes []SDKCause
}

// SDKCause is one thing that leads to an SDKError.
type SDKCause struct {
	// Cause is a sentence for people, without a full stop.
	Cause string
	// Do says what to do about it.
	Do string
	// Command shows more, or mends it; empty where none does.
	Command string
}

// issuerCauses are those of every error about the issuer and its provider. (§5)
var issuerCauses = []SDKCause{
	{
		Cause:   "RRSA is not enabled for the cluster",
		Do:      "enable RRSA for the cluster; the issuer names oidc-ack-<region> once it is",
		Command: "kubectl get --raw /.well-known/openid-configuration",
	},
	{
		Cause:   "the pods are older than RRSA in the cluster, so their token has the former issuer",
		Do:      "recreate the pods",
		Command: "kubectl rollout restart deployment/NAME -n NAMESPACE",
	},
}

// sdkErrors is the list of known errors, in the rules' order. (§5)
var sdkErrors = []SDKError{
	{"AuthenticationFail.OIDCToken.Expired", []SDKCause{{
		Cause: "the program keeps a token that has expired",
		Do:    "read the token's file anew whenever credentials are asked for, as the SDKs that know RRSA do: the kubelet replaces the token in time",
	}}},
	{"AudienceNotMatch", []SDKCause{{
		Cause:   "the token has another audience than " + Audience,
		Do:      "read the token of the injected volume at " + TokenFile + ", and take out a volume of your own that asks for another audience",
		Command: "kubectl rrsa preview FILE --config rrsa.yaml",
	}}},
	{"IssuerNotMatch", issuerCauses},
	{"IssuerConfigurationBroken", issuerCauses},
	{"No such OIDC Provider registered", append(slices.Clone(issuerCauses), SDKCause{
		Cause:   "the pod names the provider of another account or cluster",
		Do:      "compare the pod's " + EnvOIDCProviderARN + " with the cluster's; accountID and clusterID, or oidcProviderARN, make it",
		Command: "kubectl rrsa explain FILE --config rrsa.yaml",
	})},
	{"EntityNotExist.Role", []SDKCause{{
		Cause:   "the account has no RAM role of that name",
		Do:      "create the role, or correct the ServiceAccount's annotation " + RoleNameKey + " or the accountID, and recreate the pods",
		Command: "kubectl rrsa explain FILE --config rrsa.yaml",
	}}},
	{"AuthenticationFail.NoPermission", []SDKCause{{
		Cause:   "the role's trust policy names another cluster, audience or ServiceAccount",
		Do:      "compare the policy with what the ServiceAccount needs, and correct the condition that fails",
		Command: "kubectl rrsa trust-policy NAMESPACE/SERVICEACCOUNT --config rrsa.yaml --check policy.json",
	}}},
	{"Throttling.User", []SDKCause{{
		Cause: "STS is called too often",
		Do:    "keep the credentials until shortly before they expire, with one client for the whole program",
	}}},
}

// SDKErrors returns every error that is known, in the order of the rules.
func SDKErrors() []SDKError {
	out := slices.Clone(sdkErrors)
	for i := range out {
		out[i].Causes = slices.Clone(out[i].Causes)
	}
	return out
}

// ExplainSDKError returns the errors that a text is about, as an SDK has written
// it: what is around the code, its case and its line breaks don't matter. None
// means that the text has no known code.
func ExplainSDKError(text string) []SDKError {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return slices.DeleteFunc(SDKErrors(), func(e SDKError) bool { return !hasCode(text, strings.ToLower(e.Code)) })
}

// hasCode finds a code that doesn't go on as another one: EntityNotExist.Role is
// not EntityNotExist.Role.Policy.
func hasCode(text, code string) bool {
	isLetter := func(at int) bool {
		return at < len(text) && ('a' <= text[at] && text[at] <= 'z' || '0' <= text[at] && text[at] <= '9')
	}
	for {
		_, after, ok := strings.Cut(text, code)
		if !ok {
			return false
		}
		text = after
		if !isLetter(0) && !(strings.HasPrefix(text, ".") && isLetter(1)) {
			return true
		}
	}
}
