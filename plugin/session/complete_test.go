package session

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// TestCompleteNoAnswer: the shell isn't held up by a cluster that doesn't answer, nor by
// what it says about its types.
func TestCompleteNoAnswer(t *testing.T) {
	over := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer server.Close()
	defer close(over)
	flags, _ := parsed(t, Need{Input: true}, "--server", server.URL, "--cache-dir", cacheDir(t))
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	begin := time.Now()
	got, _ := flags.CompleteArguments(cmd, nil, "deployment/")
	if took := time.Since(begin); len(got) != 0 || took > completionTimeout+time.Second {
		t.Errorf("want nothing within %s, got %q after %s", completionTimeout, got, took)
	}
	begin = time.Now()
	got = live(cmd, flags.Connection, func(ctx context.Context, c *cluster.Cluster) ([]string, error) { return c.NamespaceNames(ctx) })
	if took := time.Since(begin); len(got) != 0 || took > completionTimeout+time.Second {
		t.Errorf("want no namespaces within %s, got %q after %s", completionTimeout, got, took)
	}
}

// cacheDir is a folder that a read which was given up may still write to after the test.
func cacheDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rrsa-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// TestCompleteNames: the objects of a type.
func TestCompleteNames(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, map[string]string{
			"/api":    `{"kind": "APIVersions", "versions": ["v1"]}`,
			"/apis":   `{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}`,
			"/api/v1": `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "pods", "singularName": "pod", "namespaced": true, "kind": "Pod", "verbs": ["list"]}]}`,
			"/api/v1/namespaces/default/pods": `{"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "items": [
				{"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "cart"}}]}`,
		}[r.URL.Path])
	}))
	defer server.Close()
	flags, _ := parsed(t, Need{Input: true}, "--server", server.URL, "--cache-dir", cacheDir(t))
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	if got, _ := flags.CompleteArguments(cmd, nil, "pod/"); len(got) != 1 || got[0] != "pod/cart" {
		t.Errorf("want the pod, got %q", got)
	}
}
