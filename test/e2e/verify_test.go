package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

const goodRole = "acs:ram::" + accountID + ":role/good-role"

// TestVerify follows pods and ServiceAccounts to STS, and breaks each link on the way once.
func TestVerify(t *testing.T) {
	t.Parallel()
	v := newVerifier(t)
	v.apply(t, "verify", 5, strings.ReplaceAll(enabled, "NAMESPACE", "verify")+`---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: lost, namespace: verify, annotations: {pod-identity.alibabacloud.com/role-name: no-such-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: plain, namespace: verify}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: gone, namespace: verify, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: gone, namespace: verify}, spec: {serviceAccountName: gone, containers: [{name: app, image: "app:1"}]}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: verify}}
---
{apiVersion: v1, kind: Pod, metadata: {name: late, namespace: verify}, spec: {serviceAccountName: late, containers: [{name: app, image: "app:1"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: verify}, spec: {serviceAccountName: good, containers: [{name: app, image: "app:1"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: keys, namespace: verify}, spec: {serviceAccountName: good, containers: [{name: app, image: "app:1", env: [{name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: LTAI}]}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: audience, namespace: verify}
spec:
  serviceAccountName: good
  containers:
  - name: app
    image: app:1
    volumeMounts: [{name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens}]
  volumes: [{name: rrsa-oidc-token, projected: {sources: [{serviceAccountToken: {audience: "https://kubernetes.default.svc", path: token}}]}}]
`)
	v.must(t, "", "delete", "serviceaccount", "gone", "-n", "verify")
	v.annotate(t, "verify", "late", "late-role")
	v.sts.trust(t, v.cluster, "late-role", "", "verify/late")
	v.policy = v.sts.trust(t, v.cluster, "good-role", "", "verify/good")
	t.Run("without STS", func(t *testing.T) { testVerifyAlone(t, v) })
	t.Run("proven", func(t *testing.T) { testVerifyProven(t, v) })
	t.Run("broken", func(t *testing.T) { testVerifyBroken(t, v) })
	t.Run("access", func(t *testing.T) { testVerifyAccess(t, v) })
}

// testVerifyAlone: without --sts nothing leaves for Alibaba Cloud.
func testVerifyAlone(t *testing.T, v *verifier) {
	for args, want := range map[string]string{
		"pod/cart":                        "pod/cart (verify): proven as far as the token; not the role's trust: give --policy or --sts\n",
		"sa good":                         "serviceaccount/good (verify): proven as far as the token; ",
		"pod/cart --policy " + v.policy:   `pod/cart (verify): proven as far as the policy in "` + v.policy + `"; not that the role has it and that STS takes the token: give --sts` + "\n",
		"po cart --webhook-version 0.4.2": "pod/cart (verify): proven as far as the token; ",
	} {
		e, text := v.verify(t, strings.Fields(args)...)
		if text.code != 0 || e.broken() != "" || !strings.HasPrefix(text.stderr, want) {
			t.Errorf("%s: want %q, got %+v", args, want, text)
		}
	}
	if hosts := v.asked(); len(hosts) > 0 {
		t.Errorf("want nobody to be asked, got %q", hosts)
	}
}

