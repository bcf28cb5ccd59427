package e2e

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// checked is what tests compare of a report of checks.
type checked struct {
	Kind, Namespace string
	Passed          bool
	Checks          []struct {
		Name, Status, Code, Message, Object, Hint string
		Details                                   []string
	}
}

// of is one check by its name.
func (c checked) of(t *testing.T, name string) string {
	t.Helper()
	for _, one := range c.Checks {
		if one.Name == name {
			return strings.Join(slices.Concat([]string{one.Status, one.Code, one.Message, one.Object}, one.Details, []string{one.Hint}), "\n")
		}
	}
	t.Fatalf("there is no check %s in %+v", name, c)
	return ""
}

// checks checks the cluster as text and as JSON, which have to say the same, and wants the
// checks that aren't named to have passed. Nothing may be stored.
func (l *live) checks(t *testing.T, others map[string]string, args ...string) checked {
	t.Helper()
	text, data := l.rrsa(t, "", append([]string{"check"}, args...)...), l.rrsa(t, "", append([]string{"check", "-o", "json"}, args...)...)
	var out checked
	if err := json.Unmarshal([]byte(data.stdout), &out); err != nil {
		t.Fatalf("want a report, got %+v: %v", data, err)
	}
	var names, printed []string
	got, code := map[string]string{}, 0
	for _, c := range out.Checks {
		names = append(names, c.Status+" "+c.Name)
		if c.Status != "passed" {
			got[c.Name] = c.Status
		}
		if c.Status == "failed" || c.Status == "unknown" {
			code = 1
		}
		for _, d := range append([]string{c.Message, c.Hint}, c.Details...) {
			if len(d) < 400 && !strings.Contains(d, "rrsa-check-") && !strings.Contains(text.stdout, d) {
				t.Errorf("the text doesn't say %q:\n%s", d, text.stdout)
			}
		}
	}
	for line := range strings.Lines(text.stdout) {
		if words := strings.Fields(line); !strings.HasPrefix(line, " ") && len(words) > 1 {
			printed = append(printed, words[0]+" "+words[1])
		}
	}
	switch {
	case !slices.Equal(names, printed):
		t.Errorf("want the same checks in both, got %q and %q", names, printed)
	case !maps.Equal(got, others):
		t.Errorf("want %v, got %v:\n%s%s", others, got, text.stdout, text.stderr)
	case text.code != code || data.code != code || out.Passed != (code == 0) || out.Kind != "CheckReport":
		t.Errorf("want the exit code %d, got %+v and %+v", code, text, data)
	case (code == 1) != strings.Contains(text.stderr, "error: not everything is right: "):
		t.Errorf("want an error that names what isn't right, got %q", text.stderr)
	}
	pods, err := l.client(t).CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pods.Items {
		if strings.HasPrefix(p.Name, "rrsa-check-") {
			t.Errorf("want nothing stored, got the pod %s/%s", p.Namespace, p.Name)
		}
	}
	return out
}

// spoilt is the same cluster through a proxy, which answers some paths itself.
func (l *live) spoilt(t *testing.T, answers map[string]http.HandlerFunc) *live {
	p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		for path, answer := range answers {
			if strings.HasSuffix(r.URL.Path, path) {
				answer(w, r)
				return
			}
		}
		apiServer.ServeHTTP(w, r)
	})
	return &live{cluster: l.with(p.kubeconfig), webhook: l.webhook}
}

func forbidden(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		refuse(t, w, apierrors.NewForbidden(schema.GroupResource{Resource: "all"}, "it", nil))
	}
}

// mayProve are the rights of the documented role, and those that a dry run needs.
func mayProve(t *testing.T) []rbacv1.PolicyRule {
	return append(documentedRole(t).Rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"create"}})
}

// TestCheck: a cluster that is right passes, and each thing that isn't right fails its own
// check, and no other.
func TestCheck(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	l.apply(t, "shop", 0, strings.ReplaceAll(enabled, "NAMESPACE", "shop"))
	l.makes(t, "shop", "injected")
	t.Run("right", func(t *testing.T) { testCheckRight(t, l) })
	t.Run("identity", func(t *testing.T) { testCheckIdentity(t, l) })
	t.Run("webhook", func(t *testing.T) { testCheckWebhook(t, l) })
	t.Run("proof", func(t *testing.T) { testCheckProof(t, l) })
	t.Run("settings", func(t *testing.T) { testCheckSettings(t, l) })
	t.Run("access", func(t *testing.T) { testCheckAccess(t, l) })
	t.Run("wait", func(t *testing.T) { testCheckWait(t, l) })
	l.checks(t, nil) // as before
}

