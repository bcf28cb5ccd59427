package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The hosts that the SDK may ask for.
const (
	vpcSTS    = "sts-vpc.cn-hangzhou.aliyuncs.com"
	publicSTS = "sts.aliyuncs.com"
)

// startSTS starts an STS with which the cluster is registered, as enabling RRSA
// does it, and the proxy through which every connection leads to it.
func (c *cluster) startSTS(t testing.TB) *sts {
	t.Helper()
	s := &sts{roles: map[string]policy{}, issued: map[string]stsCredentials{}}
	s.providers = map[string]oidcProvider{providerARN: {issuer: issuer, audiences: []string{"sts.aliyuncs.com"}, keys: c.tokenKeys(t)}}

	certificate := s.certify(t, vpcSTS, publicSTS)
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(s.connect(server.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	s.proxy = proxy.URL
	return s
}

// tokenKeys are the keys with which the API server signs tokens, as it publishes
// them.
func (c *cluster) tokenKeys(t testing.TB) jose.JSONWebKeySet {
	t.Helper()
	data, err := c.client(t).RESTClient().Get().AbsPath("/openid/v1/jwks").DoRaw(t.Context())
	if err != nil {
		t.Fatalf("reading the API server's keys: %v", err)
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(data, &keys); err != nil || len(keys.Keys) == 0 {
		t.Fatalf("reading the API server's keys: %v\n%s", err, data)
	}
	return keys
}

// certify makes a certificate for the hosts, which signs itself, and the file by
// which it is trusted.
func (s *sts) certify(t testing.TB, hosts ...string) tls.Certificate {
	t.Helper()
	key := newRSAKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sts"}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s.certificates = filepath.Join(t.TempDir(), "ca.crt")
	write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), s.certificates)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// connect is a proxy that connects to address, whatever host is asked for, and
// notes that host. It refuses all that isn't TLS, such as a call for the
// credentials of an instance.
func (s *sts) connect(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.hosts = append(s.hosts, r.Host)
		s.mu.Unlock()
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT is allowed", http.StatusForbidden)
			return
		}
		to, err := net.Dial("tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer to.Close()
		from, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer from.Close()
		if _, err := io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			return
		}
		go func() {
			// Either side may hang up first; then the other is closed.
			_, _ = io.Copy(to, buffered)
			to.Close()
		}()
		_, _ = io.Copy(from, to)
	})
}

// newRSAKey is a private key.
func newRSAKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
