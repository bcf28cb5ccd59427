package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

// setsWorld is a namespace with pods in every state, and with workloads without pods.
const setsWorld = `
apiVersion: v1
kind: Namespace
metadata: {name: sets, labels: {pod-identity.alibabacloud.com/injection: "on", pod-identity.alibabacloud.com/override-env: "true", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: sets, labels: {a: b}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: left, namespace: sets, annotations: {pod-identity.alibabacloud.com/role-name: left-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: idle, namespace: sets, annotations: {pod-identity.alibabacloud.com/role-name: idle-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: plain, namespace: sets}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: later, namespace: sets, annotations: {pod-identity.alibabacloud.com/role-name: later-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: arn, namespace: sets, annotations: {pod-identity.alibabacloud.com/role-name: "acs:ram::1488999589000000:role/web-role"}}}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: good
  namespace: sets
  annotations:
    pod-identity.alibabacloud.com/role-name: good-role
    pod-identity.alibabacloud.com/service-account-token-expiration: "7200"
    pod-identity.alibabacloud.com/skip-containers: app
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, namespace: sets}
spec: {replicas: 12, selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: late-bare, namespace: sets, labels: {app: bare}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: good, namespace: sets}
spec: {replicas: 2, selector: {matchLabels: {app: good}}, template: {metadata: {labels: {app: good}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: good-bare, namespace: sets, labels: {app: good-bare}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: left, namespace: sets}
spec: {replicas: 1, serviceName: x, selector: {matchLabels: {app: left}}, template: {metadata: {labels: {app: left}}, spec: {serviceAccountName: left, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: arn, namespace: sets}
spec: {selector: {matchLabels: {app: arn}}, template: {metadata: {labels: {app: arn}}, spec: {tolerations: [{operator: Exists}], serviceAccountName: arn, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: sets}
spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {metadata: {labels: {app: nightly}}, spec: {serviceAccountName: later, restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: zero, namespace: sets}
spec: {replicas: 0, selector: {matchLabels: {app: zero}}, template: {metadata: {labels: {app: zero}}, spec: {serviceAccountName: later, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: sets-skipped, labels: {pod-identity.alibabacloud.com/injection: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: sets-skipped, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: good, namespace: sets-skipped}
spec: {replicas: 2, selector: {matchLabels: {app: good}}, template: {metadata: {labels: {app: good}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: sets-empty}}
`

// setExplained is what tests compare of the explanation of a ServiceAccount or Namespace.
type setExplained struct {
	Kind, Serving string
	Cause         struct{ Code, Message, Next string }
	Gate          struct{ Enabled string }
	Webhook       struct{ Call string }
	Role          struct {
		Name, ARN string
		Valid     bool
		Reason    struct{ Code string }
	}
	Settings        []struct{ Name, Value string }
	Lints           []struct{ Object, Code string }
	ServiceAccounts []struct {
		Name   string
		Role   struct{ Valid bool }
		States map[string]int
		Used   string
	}
	Listed bool
	States map[string]int
	Groups []struct {
		Owner struct{ Kind, Name string }
		State string
		Cause struct{ Code string }
		Pods  int
		// Example is one of them.
		Example string
		Remedy  fix
	}
	WouldServe []struct {
		Owner struct{ Kind, Name string }
		State string
		Cause struct{ Code string }
	}
	Unread []struct{ Message string }
}

// groups are the groups in lines.
func (e setExplained) groups() []string {
	var out []string
	for _, g := range e.Groups {
		out = append(out, strings.TrimRight(fmt.Sprintf("%s/%s %d %s %s %s", g.Owner.Kind, g.Owner.Name, g.Pods, g.State, g.Cause.Code, g.Remedy.Outcome), " "))
	}
	return out
}

