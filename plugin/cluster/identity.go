package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
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
)

// Codes of the issuer of the cluster's tokens.
const (
	CodeRRSANotEnabled rrsa.Code = "RRSANotEnabled" // a cluster whose tokens RAM can't verify
	CodeRRSANotJudged  rrsa.Code = "RRSANotJudged"  // a cluster of which it isn't known whether RRSA is enabled
)

// Answer is what one source says.
type Answer struct {
	Field Field
	Value string
	// Source names the object, such as "configmap kube-system/ack-cluster-profile".
	Source string
}

// Identity holds what the sources of a cluster say about it, in the order of §6.
type Identity struct{ Answers []Answer }

// First is the answer that counts: the first one. ok is false without any.
func (i Identity) First(f Field) (Answer, bool) {
	at := slices.IndexFunc(i.Answers, func(a Answer) bool { return a.Field == f })
	if at < 0 {
		return Answer{}, false
	}
	return i.Answers[at], true
}

// Conflicts lists the answers that contradict the first one of their field.
func (i Identity) Conflicts() []string {
	var out []string
	for _, a := range i.Answers {
		if first, _ := i.First(a.Field); first.Value != a.Value {
			out = append(out, fmt.Sprintf("%s is %q by the %s, and %q by the %s: the first counts", a.Field, first.Value, first.Source, a.Value, a.Source))
		}
	}
	return out
}

// Enabled says if RRSA isn't enabled in the cluster, or if that isn't known: the
// issuer of its tokens tells. The identity must have been asked for [Issuer].
// (§6.4)
func (i Identity) Enabled() []Finding {
	f := Finding{Reason: rrsa.Reason{Code: CodeRRSANotJudged, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: "issuer"}}
	issuer, ok := i.First(Issuer)
	_, _, err := rrsa.ParseIssuer(issuer.Value)
	switch {
	case !ok:
		f.Message = "it isn't known whether RRSA is enabled in the cluster: the issuer of its tokens can't be read"
		f.Hint = "ask for permission to get /.well-known/openid-configuration: the ClusterRole system:service-account-issuer-discovery gives it"
	case errors.Is(err, rrsa.ErrNotEnabled):
		f.Code, f.Severity = CodeRRSANotEnabled, rrsa.Warning
		f.Message = fmt.Sprintf("RRSA is not enabled in the cluster: the issuer of its tokens is %q, which RAM doesn't know", issuer.Value)
		f.Hint = "enable RRSA in the cluster's security settings, and recreate the pods then: tokens of older pods keep the old issuer"
	case err != nil:
		f.Message = fmt.Sprintf("it isn't known whether RRSA is enabled in the cluster: %v", err)
	default:
		return nil
	}
	return []Finding{f}
}

// Identify asks the cluster's sources in the order of §6, each only if it may
// tell a needed field that none before it has told; all of them if every is set.
// A pod of one of the namespaces is looked at before those of others.
//
// A source that isn't there, that may not be read, or that says what can't be, is
// silent; any other failure is an error.
func Identify(ctx context.Context, c *Cluster, every bool, need ...Field) (Identity, error) {
	var out Identity
	for _, s := range sources(ctx, c) {
		if !every && !slices.ContainsFunc(s.tells, func(f Field) bool {
			_, known := out.First(f)
			return !known && slices.Contains(need, f)
		}) {
			continue
		}
		answers, err := s.read(ctx, c)
		_, isSilence := errors.AsType[silence](err)
		switch {
		case err == nil:
		case apierrors.IsNotFound(err), apierrors.IsForbidden(err), isSilence:
			c.note(fmt.Sprintf("identifying the cluster: %s: %v", s.name, err))
		default:
			return out, fmt.Errorf("identifying the cluster: reading the %s: %w", s.name, err)
		}
		for _, a := range answers {
			a.Source = cmp.Or(a.Source, s.name)
			out.Answers = append(out.Answers, a)
		}
	}
	return out, nil
}
