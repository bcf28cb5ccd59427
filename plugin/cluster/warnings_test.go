package cluster

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestWarnings: what the API server warns of is said once, whichever of the
// clients has asked.
func TestWarnings(t *testing.T) {
	object := func(kind, name string) any {
		return map[string]any{"apiVersion": "v1", "kind": kind, "metadata": map[string]string{"name": name, "namespace": "shop"}}
	}
	answers := map[string]any{
		"/api":  metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}},
		"/apis": metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}},
		"/api/v1": metav1.APIResourceList{
			TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: "v1",
			APIResources: []metav1.APIResource{{Name: "pods", SingularName: "pod", Namespaced: true, Kind: "Pod", Verbs: metav1.Verbs{"get"}}},
		},
		"/api/v1/namespaces/shop/pods/a":              object("Pod", "a"),
		"/api/v1/namespaces/shop/pods/b":              object("Pod", "b"),
		"/api/v1/namespaces/shop/serviceaccounts/app": map[string]any{"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata"},
	}
	var warnings bytes.Buffer
	c := openAt(t, &warnings, func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Warning", `299 - "the shop is old"`)
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	})
	objects, err := c.Objects("pods", "a", "b")
	if err != nil || len(objects) != 2 {
		t.Fatalf("want 2 objects, got %d: %v", len(objects), err)
	}
	const want = "Warning: the shop is old\n"
	if diff := cmp.Diff(want, warnings.String()); diff != "" {
		t.Errorf("warnings about two objects (-want +got):\n%s", diff)
	}
	if _, err := NewLookup(t.Context(), c).ServiceAccount("shop", "app"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, warnings.String()); diff != "" {
		t.Errorf("warnings about a ServiceAccount too (-want +got):\n%s", diff)
	}
}