// would are the workloads without pods, with what a pod of theirs would be.
func (e setExplained) would() []string {
	var out []string
	for _, w := range e.WouldServe {
		out = append(out, strings.TrimRight(fmt.Sprintf("%s/%s %s %s", w.Owner.Kind, w.Owner.Name, w.State, w.Cause.Code), " "))
	}
	return out
}

// explainSet explains a set, and checks that the text has the same first line and next step.
func (c *cluster) explainSet(t *testing.T, first string, args ...string) (setExplained, string) {
	t.Helper()
	args = append([]string{"explain"}, args...)
	text, data := c.rrsa(t, "", args...), c.rrsa(t, "", append(args, "-o", "json")...)
	var e setExplained
	if err := json.Unmarshal([]byte(data.stdout), &e); err != nil || text.code != 0 || data.code != 0 || text.stderr != "" {
		t.Fatalf("%v: want an explanation, got %+v and %+v", err, text, data)
	}
	lines := strings.Split(text.stdout, "\n")
	switch {
	case !strings.HasPrefix(lines[0], first):
		t.Errorf("want %q, got:\n%s", first, text.stdout)
	case e.Cause.Code != "" && (!strings.HasSuffix(lines[0], " "+e.Cause.Code+": "+e.Cause.Message) || lines[1] != "  next: "+e.Cause.Next):
		t.Errorf("want the cause in the text too, got %+v:\n%s", e.Cause, text.stdout)
	}
	return e, text.stdout
}

// agreeSet checks that the explanation of the namespace says of a symptom's pods what their
// own says.
func (l *live) agreeSet(t *testing.T, s symptom, pods int, flags []string) {
	t.Helper()
	got := l.rrsa(t, "", slices.Concat([]string{"explain", "namespace/" + s.ns, "-o", "json"}, flags)...)
	var e setExplained
	if err := json.Unmarshal([]byte(got.stdout), &e); err != nil || got.code != 0 {
		t.Fatalf("want the namespace explained, got %+v: %v", got, err)
	}
	for _, g := range e.Groups {
		alike := g.State == s.state && g.Cause.Code == s.code && g.Remedy.Outcome == s.outcome && (g.Remedy.Command != "") == s.command
		if (g.Owner.Name == s.app || g.Example == s.app) && alike && g.Pods == pods {
			return
		}
	}
	t.Errorf("explain namespace/%s: want %d pods of %s %s because %q, and %q, got %q", s.ns, pods, s.app, s.state, s.code, s.outcome, e.groups())
}

// TestExplainSets: ServiceAccounts, Namespaces, and pods that are selected.
func TestExplainSets(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	l.must(t, strings.ReplaceAll(setsWorld, "WEBHOOK", webhookLabel), "apply", "-f", "-")
	l.rollout(t, "sets", "argo", "good")
	l.must(t, "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: waits, namespace: sets}, spec: {replicas: 0, template: {spec: {serviceAccountName: later, containers: [{name: c, image: 'c:1'}]}}}}", "apply", "-f", "-")
	l.settled(t, "sets", 20)
	l.settled(t, "sets-skipped", 2)
	nextSecond()
	l.annotate(t, "sets", "late", "web-role")
	l.must(t, "", "annotate", "serviceaccount", "left", annotationRole+"-", "-n", "sets")
	t.Run("accounts", func(t *testing.T) { testAccounts(t, l) })
	t.Run("namespaces", func(t *testing.T) { testNamespaces(t, l) })
	t.Run("selected", func(t *testing.T) { testSelected(t, l) })
	t.Run("access", func(t *testing.T) { testSetAccess(t, l) })
}

