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
	Issuer               Field = "issuer"
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
// issuer of its tokens tells. The identity must have been asked for [Issuer].
// (§6.3)
func (i Identity) Enabled() []diagnose.Finding {
	f := diagnose.Finding{Reason: rrsa.Reason{Code: diagnose.CodeRRSANotJudged, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: "issuer"}}
	issuer, ok := i.First(Issuer)
	_, _, err := rrsa.ParseIssuer(issuer.Value)
	switch {
	case !ok:
		f.Message = "it isn't known whether RRSA is enabled in the cluster: the issuer of its tokens can't be read"
		f.Hint = "ask for permission to get /.well-known/openid-configuration: the ClusterRole system:service-account-issuer-discovery gives it"
	case errors.Is(err, rrsa.ErrNotEnabled):
		f.Code, f.Severity = diagnose.CodeRRSANotEnabled, rrsa.Warning
		f.Message = fmt.Sprintf("RRSA is not enabled in the cluster: the issuer of its tokens is %q, which RAM doesn't know", issuer.Value)
		f.Hint = "enable RRSA in the cluster's security settings, and recreate the pods then: tokens of older pods keep the old issuer"
	case err != nil:
		f.Message = fmt.Sprintf("it isn't known whether RRSA is enabled in the cluster: %v", err)
	default:
		return nil
	}
	return []diagnose.Finding{f}
}
