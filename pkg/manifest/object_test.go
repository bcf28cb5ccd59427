package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// TestObject: an object has what kubectl would send, wherever it stands.
func TestObject(t *testing.T) {
	stream, err := manifest.Parse("app.yaml", []byte(`apiVersion: apps/v1
kind: DeploymentList
items:
- metadata: {name: web, labels: &labels {app: web}, annotations: {config.kubernetes.io/local-config: "false"}}
  spec:
    replicas: 0x2
    paused: on # a boolean to kubectl
    template:
      metadata:
        labels:
          <<: *labels
          tier: front
      spec: {containers: [{name: web, unknown: 1.5}]}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: x, annotations: {config.kubernetes.io/local-config: "true"}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	template := map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"app": "web", "tier": "front"}},
		"spec":     map[string]any{"containers": []any{map[string]any{"name": "web", "unknown": 1.5}}},
	}
	want := map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": map[string]any{
			"name": "web", "labels": map[string]any{"app": "web"},
			"annotations": map[string]any{"config.kubernetes.io/local-config": "false"},
		},
		"spec": map[string]any{"replicas": int64(2), "paused": true, "template": template},
	}
	items := stream.Items()
	got, err := items[0].Object()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("object (-want +got):\n%s%v", diff, err)
	}
	if items[0].LocalConfig() || !items[1].LocalConfig() {
		t.Errorf("want the second object alone to be local config")
	}
}
