package plugin

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// selfManaged is an API server whose tokens have an issuer, in a cluster that isn't ACK's: of
// that it says nothing else. It has the ServiceAccount shop/cart, and gives it tokens.
func selfManaged(t *testing.T, issuer string) string {
	t.Helper()
	now := time.Now().Unix()
	first, _, _ := strings.Cut(issuer, ",")
	claims := fmt.Sprintf(`{"iss": %q, "sub": "system:serviceaccount:shop:cart", "aud": ["sts.aliyuncs.com"], "iat": %d, "nbf": %d, "exp": %d}`, first, now, now, now+3600)
	account := `{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "cart", "namespace": "shop", "annotations": {"pod-identity.alibabacloud.com/role-name": "cart-oss"}}}`
	answers := map[string]string{
		"/.well-known/openid-configuration": `{"issuer": "` + issuer + `"}`,
		"/api":                              `{"kind": "APIVersions", "versions": ["v1"]}`,
		"/apis":                             `{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}`,
		"/api/v1":                           `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "serviceaccounts", "singularName": "serviceaccount", "namespaced": true, "kind": "ServiceAccount", "verbs": ["get", "list"]}]}`,
		"/api/v1/namespaces":                `{"kind": "NamespaceList", "apiVersion": "v1", "items": []}`,
		"/api/v1/namespaces/shop":           `{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "shop", "labels": {"pod-identity.alibabacloud.com/injection": "on"}}}`,
		"/api/v1/namespaces/shop/serviceaccounts/cart":                        account,
		"/api/v1/namespaces/shop/serviceaccounts/cart/token":                  `{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "status": {"token": "e30.` + base64.RawURLEncoding.EncodeToString([]byte(claims)) + `.x"}}`,
		"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":              `{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "status": {"allowed": true}}`,
		"/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": `{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfigurationList", "items": []}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}`
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestIssuer: a cluster that isn't ACK's, whose provider in RAM has a name and an issuer of its
// own, is as good as one that is. What the settings say is held to the cluster's tokens.
func TestIssuer(t *testing.T) {
	const free, other, own, notEnabled = "https://oidc.example.com/prod", "https://other.example.com", "https://kubernetes.default.svc.cluster.local", "RRSA is not enabled"
	provider := []string{"--oidc-provider-arn", "acs:ram::1:oidc-provider/mine"}
	policy := append([]string{"trust-policy", "shop/cart"}, provider...)
	verify := append([]string{"verify", "serviceaccount/cart", "-n", "shop", "--account-id", "1", "--region", "cn-hangzhou"}, provider...)
	given := []string{"--oidc-issuer", free}
	for name, tt := range map[string]struct {
		issuer string
		args   []string
		code   int
		// stdout and stderr are in them, never in neither.
		stdout, stderr, never string
	}{
		"policy":                             {free, slices.Concat(policy, given), 0, `"oidc:iss": "` + free + `"`, "role cart-oss", notEnabled},
		"policy, by what the cluster says":   {free, policy, 0, `"oidc:iss": "` + free + `"`, "role cart-oss", notEnabled},
		"policy, the first of several":       {free + "," + own, slices.Concat(policy, given), 0, `"oidc:iss": "` + free + `"`, "role cart-oss", notEnabled},
		"policy, the second of several":      {own + "," + free, slices.Concat(policy, given), 2, "", "the cluster's tokens have \"" + own + `"`, `"Statement"`},
		"policy, without a cluster":          {free, slices.Concat(policy, []string{"--local", "--oidc-issuer", other}), 0, `"oidc:iss": "` + other + `"`, "", "warning"},
		"policy, another issuer":             {other, slices.Concat(policy, given), 2, "", "by the flag --oidc-issuer the issuer is \"" + free + "\", and the cluster's tokens have \"" + other + `": correct it with --oidc-issuer, or`, `"Statement"`},
		"policy, another issuer of a config": {other, append(policy, "--config", "rrsa.yaml"), 2, "", "by the config rrsa.yaml the issuer is \"" + free + `"`, `"Statement"`},
		"policy, another issuer than ACK's": {
			free, []string{"trust-policy", "shop/cart", "--account-id", "1", "--cluster-id", "cbec9a1f7b433470ebe4c900552000000", "--region", "cn-hangzhou"}, 2,
			"", "by the settings the issuer is \"https://oidc-ack-cn-hangzhou.", `"Statement"`,
		},
		"policy, Kubernetes' own":            {own, policy, 2, "", "warning: " + notEnabled, `"Statement"`},
		"policy, Kubernetes' own and other":  {own, slices.Concat(policy, given), 2, "", "the cluster's tokens have \"" + own + `"`, `"Statement"`},
		"policy, no issuer that RAM takes":   {"http://oidc.example.com", policy, 2, "", "set region or oidcIssuer", `"Statement"`},
		"policy, another account":            {free, slices.Concat(policy, given, []string{"--account-id", "2"}), 0, `"oidc:iss"`, "warning: ProviderOfOtherAccount: the roles are in account 2, and the OIDC provider is in account 1: ", notEnabled},
		"policy, another account, and quiet": {free, slices.Concat(policy, given, []string{"--account-id", "2", "-q"}), 0, `"oidc:iss"`, "", "ProviderOfOtherAccount"},

		"check":                       {free, slices.Concat([]string{"check"}, given), 1, "passed   rrsa-enabled         the issuer of the cluster's tokens is " + free + ", as the settings have it\n", "", notEnabled},
		"check, another issuer":       {other, slices.Concat([]string{"check"}, given), 1, "failed   rrsa-enabled         IssuerDiffers: by the settings the issuer is \"" + free + "\", and the cluster's tokens have \"" + other + `"`, "failed: rrsa-enabled", notEnabled},
		"check, none given":           {free, []string{"check"}, 1, "unknown  rrsa-enabled         RRSANotJudged: ", "unknown: rrsa-enabled", notEnabled},
		"check, Kubernetes' own":      {own, slices.Concat([]string{"check"}, given), 1, "failed   rrsa-enabled         RRSANotEnabled: ", "", "as the settings have it"},
		"check, identity":             {free, slices.Concat([]string{"check", "--account-id", "1", "--region", "cn-hangzhou"}, provider, given), 1, "passed   identity             account, cluster and region are known\n", "", "ProviderOfOtherAccount"},
		"check, another account":      {free, slices.Concat([]string{"check", "--account-id", "2", "--region", "cn-hangzhou"}, provider, given), 1, "warning  identity             ProviderOfOtherAccount: ", "", "passed   identity"},
		"check, and region not known": {free, slices.Concat([]string{"check", "--account-id", "2"}, provider, given), 1, "                              the roles are in account 2, ", "unknown: identity", "warning  identity"},

		"verify":                  {free, slices.Concat(verify, given), 1, "passed   issuer        it is " + free + ", as the settings have it\n", "", notEnabled},
		"verify, another issuer":  {other, slices.Concat(verify, given), 1, "failed   issuer        the token's issuer is \"" + other + "\", and by the settings the cluster's is \"" + free + "\"\n", "", notEnabled},
		"verify, none given":      {free, verify, 1, "unknown  issuer        it is " + free + "; which one the provider was made for isn't known\n", "", "as the settings have it"},
		"verify, Kubernetes' own": {own, slices.Concat(verify, given), 1, "failed   issuer        RRSANotEnabled: ", "", "as the settings have it"},

		"config":                            {free, slices.Concat([]string{"config"}, given), 0, "RRSA enabled           yes ", "", "warning"},
		"config, none given":                {free, []string{"config"}, 0, "RRSA enabled           - ", "", "warning"},
		"config, its source":                {free, []string{"config"}, 0, "oidcIssuer             " + free + "   live, issuer of the API server\n", "", "warning"},
		"config, another issuer":            {other, slices.Concat([]string{"config"}, given), 0, "RRSA enabled           - ", `warning: oidcIssuer is "` + free + `" by the flag --oidc-issuer, and "` + other + `" by the issuer of the API server: the first counts`, "yes"},
		"config, Kubernetes' own":           {own, []string{"config"}, 0, "RRSA enabled           no ", "", "oidcIssuer"},
		"config, Kubernetes' own and other": {own, slices.Concat([]string{"config"}, given), 0, "RRSA enabled           no ", `warning: oidcIssuer is "` + free + `" by the flag --oidc-issuer, and "` + own, "yes"},
		"config for a pipeline":             {free, slices.Concat([]string{"config", "-o", "yaml", "--account-id", "1", "--region", "cn-hangzhou"}, provider), 0, "\n  oidcIssuer: " + free + "\n", "", "warning"},
		"config, neither id nor provider":   {free, []string{"config", "-o", "yaml"}, 2, "", "doesn't tell its accountID, clusterID or oidcProviderARN, region: ", "spec"},
	} {
		t.Run(name, func(t *testing.T) {
			server, cache := selfManaged(t, tt.issuer), t.TempDir()
			t.Chdir(t.TempDir())
			config := "{apiVersion: fn.rrsa.dev/v1alpha1, kind: InjectRRSA, metadata: {name: rrsa}, spec: {oidcIssuer: '" + free + "'}}"
			for file, text := range map[string]string{"none": "", "rrsa.yaml": config} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("KUBECONFIG", "none")
			var stdout, stderr bytes.Buffer
			args := append(slices.Clone(tt.args), "--server", server, "--cache-dir", cache)
			code := Main(args, "", genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr})
			if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) || strings.Contains(stdout.String()+stderr.String(), tt.never) {
				t.Errorf("want exit code %d, %q and %q, and never %q, got %d:\n%s%s", tt.code, tt.stdout, tt.stderr, tt.never, code, stdout.String(), stderr.String())
			}
			if n := strings.Count(stderr.String(), "ProviderOfOtherAccount"); n > 1 {
				t.Errorf("want it said once, got it %d times", n)
			}
		})
	}
}
