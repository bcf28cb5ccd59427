package e2e

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

// TestIdentityForbidden: what may not be read is no failure, and each source
// tells what it can without the others.
func TestIdentityForbidden(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	o.webhook("webhook:v0.3.1-g0f1e2d3-aliyun")
	o.release(2, "deployed", "0.4.0", map[string]any{"AutoInjectSTSEnvVars": false})
	c.profile(t, accountID, clusterID)
	o.node("e2e-node-1", map[string]string{"alibabacloud.com/ecs-region-id": "cn-beijing"}, "")
	o.node("e2e-node-2", nil, "alicloud://cn-beijing.i-0123")
	o.pod(injectedPod(ns, "web", accountID, clusterID, "cn-hangzhou"))
	o.pod(injectedPod(ns, "zoo", accountID, clusterID, "cn-hangzhou"))
	acs := c.namespace(t)
	o.pod(acsPod(acs, "acs", otherAccount, otherCluster))
	o.pod(acsPod(acs, "acs-2", otherAccount, otherCluster))

	get := func(group, resource string, verbs ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: verbs}
	}
	nothing := told{
		"accountID": ", unknown", "clusterID": ", unknown", "region": ", unknown",
		"webhookVersion": "0.4.2, default", "AutoInjectSTSEnvVars": "true, default",
	}
	web, profile, api := ", live environment of the pod "+ns+"/web", ", live configmap kube-system/ack-cluster-profile", ", live issuer of the API server"
	pod, helm := ", live labels of the pod "+acs+"/acs", ", live secret kube-system/sh.helm.release.v1.ack-pod-identity-webhook.v2"
	tests := map[string]struct {
		in   string // namespace of the right
		from string // namespace of the command
		rule rbacv1.PolicyRule
		want told
	}{
		"pods":       {ns, ns, get("", "pods", "list"), told{"accountID": accountID + web, "clusterID": clusterID + web, "region": "cn-hangzhou" + web}},
		"ACS pods":   {acs, acs, get("", "pods", "list"), told{"accountID": otherAccount + pod, "clusterID": otherCluster + pod}},
		"profile":    {"kube-system", ns, get("", "configmaps", "get"), told{"accountID": accountID + profile, "clusterID": clusterID + profile}},
		"issuer":     {"", ns, rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}}, told{"clusterID": clusterID + api, "region": "cn-hangzhou" + api}},
		"nodes":      {"", ns, get("", "nodes", "list"), told{"region": "cn-beijing, live labels of the nodes"}},
		"release":    {"kube-system", ns, get("", "secrets", "get", "list"), told{"webhookVersion": "0.4.0" + helm, "AutoInjectSTSEnvVars": "false" + helm}},
		"deployment": {"kube-system", ns, get("apps", "deployments", "get"), told{"webhookVersion": "0.3.1, live deployment kube-system/ack-pod-identity-webhook"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			user := "reader-" + strings.ToLower(strings.ReplaceAll(name, " ", "-"))
			c.allow(t, user, test.in, test.rule)
			want := maps.Clone(nothing)
			maps.Copy(want, test.want)
			if diff := cmp.Diff(want, c.with(c.user(t, user)).settings(t, "-n", test.from)); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}

	t.Run("nothing", func(t *testing.T) {
		stranger := c.with(c.user(t, "stranger"))
		manifest := join(enabledNamespace(ns), serviceAccount(ns, "app", "app-oss"), podYAML(ns, "app", "app"))
		got := stranger.rrsa(t, manifest, "preview", "-f", "-", "-v", "1")
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "pod/app ("+ns+") refused: ") {
			t.Errorf("want the pod to be refused, got %+v", got)
		}
		for _, want := range []string{
			"accountID", "clusterID", "region",
			`note: identifying the cluster: injected pods and pods of ACS: pods is forbidden: User "stranger" cannot list`,
			`note: identifying the cluster: configmap kube-system/ack-cluster-profile: `,
			`note: identifying the cluster: issuer of the API server: forbidden: User "stranger" cannot get path "/.well-known/openid-configuration"`,
			`note: identifying the cluster: labels of the nodes: `,
			`note: identifying the cluster: Helm release ack-pod-identity-webhook: `,
			`note: identifying the cluster: deployment kube-system/ack-pod-identity-webhook: `,
		} {
			if !strings.Contains(got.stderr, want) {
				t.Errorf("want %q, got\n%s", want, got.stderr)
			}
		}
		if quiet := stranger.rrsa(t, manifest, "preview", "-f", "-"); strings.Contains(quiet.stderr, "note: ") {
			t.Errorf("want no notes without -v 1, got\n%s", quiet.stderr)
		}
	})
}
