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

// TestIdentity makes the sources of a cluster's identity, from the last to the first:
// each that is added is asked before those that were there.
func TestIdentity(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	const unknown, account = ", unknown", "3000000000000000"
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

	o.webhook("webhook:v0.3.1.4-g0f1e2d3-aliyun")
	check("the webhook's Deployment", told{"webhookVersion": "0.3.1, live deployment kube-system/ack-pod-identity-webhook"})

	o.release(1, "superseded", "0.2.0", map[string]any{"AutoInjectSTSEnvVars": true})
	o.release(9, "deployed", "v0.3.1", map[string]any{"config": map[string]any{"AutoInjectSTSEnvVars": false}})
	helm := ", live secret kube-system/sh.helm.release.v1.ack-pod-identity-webhook.v9"
	check("the webhook's Helm release", told{"webhookVersion": "0.3.1" + helm, "AutoInjectSTSEnvVars": "false" + helm})
	o.release(10, "deployed", "0.4.2", nil)
	check("its newest version, which the image isn't", told{"webhookVersion": "0.4.2, default", "AutoInjectSTSEnvVars": "true, default"})
	warned := c.rrsa(t, podYAML(ns, "app", "app"), "explain", "-f", "-", "-n", ns)
	if !strings.Contains(warned.stderr, `warning: the webhook's version and settings aren't known: webhookVersion is "0.4.2" by the secret kube-system/`) ||
		!strings.Contains(warned.stderr, `"0.3.1" by the deployment kube-system/ack-pod-identity-webhook`) {
		t.Errorf("want both versions in a warning, got %+v", warned)
	}

	// The API server says which cluster it is: a pod that says otherwise tells nothing.
	o.pod(injectedPod(ns, "copied", otherAccount, otherCluster, "cn-beijing"))
	check("a pod of another cluster", nil)
	o.pod(acsPod(ns, "acs", account, clusterID))
	check("one pod of ACS alone", nil)
	o.pod(acsPod(ns, "acs-2", account, clusterID))
	check("pods of ACS", told{"accountID": account + ", live labels of the pod " + ns + "/acs"})
	o.pod(injectedPod(ns, "web", accountID, clusterID, "cn-hangzhou-finance"))
	check("an injected pod of another region", nil)
	o.pod(injectedPod(ns, "shop", accountID, clusterID, "cn-hangzhou"))
	check("an injected pod of another account", told{"accountID": unknown})

	o.node("e2e-node", map[string]string{"topology.kubernetes.io/region": "cn-hangzhou"}, "")
	check("a node: the issuer comes first", nil)

	c.profile(t, account, clusterID)
	profile := ", live configmap kube-system/ack-cluster-profile"
	check("the cluster's profile", told{"accountID": account + profile, "clusterID": clusterID + profile})

	check("flags", told{
		"accountID": account + ", flag account-id", "region": "cn-hangzhou, flag region",
		"webhookVersion": "0.3.0, flag webhook-version", "AutoInjectSTSEnvVars": "false, flag auto-inject-sts-env-vars",
	}, "--account-id", account, "--region", "cn-hangzhou", "--webhook-version", "0.3.0", "--auto-inject-sts-env-vars=false")

	t.Run("settings for another cluster", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "rrsa.yaml")
		write(t, "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\nspec:\n  clusterID: "+otherCluster+"\n", file)
		for flag, both := range map[string][2]string{
			"--cluster-id=" + otherCluster: {otherCluster, clusterID}, "--config=" + file: {otherCluster, clusterID},
			"--account-id=" + otherAccount: {otherAccount, account}, "--region=cn-shanghai": {"cn-shanghai", "cn-hangzhou"},
			"--oidc-provider-arn=acs:ram::" + account + ":oidc-provider/ack-rrsa-" + otherCluster: {otherCluster, clusterID},
		} {
			got := c.rrsa(t, podYAML(ns, "app", "app"), "preview", "-f", "-", "-n", ns, flag)
			if got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "error: checking the cluster: ") || !strings.Contains(got.stderr, both[0]) || !strings.Contains(got.stderr, both[1]) {
				t.Errorf("%s: want an error that names both, got %+v", flag, got)
			}
		}
	})
}

