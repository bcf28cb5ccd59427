package e2e

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestURL: a manifest comes over https alone, and within bounds.
func TestURL(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.account(t, ns, "app", roleName, "app-oss")
	var plainAsked atomic.Bool
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		plainAsked.Store(true)
		_, _ = io.WriteString(w, podYAML(ns, "app", "app"))
	}))
	t.Cleanup(plain.Close)

	mux := http.NewServeMux()
	mux.HandleFunc("/app.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, podYAML(ns, "app", "app")) })
	mux.Handle("/moved.yaml", http.RedirectHandler("/app.yaml", http.StatusFound))
	mux.Handle("/downgraded.yaml", http.RedirectHandler(plain.URL+"/app.yaml", http.StatusFound))
	mux.Handle("/loop.yaml", http.RedirectHandler("/loop.yaml", http.StatusFound))
	mux.HandleFunc("/large.yaml", func(w http.ResponseWriter, _ *http.Request) {
		line := []byte("# " + strings.Repeat("x", 1<<20-3) + "\n")
		for range 65 {
			// The program may hang up: it has read enough.
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := filepath.Join(t.TempDir(), "ca.crt")
	write(t, string(certificate(server)), trusted)

	tests := map[string]struct {
		url  string
		code int
		want string
	}{
		"https":              {server.URL + "/app.yaml", 0, ") injected: role app-oss"},
		"a redirect":         {server.URL + "/moved.yaml", 0, ") injected: role app-oss"},
		"not there":          {server.URL + "/nobody.yaml", 2, "the server answers 404 Not Found"},
		"http":               {plain.URL + "/app.yaml", 2, "only https is allowed"},
		"a redirect to http": {server.URL + "/downgraded.yaml", 2, "only https is allowed"},
		"redirects for ever": {server.URL + "/loop.yaml", 2, "there are too many redirects"},
		"too large":          {server.URL + "/large.yaml", 2, "it is larger than 64 MiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cmd := c.command(t, "rrsa", "preview", test.url, "--account-id", accountID)
			// The kubeconfig has its own certificate for the API server.
			cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+trusted)
			got := ended(t, cmd, "")
			if got.code != test.code || (test.code == 0) != (got.stdout != "") || !strings.Contains(got.stderr, test.want) {
				t.Errorf("want exit code %d and %q, got %d, %.300q, %q", test.code, test.want, got.code, got.stdout, got.stderr)
			}
		})
	}
	if got := c.rrsa(t, "", "preview", server.URL+"/app.yaml", "--account-id", accountID); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "certificate") {
		t.Errorf("want a server that isn't trusted to be refused, got %+v", got)
	}
	if plainAsked.Load() {
		t.Error("the server without TLS was asked")
	}
}
