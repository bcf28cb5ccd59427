package diagnose

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestAsPod(t *testing.T) {
	for _, tt := range []struct {
		apiVersion, kind string
		want             bool
	}{{"v1", "Pod", true}, {"v1", "PodTemplate", false}, {"example.com/v1", "Pod", false}} {
		object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": tt.apiVersion, "kind": tt.kind}}
		if pod, err := AsPod(object); err != nil || (pod != nil) != tt.want {
			t.Errorf("%s of %s: want a pod: %t, got %+v, %v", tt.kind, tt.apiVersion, tt.want, pod, err)
		}
	}
	broken := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "cart"}, "spec": map[string]any{"containers": int64(1)},
	}}
	if _, err := AsPod(broken); err == nil {
		t.Error("want an error for a Pod that isn't one")
	}
}
