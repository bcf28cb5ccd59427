package e2e

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

// Who the sources say the cluster is, where they differ from it.
const (
	otherAccount = "2000000000000000"
	otherCluster = "c0123456789abcdef0123456789abcdef"
)

// told are settings, each as "VALUE, SOURCE".
type told map[string]string

// settings are those that explain prints of the cluster.
func (c *cluster) settings(t testing.TB, args ...string) told {
	t.Helper()
	got := c.rrsa(t, podYAML("any", "app", "app"), append([]string{"explain", "-o", "json", "-f", "-"}, args...)...)
	if got.code != 0 {
		t.Fatalf("explain: %+v", got)
	}
	var list struct {
		Settings []struct {
			Name, Value string
			Source      struct{ From, Flag, Of string }
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &list); err != nil {
		t.Fatalf("reading what explain printed: %v\n%s", err, got.stdout)
	}
	out := told{}
	for _, s := range list.Settings {
		switch s.Name {
		case "accountID", "clusterID", "region", "webhookVersion", "AutoInjectSTSEnvVars":
			from := strings.TrimSpace(s.Source.From + " " + s.Source.Of + s.Source.Flag)
			out[s.Name] = s.Value + ", " + from
		}
	}
	return out
}

// TestIdentity makes the sources of a cluster's identity, from the last to the
// first: each that is added is asked before those that were there.
func TestIdentity(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	const unknown = ", unknown"
	api := "live issuer of the API server"
	want := told{
		"accountID": unknown, "clusterID": clusterID + ", " + api, "region": "cn-hangzhou, " + api,
		"webhookVersion": "0.4.2, default", "AutoInjectSTSEnvVars": "true, default",
	}
	check := func(what string, change told, args ...string) {
		t.Helper()
		maps.Copy(want, change)
		if diff := cmp.Diff(want, c.settings(t, append([]string{"-n", ns}, args...)...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("the API server alone", nil)

	o.webhook("webhook:v0.3.1-g0f1e2d3-aliyun")
	check("the webhook's Deployment", told{"webhookVersion": "0.3.1, live deployment kube-system/ack-pod-identity-webhook"})

	o.release(1, "superseded", "0.2.0", map[string]any{"AutoInjectSTSEnvVars": true})
	o.release(9, "deployed", "0.4.0", map[string]any{"config": map[string]any{"AutoInjectSTSEnvVars": false}})
	helm := ", live secret kube-system/sh.helm.release.v1.ack-pod-identity-webhook.v9"
	check("the webhook's Helm release", told{"webhookVersion": "0.4.0" + helm, "AutoInjectSTSEnvVars": "false" + helm})
	o.release(10, "deployed", "0.4.2", nil)
	check("its newest version", told{
		"webhookVersion":       "0.4.2, live secret kube-system/sh.helm.release.v1.ack-pod-identity-webhook.v10",
		"AutoInjectSTSEnvVars": "true, default",
	})

	o.pod(acsPod(ns, "acs", otherAccount, otherCluster))
	check("a pod of ACS", told{"accountID": otherAccount + ", live labels of the pod " + ns + "/acs"})

	o.node("e2e-node", map[string]string{"topology.kubernetes.io/region": "cn-beijing"}, "")
	check("a node: the issuer comes first", nil)

	c.profile(t, "3000000000000000", clusterID)
	profile := ", live configmap kube-system/ack-cluster-profile"
	check("the cluster's profile", told{"accountID": "3000000000000000" + profile, "clusterID": clusterID + profile})

	o.pod(injectedPod(ns, "web", accountID, clusterID, "cn-hangzhou-finance"))
	web := ", live environment of the pod " + ns + "/web"
	check("an injected pod", told{"accountID": accountID + web, "clusterID": clusterID + web, "region": "cn-hangzhou-finance" + web})

	check("flags", told{
		"accountID": "4000000000000000, flag account-id", "region": "cn-shanghai, flag region",
		"webhookVersion": "0.3.0, flag webhook-version", "AutoInjectSTSEnvVars": "false, flag auto-inject-sts-env-vars",
	}, "--account-id", "4000000000000000", "--region", "cn-shanghai", "--webhook-version", "0.3.0", "--auto-inject-sts-env-vars=false")

	t.Run("a config for another cluster", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "rrsa.yaml")
		write(t, "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\nspec:\n  clusterID: "+otherCluster+"\n", file)
		for _, flag := range []string{"--cluster-id=" + otherCluster, "--config=" + file} {
			got := c.rrsa(t, podYAML(ns, "app", "app"), "preview", "-f", "-", "-n", ns, flag)
			if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, otherCluster) || !strings.Contains(got.stderr, clusterID) {
				t.Errorf("%s: want an error that names both clusters, got %+v", flag, got)
			}
		}
	})
}

// TestIdentityDisputed: what pods or nodes don't agree on is not believed, and
// the next source is asked.
func TestIdentityDisputed(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	o.pod(injectedPod(ns, "a", accountID, clusterID, "cn-hangzhou"))
	o.pod(injectedPod(ns, "b", otherAccount, clusterID, "cn-hangzhou"))
	o.node("e2e-node-1", map[string]string{"topology.kubernetes.io/region": "cn-beijing"}, "")
	o.node("e2e-node-2", nil, "cn-shanghai.i-0123")

	got := c.settings(t, "-n", ns)
	web := ", live environment of the pod " + ns + "/a"
	want := told{
		"accountID": ", unknown", "clusterID": clusterID + web, "region": "cn-hangzhou" + web,
		"webhookVersion": "0.4.2, default", "AutoInjectSTSEnvVars": "true, default",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pods that disagree (-want +got):\n%s", diff)
	}
	c.profile(t, "3000000000000000", clusterID)
	want["accountID"] = "3000000000000000, live configmap kube-system/ack-cluster-profile"
	if diff := cmp.Diff(want, c.settings(t, "-n", ns)); diff != "" {
		t.Errorf("with the next source (-want +got):\n%s", diff)
	}

	c.allow(t, "node-reader", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"list"}})
	nodeReader := c.with(c.user(t, "node-reader"))
	if got := nodeReader.settings(t)["region"]; got != ", unknown" {
		t.Errorf("want no region of nodes that disagree, got %q", got)
	}

	verbose := c.rrsa(t, podYAML(ns, "app", "app"), "explain", "-f", "-", "-n", ns, "-v", "1").stderr +
		nodeReader.rrsa(t, podYAML(ns, "app", "app"), "explain", "-f", "-", "-v", "1").stderr
	for _, want := range []string{
		`pods disagree on accountID: "` + accountID + `" by the environment of the pod ` + ns + `/a, "` + otherAccount + `"`,
		`node "e2e-node-1" is in the region "cn-beijing" and node "e2e-node-2" in "cn-shanghai"`,
	} {
		if !slices.ContainsFunc(strings.Split(verbose, "\n"), func(line string) bool {
			return strings.HasPrefix(line, "note: ") && strings.Contains(line, want)
		}) {
			t.Errorf("want a note %q, got\n%s", want, verbose)
		}
	}
}