func testAccounts(t *testing.T, l *live) {
	const restart = "kubectl rollout restart deployment/late -n sets"
	for _, tt := range []struct {
		account, first, serving, code, next string
		groups, would                       []string
	}{
		{"good", "serviceaccount/good (sets): serves 5 pods", "serves", "", "", []string{"Deployment/good 2 ok", "Rollout/argo 2 ok", "/ 1 ok"}, nil},
		{"late", "serviceaccount/late (sets): serves none of its 13 pods (13 missing) because RoleNameMaybeNewer: ", "nobody", "RoleNameMaybeNewer", restart,
			[]string{"Deployment/late 12 missing RoleNameMaybeNewer fixes", "/ 1 missing RoleNameMaybeNewer fixes-otherwise"}, nil},
		{"left", "serviceaccount/left (sets): doesn't serve its only pod (1 orphaned) because RoleNameMissing: ", "nobody", "RoleNameMissing", "kubectl annotate serviceaccount left",
			[]string{"StatefulSet/left 1 orphaned RoleNameMissing takes-away"}, nil},
		{"arn", "serviceaccount/arn (sets): doesn't serve its only pod (1 mistake) because RoleNameInvalid: ", "nobody", "RoleNameInvalid", "",
			[]string{"DaemonSet/arn 1 mistake RoleNameInvalid"}, nil},
		{"later", "serviceaccount/later (sets): serves no pod now, and would serve cronjob/nightly, deployment/zero, rollout/waits\n", "would-serve", "", "",
			nil, []string{"CronJob/nightly ok", "Deployment/zero ok", "Rollout/waits ok"}},
		{"idle", "serviceaccount/idle (sets): serves nobody: no pod and no workload uses it\n  next: name it in a pod template: spec.serviceAccountName: idle\n", "nobody", "", "", nil, nil},
		{"plain", "serviceaccount/plain (sets): serves nobody because RoleNameMissing: ", "nobody", "RoleNameMissing", "kubectl annotate serviceaccount plain", nil, nil},
	} {
		t.Run(tt.account, func(t *testing.T) {
			e, text := l.explainSet(t, strings.Split(tt.first, "\n")[0], "serviceaccount/"+tt.account, "-n", "sets")
			if !strings.HasPrefix(text, tt.first) {
				t.Errorf("want %q, got:\n%s", tt.first, text)
			}
			if e.Kind != "ServiceAccountExplanation" || e.Serving != tt.serving || e.Cause.Code != tt.code || !strings.Contains(e.Cause.Next, tt.next) {
				t.Errorf("want %s because %q, got %+v:\n%s", tt.serving, tt.code, e, text)
			}
			if diff := cmp.Diff([][]string{tt.groups, tt.would}, [][]string{e.groups(), e.would()}); diff != "" {
				t.Errorf("groups, and who would be served (-want +got):\n%s%s", diff, text)
			}
			if len(e.Unread) != 0 {
				t.Errorf("want all of it read, got %+v", e.Unread)
			}
		})
	}
	e, _ := l.explainSet(t, "serviceaccount/good (sets): serves 5 pods", "sa", "good", "-n", "sets")
	if e.Role.ARN != "acs:ram::"+accountID+":role/good-role" || !e.Role.Valid || e.Gate.Enabled != "yes" || e.Webhook.Call != "called" ||
		!slices.Contains(e.Settings, struct{ Name, Value string }{"service-account-token-expiration", "7200"}) || fmt.Sprint(e.Lints) != "[{serviceaccount/good KeyMisplaced}]" {
		t.Errorf("want what the ServiceAccount has, got %+v", e)
	}
	for _, args := range [][]string{{"sa/good", "sa/late"}, {"sa/good", "deployment/good"}, {"sa/good", "--only", "pod/x"}, {"sa", "-l", "a=b"}, {"sa/nobody"}} {
		if got := l.rrsa(t, "", append([]string{"explain", "-n", "sets"}, args...)...); got.code != 2 || got.stdout != "" {
			t.Errorf("%q: want an error, got %+v", args, got)
		}
	}
}