func testCheckRight(t *testing.T, l *live) {
	got := l.checks(t, nil)
	for name, says := range map[string][]string{
		"rrsa-enabled":        {issuer},
		"identity":            {"accountID " + accountID + ": live, configmap kube-system/ack-cluster-profile", "region cn-hangzhou: live, issuer of the API server"},
		"webhook-registered":  {"mutatingwebhookconfiguration/" + webhookName, "failurePolicy Ignore"},
		"webhook-ready":       {"1 of 1 pods"},
		"webhook-certificate": {"an authority's certificate that is valid to 2084-"},
		"webhook-selects":     {"1 of 1 Namespaces", "selected: shop"},
		"webhook-settings":    {"webhookVersion 0.4.2: live, secret kube-system/sh.helm.release.v1." + webhookName, "AutoInjectSTSEnvVars true: live", "settled by the dry run: initContainers=true", "--init-containers=true"},
		"injection":           {`namespace "shop" with ServiceAccount "good"`, "rules.md §3, override-env replaces valueFrom: so it does"},
		"permissions":         {"all rights"},
	} {
		for _, s := range says {
			if !strings.Contains(got.of(t, name), s) {
				t.Errorf("%s: want %q, got %s", name, s, got.of(t, name))
			}
		}
	}
	if n := strings.Count(got.of(t, "injection"), ": so it does"); n != 8 {
		t.Errorf("want eight rules as they are, got %d: %s", n, got.of(t, "injection"))
	}
	l.must(t, "", "label", "namespace", "shop", "pod-security.kubernetes.io/enforce=restricted")
	if got := l.checks(t, nil, "-n", "shop"); got.Namespace != "shop" {
		t.Errorf("want the namespace of -n, got %q", got.Namespace)
	}
	l.must(t, "", "label", "namespace", "shop", "pod-security.kubernetes.io/enforce-")
	if got := l.rrsa(t, "", "check", "-n", "nowhere", "--wait", "1m"); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, `has no Namespace "nowhere"`) {
		t.Errorf("want an error at once, got %+v", got)
	}
	if got := l.rrsa(t, "", "check", "-o", `jsonpath={.checks[?(@.name=="injection")].status}`); got.code != 0 || got.stdout != "passed" {
		t.Errorf("want one field, got %+v", got)
	}
}

