package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shop is the cluster that the page about live clusters is written for. After it is
// applied, the namespace old loses its label, and the ServiceAccount cart gets its role.
const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop, labels: {app: cart}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop, annotations: {pod-identity.alibabacloud.com/role-name: web-oss}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{name: cart, image: "cart:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: web, image: "web:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: shop}
spec: {serviceName: orders, updateStrategy: {type: OnDelete}, selector: {matchLabels: {app: orders}}, template: {metadata: {labels: {app: orders}}, spec: {serviceAccountName: cart, containers: [{name: orders, image: "orders:1"}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: debug, namespace: shop, labels: {app: debug}}, spec: {serviceAccountName: cart, containers: [{name: debug, image: "debug:1"}]}}
---
apiVersion: v1
kind: Namespace
metadata: {name: old, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: api, namespace: old, annotations: {pod-identity.alibabacloud.com/role-name: api-oss}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: old}
spec: {selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: api, containers: [{name: api, image: "api:1"}]}}}
`

// shopOpen makes the shop, in the state that the page tells.
func shopOpen(t *testing.T) *live {
	t.Helper()
	l := liveCluster(t)
	l.apply(t, "shop", 5, shop)
	l.settled(t, "old", 1)
	nextSecond()
	l.must(t, "", "label", "namespace", "old", labelInjection+"-")
	l.annotate(t, "shop", "cart", "cart-oss")
	return l
}

// step is one block of commands of the page, and the lines that it says they print.
type step struct {
	heading  string
	commands []string
	prints   []string
}

// stepsOf reads a page's fenced blocks: those of a shell, and the text below each.
func stepsOf(t *testing.T, page string) []step {
	t.Helper()
	var out []step
	heading := ""
	for _, m := range regexp.MustCompile("(?ms)^(#+ [^\n]+)$|^```(sh|text)\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		lines := strings.Split(strings.TrimSuffix(m[3], "\n"), "\n")
		switch {
		case m[1] != "":
			heading = strings.TrimLeft(m[1], "# ")
		case m[2] == "sh":
			out = append(out, step{heading: heading, commands: lines})
		case len(out) == 0 || out[len(out)-1].heading != heading || len(out[len(out)-1].prints) > 0:
			t.Fatalf("%s: the page says what is printed, and not by what:\n%s", heading, m[3])
		default:
			out[len(out)-1].prints = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
		}
	}
	return out
}