func testNamespaces(t *testing.T, l *live) {
	e, text := l.explainSet(t, "namespace/sets: enabled, pods: 13 missing, 1 orphaned, 1 mistake, 5 ok because RoleNameMaybeNewer: ", "namespace/sets")
	if e.Kind != "NamespaceExplanation" || e.Cause.Next != "kubectl rollout restart deployment/late -n sets" || e.Gate.Enabled != "yes" || e.Webhook.Call != "called" ||
		fmt.Sprint(e.Settings) != "[{override-env true}]" {
		t.Errorf("got %+v:\n%s", e, text)
	}
	var accounts []string
	for _, a := range e.ServiceAccounts {
		accounts = append(accounts, fmt.Sprint(a.Name, " ", a.Role.Valid, " ", a.Used, " ", a.States))
	}
	if diff := cmp.Diff([]string{
		"arn false yes map[mistake:1]", "good true yes map[ok:5]", "idle true no map[]", "late true yes map[missing:13]", "later true yes map[]",
	}, accounts); diff != "" {
		t.Errorf("ServiceAccounts (-want +got):\n%s%s", diff, text)
	}
	if diff := cmp.Diff([]string{
		"DaemonSet/arn 1 mistake RoleNameInvalid", "Deployment/good 2 ok", "Deployment/late 12 missing RoleNameMaybeNewer fixes",
		"Rollout/argo 2 ok", "StatefulSet/left 1 orphaned RoleNameMissing takes-away", "/ 1 ok", "/ 1 missing RoleNameMaybeNewer fixes-otherwise",
	}, e.groups()); diff != "" {
		t.Errorf("groups (-want +got):\n%s%s", diff, text)
	}
	if diff := cmp.Diff([]string{"CronJob/nightly ok", "Deployment/zero ok", "Rollout/waits ok"}, e.would()); diff != "" {
		t.Errorf("who would be served (-want +got):\n%s%s", diff, text)
	}
	e, text = l.explainSet(t, "namespace/sets-skipped: enabled, pods: 2 missing because WebhookSkipsNamespace: ", "ns", "sets-skipped")
	if e.Webhook.Call != "skipped" || fmt.Sprint(e.groups()) != "[Deployment/good 2 missing WebhookSkipsNamespace does-not-fix]" || restart.MatchString(text) {
		t.Errorf("want pods that the webhook leaves out, and no restart, got %+v:\n%s", e, text)
	}
	e, text = l.explainSet(t, "namespace/sets-empty: not enabled, pods: none because NamespaceNotEnabled: ", "ns/sets-empty")
	if e.Gate.Enabled != "no" || !strings.Contains(e.Cause.Next, "kubectl label namespace sets-empty "+labelInjection+"=on") || !e.Listed {
		t.Errorf("want a gate that is closed, got %+v:\n%s", e, text)
	}
}

// selected explains what flags select: the names with the states of the pods, in their order.
func (c *cluster) selected(t *testing.T, args ...string) ([]string, string) {
	t.Helper()
	args = append([]string{"explain"}, args...)
	text, data := c.rrsa(t, "", args...), c.rrsa(t, "", append(args, "-o", "json")...)
	var list struct {
		Kind  string
		Items []struct {
			Object struct{ Kind, Name string }
			Cause  struct{ Code string }
			Pod    struct{ State string }
			Pods   struct {
				States map[string]int
				Owner  struct{ Kind, Name string }
			}
		}
	}
	if err := json.Unmarshal([]byte(data.stdout), &list); err != nil || text.code != 0 || data.code != 0 || list.Kind != "ExplanationList" {
		t.Fatalf("%v: want explanations, got %+v and %+v", err, text, data)
	}
	var out []string
	for _, e := range list.Items {
		name := e.Object.Kind + "/" + e.Object.Name
		if e.Pods.Owner.Kind != "" {
			name = e.Pods.Owner.Kind + "/" + e.Pods.Owner.Name
		}
		line := fmt.Sprint(name, " ", e.Pod.State, e.Pods.States, " ", e.Cause.Code)
		out = append(out, line)
		if !strings.Contains(text.stdout, strings.ToLower(name)) || !strings.Contains(text.stdout, e.Cause.Code) {
			t.Errorf("want %s in the text too:\n%s", line, text.stdout)
		}
	}
	return out, text.stdout
}

