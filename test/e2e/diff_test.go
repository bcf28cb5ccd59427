package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ownEnv is part of deployment.
const ownEnv = "        env:\n        - name: LOG\n          value: info\n"

// deployment is a workload of the ServiceAccount cart without pods, with a Secret.
func deployment(namespace, name string) string {
	secret := "apiVersion: v1\nkind: Secret\nmetadata:\n  name: " + name + "\n  namespace: " + namespace + "\nstringData:\n  password: hunter2\n"
	return join(secret, strings.Replace(deploymentYAML(namespace, name, "cart"), "spec:\n", "spec:\n  replicas: 0\n", 1))
}

// changed lists what goes and comes in a unified diff, with its sign and without
// the indent.
func changed(diff string) []string {
	out := []string{}
	for line := range strings.Lines(diff) {
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") || !strings.ContainsAny(line[:1], "+-") {
			continue
		}
		out = append(out, line[:1]+strings.TrimSpace(line[1:]))
	}
	return out
}

// shop makes a namespace with the injection enabled and a ServiceAccount with a role.
func (c *cluster) shop(t *testing.T, labels ...string) string {
	t.Helper()
	ns := c.namespace(t, append(labels, injectionLabel, "on")...)
	c.account(t, ns, "cart", "shop-cart")
	return ns
}

// TestDiffFiles: the live objects, and what applying the injected manifests would
// make of them.
func TestDiffFiles(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	in := deployment(ns, "cart")
	diff := func(stdin string, args ...string) result {
		t.Helper()
		return c.rrsa(t, stdin, append([]string{"diff", "--account-id", account, "-f", "-"}, args...)...)
	}

	got := diff(in, "-v")
	if got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/apps.v1.Deployment."+ns+".cart\n+++ merged/apps.v1.Deployment."+ns+".cart\n@@ -0,0 +1,") ||
		!slices.Contains(changed(got.stdout), "+value: acs:ram::"+account+":role/shop-cart") {
		t.Errorf("want a new object, got %+v", got)
	}
	for _, not := range []string{"hunter2", "aHVudGVyMg", "uid:", "creationTimestamp", "managedFields", "resourceVersion", "generation:", "status"} {
		if strings.Contains(got.stdout+got.stderr, not) {
			t.Errorf("want no %q in the diff, got %+v", not, got)
		}
	}
	if !strings.Contains(got.stderr, "note: left out, as they have no pod template or are marked as local config: Secret (1)\n") {
		t.Errorf("want the Secret to be counted, got %+v", got)
	}

	c.apply(t, in)
	got = diff(in)
	lines := changed(got.stdout)
	if got.code != 1 || !slices.Contains(lines, "+- name: rrsa-oidc-token") || slices.ContainsFunc(lines, func(l string) bool { return l[0] == '-' }) {
		t.Errorf("want the injection alone, got %+v", got)
	}

	preview := c.rrsa(t, in, "preview", "-q", "--account-id", account, "-")
	c.apply(t, preview.stdout)
	if got := diff(in); got.code != 0 || got.stdout != "" {
		t.Errorf("want no difference after the injected manifest was applied, got %+v", got)
	}

	got = diff(strings.ReplaceAll(in, ownEnv, ""))
	if diff := cmp.Diff([]string{"-- name: LOG", "-value: info"}, changed(got.stdout)); diff != "" || got.code != 1 {
		t.Errorf("what was applied last and isn't there any more (-want +got):\n%s%+v", diff, got)
	}

	t.Run("ServiceAccount", func(t *testing.T) {
		got := diff(fmt.Sprintf("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart, namespace: %s, annotations: {pod-identity.alibabacloud.com/role-name: other}}\n", ns))
		want := []string{"-pod-identity.alibabacloud.com/role-name: shop-cart", "+pod-identity.alibabacloud.com/role-name: other"}
		if diff := cmp.Diff(want, changed(got.stdout)); diff != "" || got.code != 1 {
			t.Errorf("diff (-want +got):\n%s%+v", diff, got)
		}
	})
	t.Run("unknown field", func(t *testing.T) {
		got := diff(strings.ReplaceAll(in, "replicas: 0", "replica: 0"))
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "comparing deployment/cart: ") || !strings.Contains(got.stderr, "replica") {
			t.Errorf("want an error, got %+v", got)
		}
	})
	t.Run("external diff", func(t *testing.T) {
		cmd := c.command(t, "rrsa", "diff", "--account-id", account, "-q", "-")
		cmd.Stdin, cmd.Env = strings.NewReader(strings.ReplaceAll(in, "app:1", "app:2")), append(cmd.Env, "KUBECTL_EXTERNAL_DIFF=diff -ru")
		out, err := cmd.Output()
		if err == nil || !strings.Contains(string(out), "/apps.v1.Deployment."+ns+".cart\t") || !strings.Contains(string(out), "+      - image: app:2\n") && !strings.Contains(string(out), "image: app:2\n") {
			t.Errorf("want the program's output, got %v\n%s", err, out)
		}
	})
	t.Run("versions", func(t *testing.T) {
		got := diff(in, "--from-version", "0.3.1", "--to-version", "0.4.2")
		if got.code != 1 || !strings.HasPrefix(got.stdout, "--- webhook-0.3.1/stdin\n") || !slices.Contains(changed(got.stdout), "+- name: ALIBABA_CLOUD_STS_REGION # inject-rrsa") {
			t.Errorf("want what the upgrade changes, got %+v", got)
		}
		c.apply(t, deployment(ns, "plain"))
		live := c.rrsa(t, "", "diff", "--account-id", account, "-n", ns, "deployment/plain", "--from-version", "0.3.1")
		if live.code != 1 || !strings.HasPrefix(live.stdout, "--- webhook-0.3.1/apps.v1.Deployment."+ns+".plain\n") {
			t.Errorf("want what the upgrade changes in the live object, got %+v", live)
		}
		// The injection that was applied with a manifest is the workload's own.
		if own := c.rrsa(t, "", "diff", "--account-id", account, "-n", ns, "deployment/cart", "--from-version", "0.3.1"); own.code != 0 {
			t.Errorf("want no difference, got %+v", own)
		}
	})
	t.Run("local", func(t *testing.T) {
		got := diff(in, "--local")
		if got.code != 0 || !strings.Contains(got.stderr, "unknown") {
			t.Errorf("want no lookup, got %+v", got)
		}
	})
}

