package cluster

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// openAt opens a cluster whose API server is a handler, in the namespace "shop".
func openAt(t *testing.T, warnings io.Writer, apiServer http.HandlerFunc) *Cluster {
	t.Helper()
	server := httptest.NewServer(apiServer)
	t.Cleanup(server.Close)
	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters["c"] = &clientcmdapi.Cluster{Server: server.URL}
	kubeconfig.Contexts["c"] = &clientcmdapi.Context{Cluster: "c", Namespace: "shop"}
	kubeconfig.CurrentContext = "c"
	file, cache := filepath.Join(t.TempDir(), "kubeconfig"), t.TempDir()
	if err := clientcmd.WriteToFile(*kubeconfig, file); err != nil {
		t.Fatal(err)
	}
	flags := NewFlags()
	flags.KubeConfig, flags.CacheDir = &file, &cache
	c, err := Open(Options{Flags: flags, Warnings: warnings})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
