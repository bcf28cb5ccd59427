package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// source is one place that may tell something of the cluster.
type source struct {
	name  string
	tells []Field
	// strong tells that what flags and the config give is held to it.
	strong bool
	read   func(context.Context, *Cluster) ([]Answer, error)
}

// ownSources are what the cluster itself says, in the order of §6. The flags and the
// config, which come before, are the caller's.
func ownSources() []source {
	return []source{
		{"configmap kube-system/ack-cluster-profile", []Field{AccountID, ClusterID}, true, profile},
		{"issuer of the API server", []Field{Issuer, OIDCIssuer, ClusterID, Region}, true, issuer},
		{"labels of the nodes", []Field{Region}, true, nodes},
	}
}

// webhookSources are what the installation of the webhook says. (§6.5)
func webhookSources() []source {
	return []source{
		{"Helm release " + diagnose.WebhookName, []Field{WebhookVersion, AutoInjectSTSEnvVars}, false, release},
		{"deployment " + diagnose.WebhookNamespace + "/" + diagnose.WebhookName, []Field{WebhookVersion}, false, deployment},
	}
}

// agreed leaves out what the installation says if its parts are of two versions: it isn't
// known then which of them runs, and with which settings.
func agreed(webhook Identity) Identity {
	one, ok := webhook.First(WebhookVersion)
	for _, other := range webhook.Answers {
		if ok && other.Field == WebhookVersion && other.Value != one.Value {
			return Identity{Conflicts: []string{fmt.Sprintf("the webhook's version and settings aren't known: %s is %q by the %s, and %q by the %s: give --webhook-version and --auto-inject-sts-env-vars",
				WebhookVersion, one.Value, one.Source, other.Value, other.Source)}}
		}
	}
	return webhook
}

// silence says that a source was read and has no answer.
type silence string

func (s silence) Error() string { return string(s) }

func silent(format string, args ...any) error { return silence(fmt.Sprintf(format, args...)) }

// profile reads the ConfigMap in which ACK notes the account and the cluster.
// (§6.2)
func profile(ctx context.Context, c *Cluster) ([]Answer, error) {
	m, err := c.core.ConfigMaps("kube-system").Get(ctx, "ack-cluster-profile", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return valid(
		Answer{Field: AccountID, Value: m.Data["uid"]},
		Answer{Field: ClusterID, Value: m.Data["clusterid"]},
	)
}

// issuer reads the API server's discovery document of its tokens. (§6.3)
func issuer(ctx context.Context, c *Cluster) ([]Answer, error) {
	result := c.core.RESTClient().Get().AbsPath("/.well-known/openid-configuration").Do(ctx)
	// Error has the server's words about a refusal, which Raw hasn't.
	if err := result.Error(); err != nil {
		return nil, err
	}
	data, err := result.Raw()
	if err != nil {
		return nil, err
	}
	var document struct{ Issuer string }
	if err := json.Unmarshal(data, &document); err != nil || document.Issuer == "" {
		return nil, silent("the discovery document names no issuer")
	}
	first, _, _ := strings.Cut(document.Issuer, ",")
	answers := []Answer{{Field: Issuer, Value: strings.TrimSpace(first)}}
	region, id, err := rrsa.ParseIssuer(document.Issuer)
	if err != nil {
		// The issuer itself is an answer: it says that RRSA isn't enabled, or is one that RAM
		// may know as it is.
		if _, _, own := rrsa.ParseIssuer(answers[0].Value); !errors.Is(own, rrsa.ErrNotEnabled) {
			free, _ := valid(Answer{Field: OIDCIssuer, Value: answers[0].Value})
			answers = append(answers, free...)
		}
		return answers, silence(err.Error())
	}
	return append(answers, Answer{Field: ClusterID, Value: id}, Answer{Field: Region, Value: region}), nil
}

// nodes reads the region of a few nodes, which must agree. (§6.4)
func nodes(ctx context.Context, c *Cluster) ([]Answer, error) {
	list, err := c.core.Nodes().List(ctx, metav1.ListOptions{Limit: 20})
	if err != nil {
		return nil, err
	}
	found, from := "", ""
	for _, n := range list.Items {
		region := cmp.Or(n.Labels[corev1.LabelTopologyRegion], n.Labels[corev1.LabelFailureDomainBetaRegion], n.Labels["alibabacloud.com/ecs-region-id"])
		if region == "" {
			id := strings.TrimPrefix(n.Spec.ProviderID, "alicloud://")
			region, _, _ = strings.Cut(id, ".")
			if region == id {
				continue // no provider id, or another cloud's
			}
		}
		if found != "" && region != found {
			return nil, silent("node %q is in the region %q and node %q in %q", from, found, n.Name, region)
		}
		found, from = region, n.Name
	}
	return valid(Answer{Field: Region, Value: found})
}

// valid keeps the answers whose values have the right form.
func valid(answers ...Answer) ([]Answer, error) {
	var out []Answer
	var bad []string
	for _, a := range answers {
		is := map[Field]string{a.Field: a.Value}
		cfg := rrsa.Config{
			AccountID: is[AccountID], ClusterID: is[ClusterID], Region: is[Region], OIDCProviderARN: is[OIDCProviderARN], OIDCIssuer: is[OIDCIssuer],
			WebhookVersion: is[WebhookVersion],
		}
		switch err := cfg.Validate(); {
		case a.Value == "":
			bad = append(bad, "it has no "+string(a.Field))
		case err != nil:
			bad = append(bad, err.Error())
		default:
			out = append(out, a)
		}
	}
	if len(bad) > 0 {
		return out, silence(strings.Join(bad, "; "))
	}
	return out, nil
}
