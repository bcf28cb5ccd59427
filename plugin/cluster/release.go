package cluster

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// maxRelease bounds what a Helm release may unfold to, in bytes.
const maxRelease = 32 << 20

// helmRelease is what is read of a Helm release.
type helmRelease struct {
	Chart struct {
		Metadata struct{ Version, AppVersion string }
		Values   map[string]any
	}
	Config map[string]any
}

// release reads the webhook's version and settings from the newest Secret of
// its Helm release. (§6.5)
func release(ctx context.Context, c *Cluster) ([]Answer, error) {
	name, err := newestRelease(ctx, c)
	if err != nil {
		return nil, err
	}
	secret, err := c.core.Secrets(diagnose.WebhookNamespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	helm, err := decodeRelease(secret.Data["release"])
	if err != nil {
		return nil, silent("reading the Secret %q: decoding the release: %v", name, err)
	}
	from := fmt.Sprintf("secret %s/%s", diagnose.WebhookNamespace, name)
	chart := helm.Chart.Metadata
	version := cmp.Or(chart.AppVersion, chart.Version)
	answers, err := valid(Answer{Field: WebhookVersion, Value: cmp.Or(versionOf(":"+version), version), Source: from})
	set, found, setErr := helm.setting("AutoInjectSTSEnvVars")
	if found {
		answers = append(answers, Answer{Field: AutoInjectSTSEnvVars, Value: strconv.FormatBool(set), Source: from})
	}
	return answers, cmp.Or(err, setErr)
}

// newestRelease finds the Secret of the release that is deployed: its names end in
// a number that grows.
func newestRelease(ctx context.Context, c *Cluster) (string, error) {
	list, err := c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace(diagnose.WebhookNamespace).List(ctx, metav1.ListOptions{
		LabelSelector: "owner=helm,name=" + diagnose.WebhookName + ",status=deployed",
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
		return "", silent("there is none that is deployed")
	}
	return name, nil
}

// decodeRelease unfolds what Helm stores: JSON in gzip in base64.
func decodeRelease(data []byte) (*helmRelease, error) {
	packed, err := base64.StdEncoding.AppendDecode(nil, data)
	if err != nil {
		return nil, err
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(unzip, maxRelease+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxRelease {
		return nil, fmt.Errorf("it is larger than %d bytes", maxRelease)
	}
	out := &helmRelease{}
	return out, json.Unmarshal(text, out)
}

// setting finds a boolean in the values that were given to the chart, or else in
// its defaults. Values that contradict each other, or are no boolean, are an error:
// what the chart makes of them isn't known.
func (r *helmRelease) setting(name string) (set, found bool, err error) {
	for _, values := range []map[string]any{r.Config, r.Chart.Values} {
		all := findAll(values, name)
		for i, v := range all {
			parsed, parseErr := strconv.ParseBool(fmt.Sprint(v))
			if parseErr != nil || i > 0 && parsed != set {
				return false, false, silent("its values have %s as %v", name, all)
			}
			set = parsed
		}
		if len(all) > 0 {
			return set, true, nil
		}
	}
	return false, false, nil
}

// findAll finds values by their name, at any depth: where the chart keeps them is
// not documented.
func findAll(values map[string]any, name string) []any {
	var out []any
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key == name {
			out = append(out, values[key])
		} else if below, ok := values[key].(map[string]any); ok {
			out = append(out, findAll(below, name)...)
		}
	}
	return out
}

// deployment reads the webhook's version from its image's tag. (§6.5)
func deployment(ctx context.Context, c *Cluster) ([]Answer, error) {
	d, err := c.apps.Deployments(diagnose.WebhookNamespace).Get(ctx, diagnose.WebhookName, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if v := deploymentVersion(d); v != "" {
		return valid(Answer{Field: WebhookVersion, Value: v})
	}
	return nil, silent("no image of it has a tag with a version")
}

// versionTag is an image's tag that names a version, such as ":v0.4.2-g1f0c3a7-aliyun".
// A fourth number counts builds: ":v0.1.1.0-gbddcb74-aliyun" is 0.1.1. (§4)
var versionTag = regexp.MustCompile(`:v?([0-9]+\.[0-9]+\.[0-9]+)([-.+_][^/:@]*)?(@.*)?$`)

// versionOf is the version that an image's tag names; empty for none.
func versionOf(image string) string {
	if m := versionTag.FindStringSubmatch(image); m != nil {
		return m[1]
	}
	return ""
}

// deploymentVersion is the first version that an image's tag names; empty for
// none.
func deploymentVersion(d *appsv1.Deployment) string {
	for _, container := range d.Spec.Template.Spec.Containers {
		if version := versionOf(container.Image); version != "" {
			return version
		}
	}
	return ""
}
