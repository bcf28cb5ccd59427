package cluster

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What the webhook is installed as. (§6.7)
const (
	webhookName      = "ack-pod-identity-webhook"
	webhookNamespace = "kube-system"
)

// maxRelease bounds what a Helm release may unfold to, in bytes.
const maxRelease = 32 << 20

// helmRelease is what is read of a Helm release.
type helmRelease struct {
	Chart struct {
		Metadata struct {
			Version    string `json:"version"`
			AppVersion string `json:"appVersion"`
		} `json:"metadata"`
		Values map[string]any `json:"values"`
	} `json:"chart"`
	Config map[string]any `json:"config"`
}

// helmRelease reads the webhook's version and settings from the newest Secret of
// its Helm release. (§6.7)
func (c *Cluster) helmRelease(ctx context.Context) ([]Answer, error) {
	name, err := c.newestRelease(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := c.typed.CoreV1().Secrets(webhookNamespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	release, err := decodeRelease(secret.Data["release"])
	if err != nil {
		return nil, silent("reading the Secret %q: %v", name, err)
	}
	from := fmt.Sprintf("secret %s/%s", webhookNamespace, name)
	version := release.Chart.Metadata.AppVersion
	if version == "" {
		version = release.Chart.Metadata.Version
	}
	answers := []Answer{{Field: WebhookVersion, Value: version, Source: from}}
	for _, values := range []map[string]any{release.Config, release.Chart.Values} {
		if set, ok := findBool(values, "AutoInjectSTSEnvVars"); ok {
			answers = append(answers, Answer{Field: AutoInjectSTSEnvVars, Value: strconv.FormatBool(set), Source: from})
			break
		}
	}
	return valid(answers...)
}

// newestRelease finds the Secret of the release that is deployed: its names end in
// a number that grows.
func (c *Cluster) newestRelease(ctx context.Context) (string, error) {
	list, err := c.metadata.Resource(secrets).Namespace(webhookNamespace).List(ctx, metav1.ListOptions{
		LabelSelector: "owner=helm,name=" + webhookName + ",status=deployed",
	})
	if err != nil {
		return "", err
	}
	newest, name := 0, ""
	for _, s := range list.Items {
		if n, err := strconv.Atoi(s.Labels["version"]); err == nil && n > newest {
			newest, name = n, s.Name
		}
	}
	if name == "" {
		return "", silent("there is none")
	}
	return name, nil
}

// decodeRelease unfolds what Helm stores: JSON in gzip in base64.
func decodeRelease(data []byte) (*helmRelease, error) {
	packed := make([]byte, base64.StdEncoding.DecodedLen(len(data)))
	n, err := base64.StdEncoding.Decode(packed, data)
	if err != nil {
		return nil, fmt.Errorf("decoding the release: %w", err)
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed[:n]))
	if err != nil {
		return nil, fmt.Errorf("decoding the release: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(unzip, maxRelease+1))
	if err != nil {
		return nil, fmt.Errorf("decoding the release: %w", err)
	}
	if len(text) > maxRelease {
		return nil, fmt.Errorf("decoding the release: it is larger than %d bytes", maxRelease)
	}
	out := &helmRelease{}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, fmt.Errorf("decoding the release: %w", err)
	}
	return out, nil
}

// findBool finds a value by its name, at any depth: where the chart keeps it is
// not documented. Two that differ are none.
func findBool(values map[string]any, name string) (set, ok bool) {
	for key, v := range values {
		var found, has bool
		switch v := v.(type) {
		case map[string]any:
			found, has = findBool(v, name)
		case bool:
			found, has = v, key == name
		case string:
			parsed, err := strconv.ParseBool(v)
			found, has = parsed, err == nil && key == name
		}
		switch {
		case has && ok && found != set:
			return false, false
		case has:
			set, ok = found, true
		}
	}
	return set, ok
}

// deployment reads the webhook's version from its image's tag. (§6.7)
func (c *Cluster) deployment(ctx context.Context) ([]Answer, error) {
	d, err := c.typed.AppsV1().Deployments(webhookNamespace).Get(ctx, webhookName, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if v := deploymentVersion(d); v != "" {
		return valid(Answer{Field: WebhookVersion, Value: v})
	}
	return nil, silent("no image of it has a tag with a version")
}

// deploymentVersion is the first version that an image's tag names; empty for
// none.
func deploymentVersion(d *appsv1.Deployment) string {
	for _, container := range d.Spec.Template.Spec.Containers {
		if v := imageVersion(container.Image); v != "" {
			return v
		}
	}
	return ""
}