func testCheckIdentity(t *testing.T, l *live) {
	t.Run("RRSA not enabled", func(t *testing.T) {
		got := l.spoilt(t, map[string]http.HandlerFunc{"/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer": %q}`, apiAudience)
		}}).checks(t, map[string]string{"rrsa-enabled": "failed"})
		if !strings.Contains(got.of(t, "rrsa-enabled"), "RRSANotEnabled") {
			t.Error(got.of(t, "rrsa-enabled"))
		}
	})
	t.Run("not ACK's", func(t *testing.T) {
		const own, other = "https://oidc.example.com/prod", "https://other.example.com"
		c := l.spoilt(t, map[string]http.HandlerFunc{"/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer": "%s, %s"}`, own, apiAudience)
		}})
		for _, tt := range []struct {
			status, given, says string
		}{
			{"passed", own, own + ", as the settings have it"}, {"failed", other, "IssuerDiffers\nby the settings the issuer is \"" + other + `"`}, {"unknown", "", "give it with --oidc-issuer"},
		} {
			others := map[string]string{"rrsa-enabled": tt.status}
			if tt.status == "passed" {
				others = nil
			}
			if got := c.checks(t, others, "--oidc-issuer="+tt.given); !strings.Contains(got.of(t, "rrsa-enabled"), tt.says) || strings.Contains(got.of(t, "rrsa-enabled"), "RRSANotEnabled") {
				t.Errorf("want %q, got %s", tt.says, got.of(t, "rrsa-enabled"))
			}
		}
		if got := c.rrsa(t, "", "audit", "-n", "shop", "--oidc-issuer="+other); got.code != 1 || !strings.HasPrefix(got.stdout, "cluster: IssuerDiffers: ") || strings.Count(got.stdout, "IssuerDiffers: ") != 1 {
			t.Errorf("want it said of the cluster, got %+v", got)
		}
		if got := c.rrsa(t, "", "audit", "-n", "shop", "--oidc-issuer="+own); strings.Contains(got.stdout, "cluster:") {
			t.Errorf("want nothing said of the cluster, got %+v", got)
		}
	})
	t.Run("RRSA not judged", func(t *testing.T) {
		got := l.spoilt(t, map[string]http.HandlerFunc{"/openid-configuration": forbidden(t)}).checks(t, map[string]string{"rrsa-enabled": "unknown"})
		if !strings.Contains(got.of(t, "rrsa-enabled"), "RRSANotJudged") {
			t.Error(got.of(t, "rrsa-enabled"))
		}
	})
	t.Run("account unknown", func(t *testing.T) {
		c := l.spoilt(t, map[string]http.HandlerFunc{"/configmaps/ack-cluster-profile": forbidden(t)})
		got := c.checks(t, map[string]string{"identity": "unknown", "injection": "skipped"})
		if !strings.Contains(got.of(t, "identity"), "give --account-id;") || !strings.Contains(got.of(t, "injection"), "needs identity") || !strings.Contains(got.of(t, "injection"), "it has ALIBABA_CLOUD_ROLE_ARN=acs:ram::"+accountID) {
			t.Errorf("want the flag, and what needs it, got %+v", got)
		}
		c.checks(t, nil, "--account-id", accountID)
	})
	t.Run("provider of another account", func(t *testing.T) {
		got := l.checks(t, map[string]string{"identity": "warning", "injection": "failed"}, "--oidc-provider-arn=acs:ram::2:oidc-provider/own")
		if !strings.Contains(got.of(t, "identity"), "ProviderOfOtherAccount") || strings.Contains(got.of(t, "webhook-settings"), "ProviderOfOtherAccount") {
			t.Errorf("want it said of the identity alone, got %+v", got)
		}
	})
	t.Run("contradicted", func(t *testing.T) {
		if got := l.rrsa(t, "", "check", "--account-id", "1"); got.code != 2 || got.stdout != "" {
			t.Errorf("want an error, got %+v", got)
		}
	})
}