// strange is a kind that nobody knows, whose objects look like workloads.
const strange = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: stranges.example.com}
spec:
  group: example.com
  names: {kind: Strange, listKind: StrangeList, plural: stranges, singular: strange}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`

// strange makes an object of that kind and two pods that it controls.
func (l *live) strange(t *testing.T) {
	t.Helper()
	l.must(t, strange, "apply", "-f", "-")
	l.must(t, "", "wait", "--for=condition=Established", "customresourcedefinition/stranges.example.com")
	l.must(t, "{apiVersion: example.com/v1, kind: Strange, metadata: {name: odd, namespace: sets}, spec: {template: {spec: {containers: [{name: c, image: 'c:1'}]}}}}", "apply", "-f", "-")
	uid := l.kubectl(t, "get", "stranges.example.com", "odd", "-n", "sets", "-o", "jsonpath={.metadata.uid}").stdout
	for _, name := range []string{"odd-1", "odd-2"} {
		l.must(t, "{apiVersion: v1, kind: Pod, metadata: {name: "+name+", namespace: sets, labels: {app: odd}, ownerReferences: [{apiVersion: example.com/v1, kind: Strange, name: odd, controller: true, uid: "+uid+
			"}]}, spec: {serviceAccountName: later, containers: [{name: c, image: 'c:1'}]}}", "apply", "-f", "-")
	}
}

func testSelected(t *testing.T, l *live) {
	l.strange(t)
	one := l.kubectl(t, "get", "pods", "-n", "sets", "-l", "app=late", "-o", "jsonpath={.items[0].metadata.name}").stdout
	l.must(t, "", "label", "pod", one, "chosen=yes", "-n", "sets")
	for _, tt := range []struct {
		args, titles string
		want         []string
	}{
		{"-n sets -l app=late", "deployment/late: pods: 12 missing because RoleNameMaybeNewer", []string{"Deployment/late map[missing:12] RoleNameMaybeNewer"}},
		{"-n sets -l chosen=yes", "deployment/late: pods: 1 missing because", []string{"Deployment/late map[missing:1] RoleNameMaybeNewer"}},
		{"pods -n sets -l app=bare", "pod/late-bare: missing because", []string{"Pod/late-bare missingmap[] RoleNameMaybeNewer"}},
		{"-n sets -l app=odd", "strange/odd: pods: 2 ok\n", []string{"Strange/odd map[ok:2] "}},
		{"-l app=good -A", "\ndeployment/good (sets-skipped): pods: 2 missing because WebhookSkipsNamespace", []string{
			"Deployment/good map[ok:2] ", "Deployment/good map[missing:2] WebhookSkipsNamespace",
		}},
		{"-n sets-skipped -l ", "deployment/good: pods: 2 missing", []string{"Deployment/good map[missing:2] WebhookSkipsNamespace"}},
		{"cronjobs -A", "cronjob/nightly (sets): injected", []string{"CronJob/nightly map[] "}},
	} {
		got, text := l.selected(t, strings.Split(tt.args, " ")...)
		if diff := cmp.Diff(tt.want, got); diff != "" || !strings.Contains("\n"+text, tt.titles) {
			t.Errorf("%s: want %q (-want +got):\n%s%s", tt.args, tt.titles, diff, text)
		}
	}
	for args, want := range map[string]string{
		"-n sets -l app=nothing":          `error: reading the pods with the labels "app=nothing": there are none in namespace "sets"`,
		"-n sets-nowhere -l app=good":     `error: the cluster has no Namespace "sets-nowhere": name another one with -n`,
		"-A -l app=nothing":               `there are none in any namespace`,
		"-A deployment/good":              `and not those that are named`,
		"-A deployment good":              `and not those that are named`,
		"-l app=good -f x.yaml":           `give them, or files`,
		"-l app=good --local":             `--local asks no cluster`,
		"-l app==good=":                   `error: checking --selector`,
		"services -A":                     `error: explaining the services: they have no pod template`,
		"-A --error text":                 `--error explains a text alone`,
		"nothings -l app=good":            `the server doesn't have a resource type "nothings"`,
		"deployments -l app=none -n sets": `error: reading the deployments with the labels "app=none": there are none in namespace "sets"`,
	} {
		if got := l.rrsa(t, "", append([]string{"explain"}, strings.Split(args, " ")...)...); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: want %q, got %+v", args, want, got)
		}
	}
	var many strings.Builder
	for i := range 60 {
		fmt.Fprintf(&many, "---\n{apiVersion: v1, kind: Pod, metadata: {name: many-%d, namespace: sets-empty, labels: {app: many}}, spec: {serviceAccountName: default, containers: [{name: c, image: 'c:1'}]}}\n", i)
	}
	l.must(t, many.String(), "apply", "-f", "-")
	got := l.rrsa(t, "", "explain", "-A", "-l", "app=many")
	if n := strings.Count(got.stdout, "\n  made now: "); got.code != 0 || n != 50 || got.stderr != "note: 10 more are left out: see kubectl rrsa audit -A -l 'app=many'\n" {
		t.Errorf("want 50 blocks and a note, got %d and %q", n, got.stderr)
	}
}