// testVerifyProven: the role is assumed, for a session that may do nothing.
func testVerifyProven(t *testing.T, v *verifier) {
	for args, skipped := range map[string]string{"pod/cart": "", "serviceaccount/good": "program"} {
		e, text := v.verify(t, args, "--sts", "--policy", v.policy)
		if text.code != 0 || !e.Passed || e.Subject != args || !strings.HasPrefix(e.said("sts"), "the role can be assumed: the program is "+goodRole+"/kubectl-rrsa-verify\n") ||
			text.stderr != args+" (verify): proven to the end: STS lets it assume the role\n" {
			t.Errorf("%s: want to be the role, got %+v", args, text)
		}
		for _, c := range e.Checks {
			if (c.Status != "passed") != (c.Name == skipped) {
				t.Errorf("%s: want every link to hold, got %+v", args, c)
			}
		}
		v.sts.mu.Lock()
		asked := v.sts.asked
		v.sts.mu.Unlock()
		got := []string{asked.Get("RoleArn"), asked.Get("OIDCProviderArn"), asked.Get("DurationSeconds"), asked.Get("Policy")}
		want := []string{goodRole, providerARN, "900", `{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: what STS was asked (-want +got):\n%s", args, diff)
		}
	}
	if hosts := v.asked(); len(hosts) != 4 || hosts[0] != publicSTS+":443" {
		t.Errorf("want STS to be asked once a run, got %q", hosts)
	}
	// By the VPC's host, which the test's network reaches.
	if e, text := v.verify(t, "pod/cart", "--sts", "--sts-endpoint", vpcSTS); text.code != 0 || !e.Passed || !strings.HasPrefix(v.asked()[4], vpcSTS) {
		t.Errorf("want that host to be asked, got %+v and %q", text, v.asked())
	}
}

// testVerifyBroken breaks one link after the other.
func testVerifyBroken(t *testing.T, v *verifier) {
	// written is a file with the role's policy in which a text is replaced.
	written := func(t *testing.T, old, with string) string {
		t.Helper()
		text := strings.ReplaceAll(read(t, v.policy), old, with)
		if old != "" && text == read(t, v.policy) {
			t.Fatalf("the policy has no %q", old)
		}
		file := filepath.Join(t.TempDir(), "policy.json")
		write(t, text, file)
		return file
	}
	getRole := func(t *testing.T, name string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "role.json")
		write(t, `{"Role": {"RoleName": "`+name+`", "Arn": "acs:ram::`+accountID+`:role/`+name+`", "AssumeRolePolicyDocument": `+read(t, v.policy)+`}}`, file)
		return file
	}
	provider := func(change func(*oidcProvider)) func(*sts) {
		return func(s *sts) {
			p := s.providers[providerARN]
			change(&p)
			s.providers[providerARN] = p
		}
	}
	const otherCluster = "c00000000000000000000000000000000"
	tests := map[string]struct {
		target string
		// policy makes a file for --policy; nil for none.
		policy func(*testing.T) string
		// sts is what is different there; nil for not asking it.
		sts  func(*sts)
		want string
		// says is in the first of the links.
		link, says string
		first      string
	}{
		"gate": {target: "sa/plain", want: "failed gate, failed role", link: "gate", says: `ServiceAccount "verify/plain" has no annotation`, first: "gate"},
		// The rest goes on with what an injection would give, to the end.
		"injection": {
			target: "pod/late", sts: func(*sts) {}, want: "failed injection", link: "role", says: "an injection would give acs:ram::" + accountID + ":role/late-role", first: "injection",
		},
		"token": {
			target: "pod/gone", sts: func(*sts) {}, want: "unknown gate, warning injection, failed token, unknown issuer, unknown audience, unknown subject, unknown clock, unknown role",
			link: "token", says: `the API server makes no token of ServiceAccount "verify/gone": serviceaccounts "gone" not found`, first: "token",
		},
		"program": {target: "pod/keys", sts: func(*sts) {}, want: "failed program", link: "program", says: "static AccessKey", first: "program"},
		"audience of the volume": {
			target: "pod/audience", sts: func(*sts) {}, want: "failed injection, failed audience", link: "audience",
			says: `the token is for "https://kubernetes.default.svc", and RAM wants one for sts.aliyuncs.com`, first: "injection",
		},
		"audience at STS": {
			target: "pod/cart", sts: provider(func(p *oidcProvider) { p.audiences = []string{"other"} }), want: "failed audience, failed sts", link: "sts", says: "the broken link is audience", first: "audience",
		},
		"issuer of the policy": {
			target: "pod/cart", policy: func(t *testing.T) string { return written(t, "cn-hangzhou", "cn-beijing") }, want: "failed issuer", link: "issuer", says: "the policy keeps it out", first: "issuer",
		},
		"issuer at STS": {
			target: "pod/cart", sts: provider(func(p *oidcProvider) { p.issuer = strings.ReplaceAll(issuer, "hangzhou", "beijing") }), want: "failed issuer, failed sts", link: "sts",
			says: "the broken link is issuer", first: "issuer",
		},
		"subject": {
			target: "pod/cart", policy: func(t *testing.T) string { return written(t, "verify:good", "verify:other") },
			sts: func(s *sts) {
				p := s.roles[goodRole]
				p.Statement = append(p.Statement[:0:0], p.Statement...)
				p.Statement[0].Condition = map[string]map[string]texts{"StringEquals": {"oidc:sub": {"system:serviceaccount:verify:other"}}}
				s.roles[goodRole] = p
			},
			want: "failed subject, failed sts", link: "subject", says: `want "system:serviceaccount:verify:good"`, first: "subject",
		},
		"trust policy at STS": {
			target: "pod/cart", policy: func(t *testing.T) string { return written(t, "", "") },
			sts:  func(s *sts) { p := s.roles[goodRole]; p.Statement = nil; s.roles[goodRole] = p },
			want: "failed trust-policy, failed sts", link: "trust-policy", says: "the role may have another one by now", first: "trust-policy",
		},
		"trust policy": {
			target: "serviceaccount/good", policy: func(t *testing.T) string { return written(t, "sts:AssumeRole", "sts:Other") }, want: "failed trust-policy", link: "trust-policy", says: "sts:Other", first: "trust-policy",
		},
		"no such role": {target: "sa/lost", sts: func(*sts) {}, want: "failed role, failed sts", link: "sts", says: "STS refuses: EntityNotExist.Role: ", first: "role"},
		"role of the policy": {
			target: "pod/cart", policy: func(t *testing.T) string { return getRole(t, "bill-role") }, want: "failed role", link: "role", says: "has the policy of acs:ram::" + accountID + ":role/bill-role", first: "role",
		},
		"provider of the policy": {
			target: "pod/cart", policy: func(t *testing.T) string { return written(t, "ack-rrsa-"+clusterID, "ack-rrsa-"+otherCluster) }, want: "failed provider", link: "provider", says: otherCluster, first: "provider",
		},
		"provider at STS": {
			target: "pod/cart", sts: func(s *sts) { delete(s.providers, providerARN) }, want: "failed provider, failed sts", link: "sts", says: "the broken link is provider", first: "provider",
		},
		"clock": {
			target: "pod/cart", sts: func(s *sts) { s.ahead = 2 * time.Hour }, want: "failed clock, failed sts", link: "clock",
			says: "by the clock of STS the token has expired; the clock of STS is ", first: "clock",
		},
		"clock of STS behind": {
			target: "pod/cart", sts: func(s *sts) { s.ahead = -2 * time.Hour }, want: "failed clock, failed sts", link: "clock", says: "the token isn't valid yet", first: "clock",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			args := []string{tt.target}
			if tt.policy != nil {
				args = append(args, "--policy", tt.policy(t))
			}
			if tt.sts != nil {
				v.at(t, tt.sts)
				args = append(args, "--sts")
			}
			before := len(v.asked())
			e, text := v.verify(t, args...)
			if diff := cmp.Diff(tt.want, e.broken()); diff != "" || text.code != 1 {
				t.Errorf("want exit code 1, got %+v (-want +got):\n%s", text, diff)
			}
			if !strings.Contains(e.said(tt.link), tt.says) || !strings.Contains(text.stdout, tt.says) {
				t.Errorf("want %q about %s, got %q", tt.says, tt.link, e.said(tt.link))
			}
			if !strings.Contains(text.stderr, "broken at the link "+tt.first+"\n") {
				t.Errorf("want %s to be the first, got %q", tt.first, text.stderr)
			}
			if name == "audience of the volume" && len(v.asked()) != before {
				t.Error("want a token for the API server not to go to STS")
			}
		})
	}
}

// testVerifyAccess: a user who may not ask for tokens, and one whose settings are of
// another cluster, which nothing that they may read tells.
func testVerifyAccess(t *testing.T, v *verifier) {
	core := []string{""}
	read := []rbacv1.PolicyRule{{APIGroups: core, Resources: []string{"pods", "serviceaccounts"}, Verbs: []string{"get"}}}
	names := []rbacv1.PolicyRule{{APIGroups: core, Resources: []string{"namespaces"}, Verbs: []string{"get"}}}
	for _, user := range []string{"verify-reader", "verify-asker"} {
		v.allow(t, user, "verify", read...)
		v.allow(t, user, "", names...)
	}
	v.allow(t, "verify-asker", "verify", rbacv1.PolicyRule{APIGroups: core, Resources: []string{"serviceaccounts/token"}, Verbs: []string{"create"}})
	as := func(user string) *verifier {
		return &verifier{live: v.live, as: v.with(v.user(t, user)), sts: v.sts, policy: v.policy, tokens: v.tokens}
	}
	settings := []string{"--account-id", accountID, "--cluster-id", clusterID, "--webhook-version", "0.4.2", "--auto-inject-sts-env-vars=true"}

	e, text := as("verify-reader").verify(t, append(settings, "--region", "cn-hangzhou", "pod/cart", "--sts", "--policy", v.policy)...)
	if e.broken() != "unknown token, unknown issuer, unknown audience, unknown subject, unknown clock" || text.code != 1 ||
		!strings.Contains(text.stdout, `hint: ask for permission to create serviceaccounts/token of "good" in namespace "verify"`) ||
		!strings.Contains(text.stderr, "nothing is broken that could be judged; the first link that could not is token\n") {
		t.Errorf("want a token that isn't known, got %q, %+v", e.broken(), text)
	}
	e, text = as("verify-asker").verify(t, append(settings, "--region", "cn-beijing", "pod/cart")...)
	if !strings.Contains(e.broken(), "failed issuer") || strings.Count(e.broken(), "failed") != 1 || !strings.Contains(e.said("issuer"), "by the settings the cluster's is") {
		t.Errorf("want another issuer by the settings, got %q, %+v", e.broken(), text)
	}
}
