package e2e

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
)

// proxy stands between kubectl and the API server and can spoil its answers.
type proxy struct {
	// kubeconfig points to it.
	kubeconfig string
	handle     atomic.Pointer[handler]
}

// handler answers a request, or has the API server answer it.
type handler func(w http.ResponseWriter, r *http.Request, apiServer http.Handler)

// proxy starts a reverse proxy before the API server. Its requests have all rights.
func (c *cluster) proxy(t testing.TB, h handler) *proxy {
	t.Helper()
	target, err := url.Parse(c.config.Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(c.config)
	if err != nil {
		t.Fatal(err)
	}
	apiServer := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1,
	}
	p := &proxy{}
	p.set(h)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*p.handle.Load())(w, r, apiServer)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // each connection that is cut
	server.StartTLS()
	t.Cleanup(server.Close)
	p.kubeconfig = c.kubeconfig(t, t.TempDir(), &rest.Config{
		Host: server.URL, BearerToken: adminToken, TLSClientConfig: rest.TLSClientConfig{CAData: certificate(server)},
	})
	return p
}

// set changes what the proxy does from the next request on.
func (p *proxy) set(h handler) { p.handle.Store(&h) }

// pass has the API server answer.
func pass(w http.ResponseWriter, r *http.Request, apiServer http.Handler) { apiServer.ServeHTTP(w, r) }

// refuse answers with an error of the API server, such as one that
// errors.NewTooManyRequests makes.
func refuse(t testing.TB, w http.ResponseWriter, err *apierrors.StatusError) {
	t.Helper()
	status := err.Status()
	status.APIVersion, status.Kind = "v1", "Status"
	if d := status.Details; d != nil && d.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(d.RetryAfterSeconds)))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(status.Code))
	if err := json.NewEncoder(w).Encode(status); err != nil {
		t.Errorf("answering: %v", err)
	}
}

// cut sends at most the first n bytes of the API server's answer and breaks the
// connection.
func cut(w http.ResponseWriter, r *http.Request, apiServer http.Handler, n int) {
	whole := httptest.NewRecorder()
	// As it is, and not compressed: else few bytes would be all.
	r.Header.Del("Accept-Encoding")
	apiServer.ServeHTTP(whole, r)
	for key, values := range whole.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(whole.Code)
	body := whole.Body.Bytes()
	if _, err := w.Write(body[:min(n, len(body))]); err == nil {
		w.(http.Flusher).Flush()
	}
	panic(http.ErrAbortHandler)
}

// certificate is that of a server, as PEM. It signs itself.
func certificate(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}
