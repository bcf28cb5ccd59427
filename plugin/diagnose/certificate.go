package diagnose

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// CodeWebhookCertificate is about a caBundle with which the API server can't, or soon can't,
// verify the webhook.
const CodeWebhookCertificate rrsa.Code = "WebhookCertificate"

// certificateSoon is how long before its end a certificate is warned of.
const certificateSoon = 30 * 24 * time.Hour

// Certificate judges a webhook's caBundle at a time, as the API server reads it: one
// certificate that is valid and may sign is enough, and without any the system's roots
// count. The details have a line for each certificate. The webhook's own, which these
// verify, can't be read from outside. (§5)
func (h *Hook) Certificate(now time.Time) (status cliapi.CheckStatus, f Finding, details []string) {
	f = h.finding(CodeWebhookCertificate, "clientConfig.caBundle", "", "renew it: upgrade or reinstall the component, which brings a new certificate along")
	failed := func(message string) (cliapi.CheckStatus, Finding, []string) {
		f.Severity, f.Blocking, f.Message = rrsa.Warning, true, message
		return cliapi.CheckFailed, f, details
	}
	bundle := h.ClientConfig.CABundle
	switch service := h.ClientConfig.Service; {
	case len(bundle) == 0 && service != nil:
		f.Severity = rrsa.Warning
		f.Message = fmt.Sprintf("the caBundle is empty, so that the API server verifies the Service %q with its system's roots, and no public authority signs a Service's name", service.Namespace+"/"+service.Name)
		return cliapi.CheckWarning, f, nil
	case len(bundle) == 0:
		f.Message, f.Hint = "the caBundle is empty, so that the API server verifies the webhook with its system's roots, which can't be read", ""
		return cliapi.CheckUnknown, f, nil
	}
	var ends time.Time
	signs, found := false, 0
	for _, c := range certificatesIn(bundle) {
		found++
		text := fmt.Sprintf("certificate %q, valid from %s to %s", c.Subject, day(c.NotBefore), day(c.NotAfter))
		switch {
		case now.After(c.NotAfter):
			text += ": expired"
		case now.Before(c.NotBefore):
			text += ": not valid yet"
		case !maySign(c):
			text += ": it may sign no other, so that it verifies only itself"
			fallthrough
		default:
			// Of several that are valid one which may sign counts most, then the one that lasts longest.
			if ok := maySign(c); ok && !signs {
				signs, ends = true, c.NotAfter
			} else if ok == signs && c.NotAfter.After(ends) {
				ends = c.NotAfter
			}
		}
		details = append(details, text)
	}
	switch left := ends.Sub(now); {
	case found == 0:
		return failed("the caBundle has no certificate that can be read, so that the API server can't verify the webhook")
	case ends.IsZero():
		return failed("no certificate of the caBundle is valid now, so that the API server can't verify the webhook")
	case left < certificateSoon:
		f.Severity = rrsa.Warning
		f.Message = fmt.Sprintf("the caBundle ends on %s, in %d days", day(ends), int(left.Hours()/24))
	case !signs:
		f.Severity = rrsa.Warning
		f.Message = "no certificate of the caBundle is an authority's: it verifies the webhook only if the webhook has that very certificate"
	default:
		f.Code, f.Hint = "", ""
		f.Message = fmt.Sprintf("the caBundle has an authority's certificate that is valid to %s", day(ends))
		return cliapi.CheckPassed, f, details
	}
	return cliapi.CheckWarning, f, details
}

// certificatesIn reads PEM as Go's certificate pools do: what isn't a certificate is passed over.
func certificatesIn(bundle []byte) []*x509.Certificate {
	var out []*x509.Certificate
	for {
		var block *pem.Block
		if block, bundle = pem.Decode(bundle); block == nil {
			return out
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) > 0 {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, c)
		}
	}
}

// maySign tells whether a certificate may have signed another one, as Go judges it.
func maySign(c *x509.Certificate) bool {
	if !c.BasicConstraintsValid {
		return c.Version < 3
	}
	return c.IsCA
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
