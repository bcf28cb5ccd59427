package cluster

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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

// Answer is what one source says.
type Answer struct {
	Field Field
	Value string
	// Source names the object, such as "configmap kube-system/ack-cluster-profile".
	Source string
}

// Identity holds what the sources of a cluster say about it, in the order of §6.
type Identity struct {
	Answers []Answer
	// Silent tells of each source that was asked in vain, and why.
	Silent []string
}

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

// source is one place that may tell something of the cluster.
type source struct {
	name  string
	tells []Field
	read  func(ctx context.Context) ([]Answer, error)
}

// Identify asks the cluster's sources in the order of §6, each only if it may
// tell a needed field that none before it has told; all of them if every is set.
// A pod of one of the namespaces is looked at before those of others.
//
// A source that isn't there, that may not be read, or that says what can't be, is
// silent; any other failure is an error.
func Identify(ctx context.Context, c *Cluster, every bool, need ...Field) (Identity, error) {
	var out Identity
	for _, s := range sources(c) {
		asked := every || slices.ContainsFunc(s.tells, func(f Field) bool {
			_, known := out.First(f)
			return !known && slices.Contains(need, f)
		})
		if !asked {
			continue
		}
		answers, err := s.read(ctx)
		switch {
		case err == nil:
		case apierrors.IsNotFound(err), apierrors.IsForbidden(err), isSilence(err):
			silent := fmt.Sprintf("identifying the cluster: %s: %v", s.name, err)
			out.Silent = append(out.Silent, silent)
			c.note(silent)
		default:
			return out, fmt.Errorf("identifying the cluster: reading the %s: %w", s.name, err)
		}
		for _, a := range answers {
			if a.Source == "" {
				a.Source = s.name
			}
			out.Answers = append(out.Answers, a)
		}
	}
	return out, nil
}

// sources lists the places in the order of §6. The flags and the config, which
// come before all of them, are the caller's.
func sources(c *Cluster) []source {
	pods, objects := &podSample{cluster: c}, reader{c}
	return []source{
		{"environment of an injected pod", []Field{AccountID, ClusterID, Region, OIDCProviderARN}, pods.injected},
		{"configmap kube-system/ack-cluster-profile", []Field{AccountID, ClusterID}, objects.profile},
		{"issuer of the API server", []Field{Issuer, ClusterID, Region}, objects.issuer},
		{"labels of the nodes", []Field{Region}, objects.nodes},
		{"labels of ACS pods", []Field{AccountID, ClusterID}, pods.acs},
		{"Helm release " + webhookName, []Field{WebhookVersion, AutoInjectSTSEnvVars}, objects.helmRelease},
		{"deployment " + webhookNamespace + "/" + webhookName, []Field{WebhookVersion}, objects.deployment},
	}
}

// silence says that a source was read and has no answer.
type silence string

func (s silence) Error() string { return string(s) }

func silent(format string, args ...any) error { return silence(fmt.Sprintf(format, args...)) }

func isSilence(err error) bool {
	_, ok := err.(silence)
	return ok
}
