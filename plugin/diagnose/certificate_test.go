package diagnose

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
)

// certificateOf is a certificate that signs itself, as PEM.
func certificateOf(t *testing.T, name string, from, to time.Time, authority bool) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to, BasicConstraintsValid: true, IsCA: authority,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// TestCertificate: what the API server can do with a caBundle, at a time.
func TestCertificate(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const days = 24 * time.Hour
	valid := certificateOf(t, "valid", now.Add(-days), now.Add(400*days), true)
	soon := certificateOf(t, "soon", now.Add(-days), now.Add(29*days+time.Hour), true)
	late := certificateOf(t, "late", now.Add(-days), now.Add(31*days), true)
	expired := certificateOf(t, "expired", now.Add(-2*days), now.Add(-time.Second), true)
	early := certificateOf(t, "early", now.Add(time.Second), now.Add(days), true)
	leaf := certificateOf(t, "leaf", now.Add(-days), now.Add(900*days), false)
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})
	broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})
	for _, tt := range []struct {
		name    string
		bundle  [][]byte
		service bool
		status  cliapi.CheckStatus
		says    string
		details []string
	}{
		{"valid", [][]byte{valid}, true, cliapi.CheckPassed, "valid to 2027-04-05", []string{`certificate "CN=valid", valid from 2026-02-28 to 2027-04-05`}},
		{"ends within 30 days", [][]byte{soon}, true, cliapi.CheckWarning, "ends on 2026-03-30, in 29 days", []string{`certificate "CN=soon", valid from 2026-02-28 to 2026-03-30`}},
		{"ends after 30 days", [][]byte{late}, true, cliapi.CheckPassed, "valid to 2026-04-01", nil},
		{"expired", [][]byte{expired}, true, cliapi.CheckFailed, "no certificate of the caBundle is valid now", []string{`certificate "CN=expired", valid from 2026-02-27 to 2026-03-01: expired`}},
		{"not valid yet", [][]byte{early}, true, cliapi.CheckFailed, "no certificate of the caBundle is valid now", []string{`certificate "CN=early", valid from 2026-03-01 to 2026-03-02: not valid yet`}},
		// As while it is renewed.
		{"an expired one and a valid one", [][]byte{expired, soon, valid}, true, cliapi.CheckPassed, "valid to 2027-04-05", nil},
		{"an authority counts more than a leaf", [][]byte{leaf, soon}, true, cliapi.CheckWarning, "ends on 2026-03-30", nil},
		{"a leaf after the authority", [][]byte{soon, leaf}, true, cliapi.CheckWarning, "ends on 2026-03-30", nil},
		{"no authority", [][]byte{leaf}, true, cliapi.CheckWarning, "no certificate of the caBundle is an authority's", []string{`certificate "CN=leaf", valid from 2026-02-28 to 2028-08-17: it may sign no other, so that it verifies only itself`}},
		{"other blocks", [][]byte{key, broken, valid}, true, cliapi.CheckPassed, "valid to 2027-04-05", nil},
		{"no certificate", [][]byte{key, broken}, true, cliapi.CheckFailed, "has no certificate that can be read", nil},
		{"no PEM", [][]byte{[]byte("\n")}, true, cliapi.CheckFailed, "has no certificate that can be read", nil},
		{"empty, a Service", nil, true, cliapi.CheckWarning, `verifies the Service "kube-system/webhook" with its system's roots`, nil},
		{"empty, a URL", nil, false, cliapi.CheckUnknown, "with its system's roots, which can't be read", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHook()
			h.ClientConfig.CABundle = slices.Concat(tt.bundle...)
			if tt.service {
				h.ClientConfig.Service = &admissionregistrationv1.ServiceReference{Namespace: "kube-system", Name: "webhook"}
			}
			status, f, details := h.Certificate(now)
			if status != tt.status || !strings.Contains(f.Message, tt.says) || f.Object != "mutatingwebhookconfiguration/"+WebhookName {
				t.Errorf("want %s with %q, got %s: %+v", tt.status, tt.says, status, f)
			}
			if (f.Code == "") != (status == cliapi.CheckPassed) || f.Blocking != (status == cliapi.CheckFailed) {
				t.Errorf("want a code unless it has passed, and only a failure to block, got %+v", f)
			}
			if tt.details != nil {
				if diff := cmp.Diff(tt.details, details); diff != "" {
					t.Errorf("details (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestCertificateVerifies: Go, as the API server, verifies itself by what passes, and by
// nothing of what fails.
func TestCertificateVerifies(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		from, to  time.Duration
		authority bool
	}{{-time.Hour, 1000 * time.Hour, true}, {-2 * time.Hour, -time.Hour, true}, {time.Hour, 2 * time.Hour, true}, {-time.Hour, 1000 * time.Hour, false}} {
		h := newHook()
		h.ClientConfig.CABundle = certificateOf(t, "self", now.Add(tt.from), now.Add(tt.to), tt.authority)
		status, _, _ := h.Certificate(now)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(h.ClientConfig.CABundle)
		_, err := certificatesIn(h.ClientConfig.CABundle)[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now})
		if (err == nil) != (status != cliapi.CheckFailed) {
			t.Errorf("%+v: want the same as Go, got %s, and %v", tt, status, err)
		}
	}
}