func testSetAccess(t *testing.T, l *live) {
	read := func(verbs []string, group string, resources ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: resources, Verbs: verbs}
	}
	l.allow(t, "pods-only", "sets", read([]string{"get"}, "", "serviceaccounts"), read([]string{"list"}, "", "pods"))
	l.allow(t, "apps-only", "sets", read([]string{"get"}, "", "serviceaccounts"), read([]string{"list"}, "apps", "deployments", "statefulsets", "daemonsets"))
	pods, apps := l.with(l.user(t, "pods-only")), l.with(l.user(t, "apps-only"))
	eventually(t, "the rights", func() error {
		for _, c := range []*cluster{pods, apps} {
			if got := c.rrsa(t, "", "explain", "sa/good", "-n", "sets"); got.code != 0 {
				return fmt.Errorf("got %s", got.stderr)
			}
		}
		return nil
	})
	e, text := pods.explainSet(t, "serviceaccount/good (sets): it isn't known whom it serves", "sa/good", "-n", "sets")
	if e.Gate.Enabled != "unknown" || e.Webhook.Call != "unknown" || e.States["unknown"] != 5 || e.Serving != "unknown" || len(e.Unread) < 5 || restart.MatchString(text) {
		t.Errorf("want unknowns, got %+v:\n%s", e, text)
	}
	e, text = apps.explainSet(t, "serviceaccount/late (sets): it isn't known whom it serves", "sa/late", "-n", "sets")
	if e.Listed || e.Serving != "unknown" || fmt.Sprint(e.would()) != "[Deployment/late unknown NotReadable]" || !strings.Contains(text, "\n  pods: not known\n") {
		t.Errorf("want pods that aren't known, got %+v:\n%s", e, text)
	}
	// What makes the pods may not be read: it is named, and nothing is promised.
	got, text := pods.selected(t, "-n", "sets", "-l", "app=late")
	if len(got) != 1 || !strings.HasPrefix(got[0], "ReplicaSet/late-") || !strings.Contains(got[0], " map[unknown:12] NotReadable") || restart.MatchString(text) || !strings.Contains(text, ", if it is made as pod/late-") {
		t.Errorf("want the pods of what can't be read in one block, got %q:\n%s", got, text)
	}
	if got := apps.rrsa(t, "", "explain", "-n", "sets", "-l", "app=good"); got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "Error from server (Forbidden): ") {
		t.Errorf("want what the server says, got %+v", got)
	}
}
