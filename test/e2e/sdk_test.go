package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

// TestSDK follows a manifest to the credentials of Alibaba Cloud's SDK: preview
// injects it, the API server admits its pod and issues the token of the pod's
// volume, and the SDK takes both to STS. STS lets in whom the policy of
// trust-policy lets in.
func TestSDK(t *testing.T) {
	c := controlPlane(t)
	tests := map[string]struct {
		workload func(namespace, name, account string) string
		preview  []string
		// annotations are more of the ServiceAccount's.
		annotations []string
		// trust is whom the policy is for, if not the manifest's ServiceAccounts;
		// NAMESPACE stands for the pod's.
		trust string
		// wantHost is the one that the SDK asks, and wantSeconds how long the token lives.
		wantHost    string
		wantSeconds int64
	}{
		"a pod": {
			workload:    podYAML,
			preview:     []string{"--local", "--account-id", accountID, "--cluster-id", clusterID, "--region", "cn-hangzhou"},
			wantHost:    vpcSTS,
			wantSeconds: 3600,
		},
		"a deployment, the cluster tells who it is": {
			workload:    deploymentYAML,
			preview:     []string{"--account-id", accountID},
			annotations: []string{`pod-identity.alibabacloud.com/service-account-token-expiration: "7200"`},
			wantHost:    vpcSTS,
			wantSeconds: 7200,
		},
		"three variables, of webhook 0.3.1": {
			workload:    podYAML,
			preview:     []string{"--account-id", accountID, "--webhook-version", "0.3.1"},
			wantHost:    publicSTS,
			wantSeconds: 3600,
		},
		"a policy for the whole namespace": {
			workload:    podYAML,
			preview:     []string{"--account-id", accountID},
			trust:       "NAMESPACE/*",
			wantHost:    vpcSTS,
			wantSeconds: 3600,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ns, s := c.namespace(t), c.startSTS(t)
			manifest := join(enabledNamespace(ns), serviceAccount(ns, "app", "app-oss", test.annotations...), test.workload(ns, "app", "app"))
			pod := c.admit(t, ns, "app", manifest, test.preview...)
			if test.trust == "" {
				s.trust(t, c, "app-oss", manifest, "-f", "-")
			} else {
				s.trust(t, c, "app-oss", "", strings.ReplaceAll(test.trust, "NAMESPACE", ns))
			}

			token := c.token(t, pod, "")
			gotCredentials(t, s, ns, token.env, test.wantHost)
			if token.seconds != test.wantSeconds {
				t.Errorf("want a token for %d s, got %d s", test.wantSeconds, token.seconds)
			}
		})
	}
}

// gotCredentials runs the SDK with the variables of a pod, whose ServiceAccount is "app", and
// wants what STS issues to it, from that host.
func gotCredentials(t *testing.T, s *sts, namespace string, env []string, host string) {
	t.Helper()
	got, stderr := runSDK(t, s, env)
	s.mu.Lock()
	defer s.mu.Unlock()
	want, ok := s.issued["system:serviceaccount:"+namespace+":app"]
	if !ok || stderr != "" {
		t.Fatalf("want credentials, got %q; STS was asked at %q", stderr, s.hosts)
	}
	if diff := cmp.Diff([]string{want.AccessKeyId, want.AccessKeySecret, want.SecurityToken, "default/oidc_role_arn"},
		[]string{*got.AccessKeyId, *got.AccessKeySecret, *got.SecurityToken, *got.ProviderName}); diff != "" {
		t.Errorf("what the SDK got (-issued +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{host + ":443"}, s.hosts); diff != "" {
		t.Errorf("the hosts that the SDK asked (-want +got):\n%s", diff)
	}
}

// TestSDKRefused: whom the policy doesn't let in gets no credentials, and explain
// says why by the SDK's own words.
func TestSDKRefused(t *testing.T) {
	c := controlPlane(t)
	ns, s := c.namespace(t), c.startSTS(t)
	accounts := join(enabledNamespace(ns), serviceAccount(ns, "app", "app-oss"), serviceAccount(ns, "other", "app-oss"), serviceAccount(ns, "lost", "no-such-role"))
	preview := func(name string) corev1.Pod {
		return c.admit(t, ns, name, join(accounts, podYAML(ns, name, name)), "--account-id", accountID)
	}
	app, other, lost := preview("app"), preview("other"), preview("lost")
	policy := s.trust(t, c, "app-oss", "", ns+"/app")

	tests := map[string]struct {
		pod      corev1.Pod
		audience string        // instead of the volume's
		ahead    time.Duration // of STS's clock
		wantCode string
		// wantCause is what explain says of it.
		wantCause string
	}{
		"another ServiceAccount": {pod: other, wantCode: "AuthenticationFail.NoPermission", wantCause: "trust policy names another cluster, audience or ServiceAccount"},
		"a role that isn't":      {pod: lost, wantCode: "EntityNotExist.Role", wantCause: "the account has no RAM role of that name"},
		"another audience":       {pod: app, audience: apiAudience, wantCode: "AuthenticationFail.OIDCToken.AudienceNotMatch", wantCause: "the token has another audience than sts.aliyuncs.com"},
		"expired":                {pod: app, ahead: time.Hour + time.Minute, wantCode: "AuthenticationFail.OIDCToken.Expired", wantCause: "the program keeps a token that has expired"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.mu.Lock()
			s.ahead = test.ahead
			s.mu.Unlock()
			got, stderr := runSDK(t, s, c.token(t, test.pod, test.audience).env)
			if got.AccessKeyId != nil || !strings.Contains(stderr, `"Code":"`+test.wantCode+`"`) {
				t.Fatalf("want %s and no credentials, got %q, %v", test.wantCode, stderr, got)
			}
			explained := c.rrsa(t, "", "explain", "--error", stderr)
			if explained.code != 0 || !strings.Contains(explained.stdout, test.wantCause) {
				t.Errorf("want the cause %q, got %+v", test.wantCause, explained)
			}
		})
	}
	t.Run("the check names the condition", func(t *testing.T) {
		got := c.rrsa(t, "", "trust-policy", ns+"/other", "--account-id", accountID, "--check", policy)
		if got.code != 1 || !strings.Contains(got.stderr, "oidc:sub fails: ") {
			t.Errorf("want the failing oidc:sub, got %+v", got)
		}
	})
}

// trust gives a role the policy that trust-policy prints, and returns its file.
func (s *sts) trust(t testing.TB, c *cluster, role, stdin string, args ...string) string {
	t.Helper()
	got := c.rrsa(t, stdin, append([]string{"trust-policy", "--account-id", accountID}, args...)...)
	var p policy
	if err := json.Unmarshal([]byte(got.stdout), &p); err != nil || got.code != 0 {
		t.Fatalf("trust-policy: %v: %+v", err, got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles["acs:ram::"+accountID+":role/"+role] = p
	file := filepath.Join(t.TempDir(), "policy.json")
	write(t, got.stdout, file)
	return file
}