// TestDiffServerSide: as server-side apply merges.
func TestDiffServerSide(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	in := deployment(ns, "cart")
	preview := c.rrsa(t, in, "preview", "-q", "--account-id", account, "-")
	c.apply(t, preview.stdout, "--server-side", "--field-manager", "kustomize-controller")
	for _, tt := range []struct {
		name, in string
		args     []string
		changed  []string
		code     int
		stderr   string
	}{
		{"as its manager", in, []string{"--server-side", "--field-manager", "kustomize-controller"}, nil, 0, ""},
		{"what it no longer holds", strings.ReplaceAll(in, ownEnv, ""), []string{"--server-side", "--field-manager", "kustomize-controller"}, []string{"-- name: LOG", "-value: info"}, 1, ""},
		{"conflict", strings.ReplaceAll(in, "app:1", "app:2"), []string{"--server-side"}, nil, 2, "Error from server (Conflict): comparing deployment/cart: Apply failed with 1 conflict"},
		{"forced", strings.ReplaceAll(in, "app:1", "app:2"), []string{"--server-side", "--force-conflicts"}, []string{"-image: app:1", "+image: app:2"}, 1, ""},
		{"as kubectl apply", in, nil, nil, 0, `note: deployment/cart was applied by "kustomize-controller" on the server side`},
		{"new", deployment(ns, "other"), []string{"--server-side"}, nil, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.rrsa(t, tt.in, append([]string{"diff", "--account-id", account, "-"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) || (got.code != 1) != (got.stdout == "") {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tt.changed, changed(got.stdout)); tt.changed != nil && diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDiffRefused: what can't be applied is an error that names the object.
func TestDiffRefused(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.apply(t, deployment(ns, "cart"))
	job := fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: %s}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      serviceAccountName: cart
      containers: [{name: cart, image: "cart:1"}]
`, ns)
	c.apply(t, job)
	reader := c.with(c.user(t, "diff-reader"))
	c.allow(t, "diff-reader", ns, rbacv1.PolicyRule{APIGroups: []string{"", "apps"}, Resources: []string{"serviceaccounts", "deployments"}, Verbs: []string{"get"}})
	c.allow(t, "diff-reader", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get"}},
		rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}})
	space := "apiVersion: v1\nkind: Namespace\nmetadata: {name: e2e-later, labels: {" + injectionLabel + ": \"on\"}}\n---\n" +
		"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart, namespace: e2e-later, annotations: {pod-identity.alibabacloud.com/role-name: late}}\n---\n"

	for _, tt := range []struct {
		name   string
		who    *cluster
		in     string
		code   int
		stderr []string
	}{
		{"no right to patch", reader, deployment(ns, "cart"), 2, []string{"Error from server (Forbidden): comparing deployment/cart: ", `cannot patch resource "deployments"`}},
		{"no right to create", reader, deployment(ns, "other"), 2, []string{"Error from server (Forbidden): comparing deployment/other: ", `cannot create resource "deployments"`}},
		{"immutable", c, job, 2, []string{"Error from server (Invalid): comparing job/once: applying it would be refused: ", "field is immutable", "kubectl replace --force"}},
		{"no such namespace", c, deployment("e2e-nowhere", "cart"), 2, []string{`Error from server (NotFound): comparing deployment/cart: the cluster has no namespace "e2e-nowhere", and the input neither`}},
		{"a namespace of the input", c, space + deployment("e2e-later", "cart"), 1, []string{"note: deployment/cart is new and shown as in the manifest: "}},
		{"no such kind", c, "apiVersion: agones.dev/v1\nkind: Fleet\nmetadata: {name: x, namespace: " + ns + "}\nspec: {containers: []}\n---\n" +
			"apiVersion: keda.sh/v1\nkind: ScaledJob\nmetadata: {name: x, namespace: " + ns + "}\nspec: {jobTargetRef: {template: {spec: {containers: [{name: x}]}}}}\n", 2,
			[]string{"error: comparing scaledjob/x: the cluster has no kind ScaledJob in keda.sh/v1"}},
		{"no name", c, "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-, namespace: " + ns + "}\nspec: {containers: [{name: x}]}\n", 2, []string{"has no name, so that it can't be applied"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.who.rrsa(t, tt.in, "diff", "--account-id", account, "-")
			if got.code != tt.code || (got.code == 2) != (got.stdout == "") {
				t.Errorf("want exit code %d, got %+v", tt.code, got)
			}
			for _, want := range tt.stderr {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("want stderr with %q, got %+v", want, got)
				}
			}
		})
	}
}

// TestDiffCustomResource: a custom resource has no strategic merge.
func TestDiffCustomResource(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.apply(t, `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Rollout, plural: rollouts, singular: rollout}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`)
	t.Cleanup(func() { c.delete(t, "customresourcedefinition", "", "rollouts.argoproj.io") })
	in := strings.ReplaceAll(deployment(ns, "cart"), "apiVersion: apps/v1\nkind: Deployment", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout")
	eventually(t, "the kind Rollout", func() error {
		if got := c.kubectlWith(t, in, "apply", "-f", "-"); got.code != 0 {
			return errors.New(got.stderr)
		}
		return nil
	})
	diff := func() result { return c.rrsa(t, in, "diff", "--account-id", account, "-") }
	if got := diff(); got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/argoproj.io.v1alpha1.Rollout."+ns+".cart\n") ||
		!slices.Contains(changed(got.stdout), "+value: acs:ram::"+account+":role/shop-cart") {
		t.Errorf("want the injection, got %+v", got)
	}
	c.apply(t, c.rrsa(t, in, "preview", "-q", "--account-id", account, "-").stdout)
	if got := diff(); got.code != 0 || got.stdout != "" {
		t.Errorf("want no difference, got %+v", got)
	}
}

// TestDiffPods: what pods have, and what they would get if they were created now.
func TestDiffPods(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.account(t, ns, "none", "not a role")
	pod := func(name, account string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\nspec: {serviceAccountName: %s, containers: [{name: cart, image: \"cart:1\"}]}\n", name, ns, account)
	}
	injected := func(in string, args ...string) string {
		t.Helper()
		got := c.rrsa(t, in, append([]string{"preview", "-q", "--account-id", account, "-"}, args...)...)
		if got.code != 0 {
			t.Fatalf("previewing: %+v", got)
		}
		return got.stdout
	}
	c.apply(t, pod("missing", "cart"))
	c.apply(t, injected(pod("ok", "cart")))
	c.apply(t, injected(pod("stale", "cart"), "--webhook-version", "0.3.1"))
	c.apply(t, strings.ReplaceAll(injected(pod("orphaned", "cart")), "serviceAccountName: cart", "serviceAccountName: none"))
	c.apply(t, pod("plain", "none"))
	c.apply(t, pod("done", "cart"))
	if got := c.kubectl(t, "patch", "pod", "done", "-n", ns, "--subresource=status", "-p", `{"status":{"phase":"Succeeded"}}`); got.code != 0 {
		t.Fatalf("ending a pod: %+v", got)
	}
	for _, tt := range []struct {
		pod, stderr string
		code        int
		changed     []string
	}{
		{"ok", "pod/ok ok\n", 0, []string{}},
		{"plain", "pod/plain not-applicable: RoleNameInvalid: ", 0, []string{}},
		{"done", "pod/done not-applicable: PodFinished: ", 0, []string{}},
		{"stale", "pod/stale stale: InjectionStale: ", 1, []string{
			"+- name: ALIBABA_CLOUD_STS_ENDPOINT", "+value: sts-vpc.cn-hangzhou.aliyuncs.com",
			"+- name: ALIBABA_CLOUD_STS_REGION", "+value: cn-hangzhou",
			"+- name: ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", `+value: "true"`,
		}},
		{"missing", "pod/missing missing: InjectionMissing: ", 1, nil},
		{"orphaned", "pod/orphaned orphaned: RoleNameInvalid: ", 1, nil},
	} {
		t.Run(tt.pod, func(t *testing.T) {
			got := c.rrsa(t, "", "diff", "--account-id", account, "-n", ns, "pod/"+tt.pod)
			if got.code != tt.code || !strings.HasPrefix(got.stderr, tt.stderr) || strings.Contains(got.stdout, "kube-api-access") {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tt.changed, changed(got.stdout)); tt.changed != nil && diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
			name := "v1.Pod." + ns + "." + tt.pod
			if got.code == 1 && !strings.HasPrefix(got.stdout, "--- live/"+name+"\n+++ expected/"+name+"\n") {
				t.Errorf("want the sides' names, got %+v", got)
			}
		})
	}
	t.Run("all of a missing injection", func(t *testing.T) {
		missing := changed(c.rrsa(t, "", "diff", "-q", "--account-id", account, "-n", ns, "pod/missing").stdout)
		orphaned := changed(c.rrsa(t, "", "diff", "-q", "--account-id", account, "-n", ns, "pod/orphaned").stdout)
		fields := func(lines []string) []string {
			var out []string
			for _, l := range lines {
				// The name of the container is first where there is nothing else.
				if text := strings.TrimPrefix(l[1:], "- "); text != "name: cart" {
					out = append(out, text)
				}
			}
			return out
		}
		if diff := cmp.Diff(fields(missing), fields(orphaned)); diff != "" || len(missing) < 15 {
			t.Errorf("want an orphaned pod to lose what a missing one gets (-missing +orphaned):\n%s", diff)
		}
	})
	for _, tt := range []struct {
		name, stderr string
		resources    []string
		args         []string
	}{
		{"unknown", "pod/ok unknown: NamespaceUnknown: ", nil, []string{"pod/ok", "--account-id", account}},
		// Whoever can't list pods isn't told the account by another pod.
		{"values-unknown", "pod/missing unknown: AccountIDUnknown: ", []string{"serviceaccounts", "namespaces"}, []string{"pod/missing"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := "diff-" + tt.name
			c.allow(t, user, ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: append(tt.resources, "pods"), Verbs: []string{"get"}})
			reader := c.with(c.user(t, user))
			var got result
			eventually(t, "the right to get pods", func() error {
				if got = reader.rrsa(t, "", append([]string{"diff", "-n", ns}, tt.args...)...); strings.Contains(got.stderr, `cannot get resource "pods"`) {
					return errors.New(got.stderr)
				}
				return nil
			})
			if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, tt.stderr) || !strings.Contains(got.stderr, "error: of some pods it isn't known what they would get") {
				t.Errorf("want an error, got %+v", got)
			}
		})
	}
	t.Run("workload and pod", func(t *testing.T) {
		c.apply(t, deployment(ns, "cart"))
		got := c.rrsa(t, "", "diff", "--account-id", account, "-n", ns, "deployment/cart", "pod/stale")
		if got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/apps.v1.Deployment."+ns+".cart\n+++ injected/apps.v1.Deployment."+ns+".cart\n") ||
			!strings.Contains(got.stdout, "+++ injected/v1.Pod."+ns+".stale\n") || !strings.HasPrefix(got.stderr, "deployment/cart injected: ") {
			t.Errorf("want both, got %+v", got)
		}
		preview := c.rrsa(t, "", "preview", "-q", "--account-id", account, "-n", ns, "deployment/cart")
		whole := c.rrsa(t, "", "diff", "-q", "-C", "1000", "--account-id", account, "-n", ns, "deployment/cart")
		var after strings.Builder
		for line := range strings.Lines(whole.stdout) {
			if line[0] == ' ' || line[0] == '+' && !strings.HasPrefix(line, "+++") {
				after.WriteString(line[1:])
			}
		}
		if diff := cmp.Diff(preview.stdout, after.String()); diff != "" {
			t.Errorf("want what preview prints (-want +got):\n%s", diff)
		}
	})
	if pods, err := c.client(t).CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{}); err != nil || len(pods.Items) != 6 {
		t.Errorf("want no pod but those that the test made, got %d, %v", len(pods.Items), err)
	}
}
