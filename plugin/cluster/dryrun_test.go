package cluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

// TestThreeWay: what is the manifest's is set, what was the manifest's goes, and
// what is the cluster's stays.
func TestThreeWay(t *testing.T) {
	const (
		deployment = "apiVersion: apps/v1\nkind: Deployment\n"
		rollout    = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n"
		live       = `metadata:
  name: web
  annotations:
    deployment.kubernetes.io/revision: "2"
    kubectl.kubernetes.io/last-applied-configuration: '{"metadata":{"annotations":{},"name":"web"},"spec":{"paused":true,"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}'
spec:
  replicas: 3
  paused: true
  template: {spec: {containers: [{name: web, imagePullPolicy: Always, env: [{name: A, value: "1"}, {name: B, value: "2"}]}]}}
`
		without = "metadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, env: [{name: C, value: \"3\"}]}]}}}\n"
		same    = "metadata: {name: web}\nspec: {paused: true, template: {spec: {containers: [{name: web, env: [{name: A, value: \"1\"}]}]}}}\n"
	)
	applied := strings.ReplaceAll(live, `, {name: B, value: "2"}`, "")
	for _, tt := range []struct {
		name, live, object string
		kind               types.PatchType
		want               string
	}{
		{"merged by name", deployment + live, deployment + without, types.StrategicMergePatchType, `{"spec":{"paused":null,"template":{"spec":{` +
			`"$setElementOrder/containers":[{"name":"web"}],"containers":[{"$setElementOrder/env":[{"name":"C"}],"env":[{"name":"C","value":"3"},{"$patch":"delete","name":"A"}],"name":"web"}]}}}}`},
		{"a list is the cluster's or the manifest's", rollout + live, rollout + without, types.MergePatchType,
			`{"spec":{"paused":null,"template":{"spec":{"containers":[{"env":[{"name":"C","value":"3"}],"name":"web"}]}}}}`},
		{"nothing", deployment + applied, deployment + same, types.StrategicMergePatchType, `{}`},
		{"never applied", deployment + "metadata: {name: web}\nspec: {paused: true}\n", deployment + "metadata: {name: web}\nspec: {replicas: 1}\n",
			types.StrategicMergePatchType, `{"metadata":{"annotations":{}},"spec":{"replicas":1}}`},
		{"with the note of an apply", deployment + applied, deployment + "metadata: {name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: x}}\nspec: {paused: true, template: {spec: {containers: [{name: web, env: [{name: A, value: \"1\"}]}]}}}\n",
			types.StrategicMergePatchType, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind, patch, err := threeWay(object(t, tt.live), object(t, tt.object))
			if err != nil || kind != tt.kind {
				t.Fatalf("want a patch of the kind %s, got %s, %v", tt.kind, kind, err)
			}
			if diff := cmp.Diff(tt.want, string(patch)); diff != "" {
				t.Errorf("patch (-want +got):\n%s", diff)
			}
		})
	}
	broken := object(t, deployment+"metadata: {name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{'}}\n")
	if _, _, err := threeWay(broken, object(t, deployment+same)); err == nil {
		t.Error("want an error for a broken note of an apply")
	}
}

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	out := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &out.Object); err != nil {
		t.Fatal(err)
	}
	return out
}
