package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// documentedRole is the ClusterRole that the documentation has for readers.
func documentedRole(t *testing.T) rbacv1.ClusterRole {
	t.Helper()
	page, err := os.ReadFile("../../docs/cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the page has no manifest")
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(block[1], &role); err != nil {
		t.Fatalf("reading the ClusterRole: %v", err)
	}
	return role
}

// TestDocumentedRole: whoever has it may ask everything, and is refused nothing but
// the Helm release.
func TestDocumentedRole(t *testing.T) {
	c := controlPlane(t)
	c.profile(t, accountID, clusterID)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	c.must(t, "", "create", "deployment", "cart", "--image=cart:1", "-n", ns)
	c.must(t, "", "create", "job", "cart", "--image=cart:1", "-n", ns)
	c.must(t, "", "create", "cronjob", "cart", "--image=cart:1", "--schedule=@daily", "-n", ns)
	user := "reader-of-" + ns
	c.allow(t, user, "", documentedRole(t).Rules...)
	reader := c.with(c.user(t, user))
	for args, code := range map[string]int{
		"config": 0, "explain pod/cart": 0, "explain deployment/cart": 0, "explain job/cart": 0, "explain cronjob/cart": 0,
		"preview deployment/cart": 0, "diff deployment/cart": 1, "diff pod/cart": 1, "trust-policy": 0, "trust-policy -A": 0, "trust-policy default": 0,
		"audit --fail-on=none": 0, "audit -A --fail-on=none": 0,
	} {
		got := reader.rrsa(t, "", append(strings.Fields(args), "-v", "1", "-n", ns)...)
		if got.code != code {
			t.Errorf("%s: want exit code %d, got %+v", args, code, got)
		}
		for line := range strings.Lines(got.stderr) {
			if strings.Contains(line, "forbidden") && !strings.HasPrefix(line, "note: identifying the cluster: Helm release ") {
				t.Errorf("%s: refused: %s", args, line)
			}
		}
	}
}

// TestDocumentedRoleSettles: with the page's ClusterRole nothing stays open but the
// setting that is only in the webhook's Helm release; without a part of it, what the page
// says.
func TestDocumentedRoleSettles(t *testing.T) {
	t.Parallel()
	l := shopOpen(t)
	less := componentConfig()
	less.AutoInjectSTSEnvVars = false
	l.webhook.configure("less", less)
	l.apply(t, "less", 1, `
{apiVersion: v1, kind: Namespace, metadata: {name: less, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: less, namespace: less, annotations: {pod-identity.alibabacloud.com/role-name: less-oss}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: less, namespace: less, labels: {app: less}}, spec: {serviceAccountName: less, containers: [{name: less, image: "less:1"}]}}
`)
	role := documentedRole(t)
	reader := func(name string, rules []rbacv1.PolicyRule) *cluster {
		l.allow(t, name, "", rules...)
		return l.with(l.user(t, name))
	}
	all := reader("reader", role.Rules)
	states := map[string]string{}
	got := all.rrsa(t, "", "audit", "-A", "-o", "json", "--fail-on", "none")
	var report audited
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || got.code != 0 {
		t.Fatalf("auditing: %v: %+v", err, got)
	}
	for _, p := range report.Items {
		if p.State == "unknown" {
			states[p.Name] = p.Reason.Code + " " + p.Reason.Message
		}
	}
	if len(states) != 1 || !strings.HasPrefix(states["less"], "SettingNotKnown the pod's state depends on autoInjectSTSEnvVars, ") {
		t.Errorf("want nothing open but a setting, got %q", states)
	}
	for _, r := range report.Summary.Remedies {
		if r.Outcome == "unproven" {
			t.Errorf("want what a restart does to be proven, got %+v", r)
		}
	}
	for _, what := range []string{"pod/" + l.cart(t), "deployment/cart", "deployment/web", "statefulset/orders", "pod/debug"} {
		got := all.rrsa(t, "", "explain", what, "-n", "shop")
		if got.code != 0 || got.stderr != "" || regexp.MustCompile(`NotReadable|NotJudged|NotKnown|Unknown|unknown|not known|isn't proven`).MatchString(got.stdout) {
			t.Errorf("%s: want nothing open, got %+v", what, got)
		}
	}

	pod := "explain pod/" + l.cart(t) + " -n shop"
	for i, tt := range []struct {
		without []string
		args    string
		code    int
		want    string
	}{
		{[]string{"namespaces"}, pod, 0, ": unknown because NotReadable: "},
		{[]string{"serviceaccounts"}, pod, 0, ": unknown because NotReadable: "},
		{[]string{"pods"}, "explain deployment/cart -n shop", 0, "    NotReadable (info): its pods can't be read in the cluster: "},
		{[]string{"pods"}, "audit -n shop", 2, "pods is forbidden"},
		{[]string{"deployments"}, pod, 0, "\n  a restart: it isn't proven that this would fix it: what its pods are made of isn't known: "},
		{[]string{"replicasets"}, pod, 0, "\n  a restart: it isn't proven that this would fix it: what its pods are made of isn't known: "},
		{[]string{"mutatingwebhookconfigurations"}, pod, 0, "\n  a restart: it isn't proven that this would fix it"},
		{[]string{"mutatingwebhookconfigurations"}, pod, 0, "    WebhookNotReadable (info): "},
		{[]string{"mutatingadmissionpolicies"}, pod, 0, "\n  a restart: it isn't proven that this would fix it"},
		{[]string{"mutatingadmissionpolicies"}, pod, 0, "    PolicyNotReadable (info): "},
		{[]string{"mutatingadmissionpolicybindings"}, pod, 0, "    PolicyNotReadable (info): "},
		{[]string{"configmaps"}, pod, 0, "\n  next: kubectl rollout restart deployment/cart -n shop\n"},
		{[]string{"nodes"}, pod, 0, "\n  next: kubectl rollout restart deployment/cart -n shop\n"},
		{[]string{"/.well-known/openid-configuration"}, pod, 0, "\ninfo: RRSANotJudged: "},
	} {
		var rules []rbacv1.PolicyRule
		for _, r := range role.Rules {
			r.Resources = slices.DeleteFunc(slices.Clone(r.Resources), func(name string) bool { return slices.Contains(tt.without, name) })
			r.NonResourceURLs = slices.DeleteFunc(slices.Clone(r.NonResourceURLs), func(name string) bool { return slices.Contains(tt.without, name) })
			if len(r.Resources)+len(r.NonResourceURLs) > 0 {
				rules = append(rules, r)
			}
		}
		if slices.Contains(tt.without, "pods") {
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}})
		}
		got := reader(fmt.Sprintf("reader-%d", i), rules).rrsa(t, "", strings.Fields(tt.args)...)
		if got.code != tt.code || !strings.Contains(got.stdout+got.stderr, tt.want) {
			t.Errorf("%s without %q: want exit code %d and %q, got %+v", tt.args, tt.without, tt.code, tt.want, got)
		}
	}
}