func testCheckWebhook(t *testing.T, l *live) {
	skipped := func(name, status string) map[string]string {
		return map[string]string{name: status, "injection": "skipped"}
	}
	t.Run("no configuration", func(t *testing.T) {
		api := l.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
		object, err := api.Get(t.Context(), webhookName, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		l.must(t, "", "delete", "mutatingwebhookconfiguration", webhookName)
		want := skipped("webhook-registered", "failed")
		for _, name := range []string{"webhook-ready", "webhook-certificate", "webhook-selects", "webhook-settings"} {
			want[name] = "skipped"
		}
		got := l.checks(t, want)
		if !strings.Contains(got.of(t, "injection"), "it needs webhook-registered, which has failed") {
			t.Error(got.of(t, "injection"))
		}
		object.ResourceVersion, object.UID = "", ""
		if _, err := api.Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		l.makes(t, "shop", "injected")
	})
	t.Run("rules miss pods", func(t *testing.T) {
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.Rules[0].Resources = []string{"pods/status"} })
		defer func() {
			l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.Rules[0].Resources = []string{"pods"} })
			l.makes(t, "shop", "injected")
		}()
		got := l.checks(t, map[string]string{
			"webhook-registered": "failed", "webhook-ready": "skipped", "webhook-certificate": "skipped", "webhook-selects": "skipped", "webhook-settings": "skipped", "injection": "skipped",
		})
		if !strings.Contains(got.of(t, "webhook-registered"), "WebhookRulesMissPods") {
			t.Error(got.of(t, "webhook-registered"))
		}
	})
	t.Run("not ready", func(t *testing.T) {
		l.hold(t, true)
		defer l.hold(t, false)
		l.checks(t, skipped("webhook-ready", "failed"))
	})
	t.Run("fewer ready", func(t *testing.T) {
		lift := l.quota(t, "kube-system")
		l.must(t, "", "scale", "deployment", webhookApp, "-n", "kube-system", "--replicas=2")
		defer func() {
			l.scale(t, 1)
			lift()
		}()
		l.checks(t, map[string]string{"webhook-ready": "warning"})
	})
	bundle := func(t *testing.T, bundle []byte) (before []byte) {
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
			before, h.ClientConfig.CABundle = h.ClientConfig.CABundle, bundle
		})
		return before
	}
	t.Run("certificate expired", func(t *testing.T) {
		before := bundle(t, expiredAuthority(t))
		defer func() { bundle(t, before); l.makes(t, "shop", "injected") }()
		l.makes(t, "shop", "bare") // the API server can't verify it, as is said
		got := l.checks(t, skipped("webhook-certificate", "failed"))
		if !strings.Contains(got.of(t, "webhook-certificate"), ": expired") {
			t.Error(got.of(t, "webhook-certificate"))
		}
		bundle(t, slices.Concat(expiredAuthority(t), before))
		l.makes(t, "shop", "injected")
		l.checks(t, nil)
	})
	t.Run("certificate of another", func(t *testing.T) {
		before := bundle(t, otherAuthority(t))
		defer func() { bundle(t, before); l.makes(t, "shop", "injected") }()
		l.makes(t, "shop", "bare")
		l.checks(t, map[string]string{"injection": "failed"}) // which is what shows the webhook's own
	})
	t.Run("namespace left out", func(t *testing.T) {
		l.must(t, "", "create", "namespace", "left")
		l.must(t, "", "label", "namespace", "left", labelInjection+"=on")
		defer l.must(t, "", "delete", "namespace", "left")
		got := l.checks(t, map[string]string{"webhook-selects": "failed"})
		if said := got.of(t, "webhook-selects"); !strings.Contains(said, "WebhookSkipsNamespace") || !strings.Contains(said, "left out: left") {
			t.Error(said)
		}
		l.checks(t, map[string]string{"webhook-selects": "failed", "injection": "skipped"}, "-n", "left")
	})
	t.Run("pods left out", func(t *testing.T) {
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
			h.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"inject": "yes"}}
		})
		defer func() {
			l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.ObjectSelector = nil })
			l.makes(t, "shop", "injected")
		}()
		got := l.checks(t, skipped("webhook-selects", "failed"))
		if !strings.Contains(got.of(t, "webhook-selects"), "WebhookSkipsPod") {
			t.Error(got.of(t, "webhook-selects"))
		}
	})
	t.Run("conditions", func(t *testing.T) {
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
			h.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "most", Expression: "object.metadata.namespace != 'none'"}}
		})
		defer func() {
			l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.MatchConditions = nil })
			l.makes(t, "shop", "injected")
		}()
		l.checks(t, nil) // proven by the dry run in the only namespace
		l.apply(t, "tenth", 0, strings.ReplaceAll(enabled, "NAMESPACE", "tenth"))
		defer l.must(t, "", "delete", "namespace", "tenth")
		l.checks(t, map[string]string{"webhook-selects": "warning"})
	})
}

// quota lets no more pods be made in a namespace, until it is lifted. The controller that
// fills its status in doesn't run here.
func (l *live) quota(t *testing.T, ns string) (lift func()) {
	t.Helper()
	l.must(t, "", "create", "quota", "none", "-n", ns, "--hard=pods=0")
	l.must(t, "", "patch", "resourcequota", "none", "-n", ns, "--subresource=status", "--type=merge", "-p", `{"status": {"hard": {"pods": "0"}, "used": {"pods": "0"}}}`)
	eventually(t, "the quota of "+ns, func() error {
		if got := l.kubectl(t, "run", "any", "--image=any", "-n", ns, "--dry-run=server"); got.code == 0 {
			return errors.New("pods are made")
		}
		return nil
	})
	return func() { l.must(t, "", "delete", "resourcequota", "none", "-n", ns) }
}

// authority is a certificate that may sign others, and has signed itself, as PEM.
func authority(t *testing.T, from, to time.Time) []byte {
	t.Helper()
	key := newRSAKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "e2e"}, NotBefore: from, NotAfter: to, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func expiredAuthority(t *testing.T) []byte {
	return authority(t, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
}

func otherAuthority(t *testing.T) []byte {
	return authority(t, time.Now().Add(-time.Hour), time.Now().Add(10000*time.Hour))
}