// TestIdentityUnderQuestion: a pod is no evidence for itself, and two other workloads have
// to say the same.
func TestIdentityUnderQuestion(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	account := func(args ...string) string {
		t.Helper()
		got := c.rrsa(t, "", append(args, "-n", ns)...)
		if got.code > 1 {
			t.Fatalf("%q: %+v", args, got)
		}
		for line := range strings.Lines(got.stdout) {
			if name, rest, _ := strings.Cut(strings.TrimSpace(line), " "); strings.TrimSuffix(name, ":") == "accountID" {
				return strings.Join(strings.Fields(rest), " ")
			}
		}
		t.Fatalf("%q: no accountID in %s", args, got.stdout)
		return ""
	}
	o.pod(injectedPod(ns, "web", accountID, clusterID, "cn-hangzhou"))
	if got := account("explain", "pod/web"); strings.Contains(got, accountID) {
		t.Errorf("want no account from the pod under question, got %q", got)
	}
	if got := account("config"); strings.Contains(got, accountID) {
		t.Errorf("want no account from one workload alone, got %q", got)
	}
	o.pod(injectedPod(ns, "cart", accountID, clusterID, "cn-hangzhou"))
	if got := account("config"); !strings.Contains(got, accountID) || !strings.Contains(got, ns+"/cart") {
		t.Errorf("want the account of two workloads, got %q", got)
	}
	if got := account("explain", "pod/web"); strings.Contains(got, accountID) {
		t.Errorf("want no account from one other workload alone, which may be copied, got %q", got)
	}
	o.pod(injectedPod(ns, "bill", accountID, clusterID, "cn-hangzhou"))
	by := "environment of the pod " + ns + "/bill"
	for _, args := range [][]string{{"explain", "pod/web"}, {"config"}} {
		if got := account(args...); !strings.Contains(got, accountID) || !strings.Contains(got, by) {
			t.Errorf("%q: want the account by the %s, got %q", args, by, got)
		}
	}
	o.pod(injectedPod(ns, "odd", otherAccount, clusterID, "cn-hangzhou"))
	if got := account("explain", "pod/web"); strings.Contains(got, accountID) || strings.Contains(got, otherAccount) {
		t.Errorf("want no account from pods that disagree, got %q", got)
	}
	if got := account("explain", "pod/odd"); !strings.Contains(got, accountID) {
		t.Errorf("want the account of the others, got %q", got)
	}
}

// TestIdentityContradicted: sources of the cluster that contradict each other are an
// error that a flag settles. What pods or nodes don't agree on among themselves is no
// answer.
func TestIdentityContradicted(t *testing.T) {
	c := controlPlane(t)
	o, ns := c.sources(t), c.namespace(t)
	in := podYAML(ns, "app", "app")
	fails := func(wants ...string) {
		t.Helper()
		got := c.rrsa(t, in, "explain", "-f", "-", "-n", ns)
		for _, want := range append(wants, "error: identifying the cluster: ") {
			if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, want) {
				t.Errorf("want an error with %q, got %+v", want, got)
			}
		}
	}
	o.pod(injectedPod(ns, "a", accountID, clusterID, "cn-hangzhou"))
	o.pod(injectedPod(ns, "b", otherAccount, clusterID, "cn-hangzhou"))
	o.node("e2e-node-1", map[string]string{"topology.kubernetes.io/region": "cn-beijing"}, "")
	fails(`region is "cn-hangzhou" by the issuer of the API server, and "cn-beijing" by the labels of the nodes`, "--region")
	if got := c.settings(t, "--region", "cn-beijing", "-n", ns); got["region"] != "cn-beijing, flag region" {
		t.Errorf("want the flag to settle it, got %q", got)
	}

	o.node("e2e-node-2", nil, "cn-shanghai.i-0123")
	want := told{
		"accountID": ", unknown", "clusterID": clusterID + ", live issuer of the API server", "region": "cn-hangzhou, live issuer of the API server",
		"webhookVersion": "0.4.2, default", "AutoInjectSTSEnvVars": "true, default",
	}
	if diff := cmp.Diff(want, c.settings(t, "-n", ns)); diff != "" {
		t.Errorf("pods and nodes that disagree (-want +got):\n%s", diff)
	}
	c.allow(t, "node-reader", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"list"}})
	nodeReader := c.with(c.user(t, "node-reader"))
	if got := nodeReader.settings(t)["region"]; got != ", unknown" {
		t.Errorf("want no region of nodes that disagree, got %q", got)
	}
	verbose := c.rrsa(t, in, "explain", "-f", "-", "-n", ns, "-v", "1").stderr
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

	c.profile(t, accountID, otherCluster)
	fails(otherCluster+`" by the configmap kube-system/ack-cluster-profile, and "`+clusterID+`" by the issuer of the API server`, "--cluster-id")
	if got := c.settings(t, "--cluster-id", clusterID, "-n", ns); got["clusterID"] != clusterID+", flag cluster-id" {
		t.Errorf("want the flag to settle it, got %q", got)
	}
}
