package cluster

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reader reads the objects of a cluster that tell something of it.
type reader struct{ *Cluster }

// profile reads the ConfigMap in which ACK notes the account and the cluster.
// (§6.3)
func (c reader) profile(ctx context.Context) ([]Answer, error) {
	m, err := c.core.ConfigMaps("kube-system").Get(ctx, "ack-cluster-profile", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return valid(
		Answer{Field: AccountID, Value: m.Data["uid"]},
		Answer{Field: ClusterID, Value: m.Data["clusterid"]},
	)
}

// issuer reads the API server's discovery document of its tokens. (§6.4)
func (c reader) issuer(ctx context.Context) ([]Answer, error) {
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
		// The issuer itself is an answer: it says that RRSA isn't enabled.
		return answers, silence(err.Error())
	}
	return append(answers, Answer{Field: ClusterID, Value: id}, Answer{Field: Region, Value: region}), nil
}

// nodes reads the region of a few nodes, which must agree. (§6.5)
func (c reader) nodes(ctx context.Context) ([]Answer, error) {
	list, err := c.core.Nodes().List(ctx, metav1.ListOptions{Limit: 20})
	if err != nil {
		return nil, err
	}
	found, from := "", ""
	for _, n := range list.Items {
		region := ""
		for _, key := range []string{"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region", "alibabacloud.com/ecs-region-id"} {
			if region = n.Labels[key]; region != "" {
				break
			}
		}
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
		cfg := rrsa.Config{}
		switch a.Field {
		case AccountID:
			cfg.AccountID = a.Value
		case ClusterID:
			cfg.ClusterID = a.Value
		case Region:
			cfg.Region = a.Value
		case OIDCProviderARN:
			cfg.OIDCProviderARN = a.Value
		case WebhookVersion:
			cfg.WebhookVersion = a.Value
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

// tagVersion finds the version in an image's tag, such as "v0.4.2-g1f0c3a7-aliyun".
var tagVersion = regexp.MustCompile(`^v?([0-9]+\.[0-9]+\.[0-9]+)([-.+_].*)?$`)

// imageVersion is the version that an image's tag names; empty if it names none.
func imageVersion(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := image[strings.LastIndex(image, "/")+1:]
	_, tag, _ := strings.Cut(name, ":")
	if m := tagVersion.FindStringSubmatch(tag); m != nil {
		return m[1]
	}
	return ""
}
