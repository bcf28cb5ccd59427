package cluster

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Field is one thing to know of a cluster. The names are those of the config.
type Field string

// What there is to know. (§6)
const (
	AccountID            Field = "accountID"
	ClusterID            Field = "clusterID"
	Region               Field = "region"
	OIDCProviderARN      Field = "oidcProviderARN"
	OIDCIssuer           Field = "oidcIssuer"
	Issuer               Field = "issuer" // of the tokens, whether RAM may know it or not
	WebhookVersion       Field = "webhookVersion"
	AutoInjectSTSEnvVars Field = "autoInjectSTSEnvVars"
	InitContainers       Field = "initContainers"
)

// Answer is what one source says.
type Answer struct {
	Field Field
	Value string
	// Source names the object, such as "configmap kube-system/ack-cluster-profile".
	Source string
}

// Identity is what is believed about a cluster.
type Identity struct {
	// Answers are in the order of §6: the first of a field counts.
	Answers []Answer
	// Conflicts say what isn't known because sources contradict each other; where every
	// source was asked also what pods say otherwise.
	Conflicts []string
}

// First is the answer that counts: the first one. ok is false without any.
func (i Identity) First(f Field) (Answer, bool) {
	at := slices.IndexFunc(i.Answers, func(a Answer) bool { return a.Field == f })
	if at < 0 {
		return Answer{}, false
	}
	return i.Answers[at], true
}

// Enabled says if RRSA isn't enabled in the cluster, or if that isn't known: the
// issuer of its tokens tells. given is the one that flags or the config say, and that
// RAM knows then; empty for none. The identity must have been asked for [Issuer].
// (§6.3)
func (i Identity) Enabled(given string) []diagnose.Finding {
	f := diagnose.Finding{Reason: rrsa.Reason{Code: diagnose.CodeRRSANotJudged, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: "issuer"}}
	issuer, ok := i.First(Issuer)
	_, _, err := rrsa.ParseIssuer(issuer.Value)
	_, _, another := rrsa.ParseIssuer(given)
	switch {
	case ok && issuer.Value == given:
		return nil
	case !ok:
		f.Message = "it isn't known whether RRSA is enabled in the cluster: the issuer of its tokens can't be read"
		f.Hint = "ask for permission to get /.well-known/openid-configuration: the ClusterRole system:service-account-issuer-discovery gives it"
	case errors.Is(err, rrsa.ErrNotEnabled):
		f.Code, f.Severity = diagnose.CodeRRSANotEnabled, rrsa.Warning
		f.Message = fmt.Sprintf("RRSA is not enabled in the cluster: the issuer of its tokens is %q, which RAM doesn't know", issuer.Value)
		f.Hint = "enable RRSA in the cluster's security settings, and recreate the pods then: tokens of older pods keep the old issuer"
		if given != "" && another != nil {
			f.Hint = fmt.Sprintf("have the API server issue tokens of %q (its first --service-account-issuer), and recreate the pods then: tokens of older pods keep the old issuer", given)
		}
	case given != "":
		f.Code, f.Severity = diagnose.CodeIssuerDiffers, rrsa.Warning
		f.Message = fmt.Sprintf("by the settings the issuer is %q, and the cluster's tokens have %q", given, issuer.Value)
		f.Hint = "correct oidcIssuer (--oidc-issuer): it has to be the issuer of the OIDC provider in RAM; or choose another cluster with --context"
	case err != nil:
		f.Message = fmt.Sprintf("it isn't known whether RRSA is enabled in the cluster: %v", err)
		f.Hint = "if RAM has an OIDC provider for this issuer, give it with --oidc-issuer"
	default:
		return nil
	}
	return []diagnose.Finding{f}
}
