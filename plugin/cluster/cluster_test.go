package cluster

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// openAt opens a cluster whose API server is a handler, in the namespace "shop".
func openAt(t *testing.T, warnings io.Writer, apiServer http.HandlerFunc) *Cluster {
	t.Helper()
	return openWith(t, newServer(t, apiServer), "30s", Options{Warnings: warnings})
}

// newServer starts a server and returns its address.
func newServer(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// openWith opens the cluster at an address.
func openWith(t *testing.T, server, timeout string, o Options) *Cluster {
	t.Helper()
	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters["c"] = &clientcmdapi.Cluster{Server: server}
	kubeconfig.Contexts["c"] = &clientcmdapi.Context{Cluster: "c", Namespace: "shop"}
	kubeconfig.CurrentContext = "c"
	file, cache := filepath.Join(t.TempDir(), "kubeconfig"), t.TempDir()
	if err := clientcmd.WriteToFile(*kubeconfig, file); err != nil {
		t.Fatal(err)
	}
	o.Flags = NewFlags()
	o.Flags.KubeConfig, o.Flags.CacheDir, o.Flags.Timeout = &file, &cache, &timeout
	if o.Warnings == nil {
		o.Warnings = io.Discard
	}
	c, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOpenNamesNoCluster: client-go's own default, localhost, is never asked.
func TestOpenNamesNoCluster(t *testing.T) {
	for _, tt := range []struct{ name, current, context, cluster, want string }{
		{"no current context", "", "", "", "no current context"},
		{"a current context that isn't there", "gone", "", "", `no context "gone"`},
		{"a context that isn't there", "good", "gone", "", `no context "gone"`},
		{"a context without its cluster", "dangling", "", "", `no cluster "elsewhere"`},
		{"a cluster that isn't there", "good", "", "gone", `no cluster "gone"`},
		{"a cluster in another context's place", "dangling", "", "c", ""},
		{"all of it", "good", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kubeconfig := clientcmdapi.NewConfig()
			kubeconfig.Clusters["c"] = &clientcmdapi.Cluster{Server: "https://127.0.0.1:1"}
			kubeconfig.Contexts["good"] = &clientcmdapi.Context{Cluster: "c"}
			kubeconfig.Contexts["dangling"] = &clientcmdapi.Context{Cluster: "elsewhere"}
			kubeconfig.CurrentContext = tt.current
			file := filepath.Join(t.TempDir(), "kubeconfig")
			if err := clientcmd.WriteToFile(*kubeconfig, file); err != nil {
				t.Fatal(err)
			}
			flags := NewFlags()
			flags.KubeConfig, flags.Context, flags.ClusterName = &file, &tt.context, &tt.cluster
			c, err := Open(Options{Flags: flags, Warnings: io.Discard})
			if tt.want == "" {
				if err != nil || c.Server != "https://127.0.0.1:1" {
					t.Errorf("want the cluster, got %+v, %v", c, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want an error with %q, got %v", tt.want, err)
			}
		})
	}
}

// TestOpenServer: an address alone names a cluster, and goes before the kubeconfig's.
func TestOpenServer(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", empty)
	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters["c"] = &clientcmdapi.Cluster{Server: "https://127.0.0.1:1"}
	kubeconfig.Contexts["c"] = &clientcmdapi.Context{Cluster: "c", Namespace: "shop"}
	kubeconfig.CurrentContext = "c"
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*kubeconfig, file); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, address, server, namespace string }{
		{"no kubeconfig", "", "https://127.0.0.1:2", "https://127.0.0.1:2", "default"},
		{"a host and port", "", "127.0.0.1:2", "127.0.0.1:2", "default"},
		{"a kubeconfig", file, "https://127.0.0.1:2", "https://127.0.0.1:2", "shop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flags := NewFlags()
			flags.KubeConfig, flags.APIServer = &tt.file, &tt.address
			c, err := Open(Options{Flags: flags, Warnings: io.Discard})
			if err != nil || c.Server != tt.server || c.Namespace != tt.namespace {
				t.Errorf("want %s and namespace %q, got %+v, %v", tt.server, tt.namespace, c, err)
			}
		})
	}
}