var (
	documentedCode = regexp.MustCompile(`# exit code (\d)`)
	podHash        = regexp.MustCompile(`\b(cart|web|api)-[0-9a-z]{5,10}-[0-9a-z]{5}\b`)
	stamped        = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

// plain is a line without what differs from run to run, and without a table's padding.
func plain(line string) string {
	line = stamped.ReplaceAllString(podHash.ReplaceAllString(line, "$1-HASH"), "TIME")
	return strings.Join(strings.Fields(line), " ")
}

// missing are the lines of the page that were not printed, in the page's order, and those
// of stderr that the page doesn't have. A line of the page that ends in "…" is a beginning.
func missing(page []string, printed, stderr string) (unprinted, unsaid []string) {
	is := func(said, line string) bool {
		begin, cut := strings.CutSuffix(plain(said), "…")
		return plain(line) == begin || cut && strings.HasPrefix(plain(line)+" ", begin)
	}
	rest := strings.Split(printed, "\n")
	for _, said := range page {
		at := slices.IndexFunc(rest, func(line string) bool { return is(said, line) })
		if at < 0 {
			unprinted = append(unprinted, said)
			continue
		}
		rest = rest[at+1:]
	}
	for line := range strings.Lines(stderr) {
		if !slices.ContainsFunc(page, func(said string) bool { return is(said, line) }) {
			unsaid = append(unsaid, line)
		}
	}
	return unprinted, unsaid
}

// pageFiles are the files that the page names.
var pageFiles = map[string]string{
	"app.yaml":            cartManifest,
	"manifests/cart.yaml": cartManifest,
	"policy.json": `{"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
  "Principal": {"Federated": ["acs:ram::` + accountID + `:oidc-provider/ack-rrsa-` + clusterID + `"]},
  "Condition": {"StringEquals": {"oidc:aud": "sts.aliyuncs.com", "oidc:iss": "` + issuer + `", "oidc:sub": "system:serviceaccount:shop:web"}}}]}`,
}

const cartManifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{name: cart, image: "cart:2"}]}}}
`

// TestDocumentedCommands: each command of the page about live clusters can be typed as it
// is there, ends as the page says, and prints what the page shows.
func TestDocumentedCommands(t *testing.T) {
	steps := stepsOf(t, read(t, top(t), "docs", "cluster.md"))
	l := shopOpen(t)
	dir := t.TempDir()
	for name, content := range pageFiles {
		write(t, content, dir, name)
	}
	commands := 0
	for _, s := range steps {
		if down := s.heading == "While the webhook is down"; down != (l.down != "") {
			l.hold(t, down)
		}
		var printed, stderr strings.Builder
		for _, line := range s.commands {
			commands++
			want := "0"
			if m := documentedCode.FindStringSubmatch(line); m != nil {
				want = m[1]
			}
			cmd := command(t, dir, l.command(t).Env, "sh", "-c", strings.ReplaceAll(line, "cart-7d4b9c6f5-x2x8p", l.cart(t)))
			got := ended(t, cmd, "")
			if fmt.Sprint(got.code) != want {
				t.Errorf("%s: want exit code %s, got %+v", line, want, got)
			}
			printed.WriteString(got.stdout + got.stderr)
			stderr.WriteString(got.stderr)
			if strings.HasSuffix(line, "| sh") {
				l.must(t, "", "rollout", "status", "deployment/cart", "-n", "shop", "--timeout=2m")
				l.settled(t, "shop", 5)
			}
		}
		unprinted, unsaid := missing(s.prints, printed.String(), stderr.String())
		if len(unprinted)+len(unsaid) > 0 {
			t.Errorf("%s: %q: not printed: %q\nnot on the page: %q\nprinted:\n%s", s.heading, s.commands, unprinted, unsaid, printed.String())
		}
	}
	if commands < 16 {
		t.Errorf("only %d commands are found", commands)
	}
	if got := l.credentials(t)["shop/cart"]; got != "acs:ram::"+accountID+":role/cart-oss" {
		t.Errorf("want the page's restart to give the pods their role, got %q", got)
	}
}

// cart is the name of a pod of the Deployment cart.
func (l *live) cart(t *testing.T) string {
	t.Helper()
	pods, err := l.client(t).CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{LabelSelector: "app=cart"})
	if err != nil || len(pods.Items) == 0 {
		t.Fatalf("finding a pod of cart: %v", err)
	}
	return pods.Items[0].Name
}

// TestDocumentedCommandsAreCompared: what the page has and a run hasn't is found, and what
// a run says on stderr and the page doesn't.
func TestDocumentedCommandsAreCompared(t *testing.T) {
	const printed = "NAME   STATE\ncart-65c8fcf665-b7nk2   missing: at 2026-11-30T16:52:25Z, and more\n"
	for name, tt := range map[string]struct {
		page              []string
		stderr            string
		unprinted, unsaid int
	}{
		"as it is":       {page: []string{"NAME STATE", "cart-7d4b9c6f5-x2x8p missing: at 2026-01-01T00:00:00Z, and more"}},
		"a beginning":    {page: []string{"cart-7d4b9c6f5-x2x8p missing: …"}},
		"another state":  {page: []string{"cart-7d4b9c6f5-x2x8p stale: …"}, unprinted: 1},
		"part of a line": {page: []string{"cart-7d4b9c6f5-x2x8p missing:"}, unprinted: 1},
		"another order":  {page: []string{"cart-7d4b9c6f5-x2x8p missing: …", "NAME STATE"}, unprinted: 1},
		"an error":       {page: []string{"NAME STATE"}, stderr: "error: unknown flag: --lokal\n", unsaid: 1},
	} {
		unprinted, unsaid := missing(tt.page, printed, tt.stderr)
		if len(unprinted) != tt.unprinted || len(unsaid) != tt.unsaid {
			t.Errorf("%s: got %q and %q", name, unprinted, unsaid)
		}
	}
}

// TestDocumentedRoleSettles: with the page's ClusterRole nothing stays open but the
// setting that is only in the webhook's Helm release; without a part of it, what the page
// says.
func TestDocumentedRoleSettles(t *testing.T) {
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
	if len(states) != 1 || !strings.HasPrefix(states["less"], "SettingNotKnown the pod's state hangs on autoInjectSTSEnvVars, ") {
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
