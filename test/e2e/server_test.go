package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// statefulSet mounts a volume of its claims, which is in no pod template.
func statefulSet(namespace string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: %s}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      serviceAccountName: cart
      containers:
      - name: db
        image: db:1
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`, namespace)
}

// server runs preview --dry-run=server.
func (c *cluster) server(t *testing.T, in string, args ...string) result {
	t.Helper()
	return c.rrsa(t, in, append([]string{"preview", "--dry-run=server", "--account-id", accountID, "-"}, args...)...)
}

// unmarked is an injected manifest without the marks that show whose the injection is.
func unmarked(manifest string) string { return strings.ReplaceAll(manifest, " # inject-rrsa", "") }

// noPods fails the test if a dry run has left a pod in a namespace.
func (c *cluster) noPods(t *testing.T, namespace string) {
	t.Helper()
	pods, err := c.client(t).CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) > 0 {
		t.Errorf("want no pod, got %d, %v", len(pods.Items), err)
	}
}

const noWebhook = `note: only the API server's own checks are made: the webhook isn't installed: the cluster has no MutatingWebhookConfiguration with "pod-identity" in its name` + "\n"

// TestServer: the API server checks the pods of injected templates.
func TestServer(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	reader := c.with(c.user(t, "server-reader"))
	c.allow(t, "server-reader", ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"get"}})
	c.allow(t, "server-reader", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get"}},
		rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}})
	knative := "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web, namespace: " + ns + "}\nspec: {template: {spec: {serviceAccountName: cart, containers: [{image: web}]}}}\n"
	job := "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly, namespace: " + ns + "}\nspec: {schedule: '0 0 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, serviceAccountName: cart, containers: [{name: web, image: web}]}}}}}\n"
	later := "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: later, namespace: " + ns + ", annotations: {pod-identity.alibabacloud.com/role-name: late}}\n---\n"
	for _, tt := range []struct {
		name   string
		who    *cluster
		in     string
		args   []string
		code   int
		stderr []string
	}{
		{"accepted", c, deployment(ns, "cart") + "---\n" + statefulSet(ns) + "---\n" + job, nil, 0, []string{noWebhook, "deployment/cart (" + ns + ") injected: ", "statefulset/db (" + ns + ") injected: ", "cronjob/nightly (" + ns + ") injected: "}},
		{"JSON", c, job, []string{"-o", "json"}, 0, []string{noWebhook}},
		{"no template", c, later, nil, 0, []string{"note: there is no pod template to check with the API server\n"}},
		{"a kind that isn't known", c, "apiVersion: v1\nkind: Strange\nmetadata: {name: x}\nspec: {containers: [{name: app}]}\n", nil, 0, []string{"note: stdin: strange/x is not checked: "}},
		{"quiet", c, job, []string{"-q"}, 0, nil},
		{"remove", c, job, []string{"--config", "remove"}, 0, []string{"note: only the API server's own checks are made: with the mode remove"}},
		{"invalid", c, deployment(ns, "cart") + "---\n" + strings.ReplaceAll(statefulSet(ns), "name: data, mountPath", "name: other, mountPath"), nil, 2, []string{
			"statefulset/db (" + ns + ") refused by the API server: Pod \"db-", `spec.containers[0].volumeMounts[0].name: Not found: "other"`,
			"error: the API server refuses the pods of 1 of 2 pod templates, so no manifest is written: see the lines with \"refused by the API server\"\n",
		}},
		{"unknown field", c, strings.ReplaceAll(deployment(ns, "cart"), "image:", "imagee:"), nil, 2, []string{"deployment/cart (" + ns + ") refused by the API server: ", `unknown field "spec.containers[0].imagee"`}},
		{"completed by its controller", c, knative, nil, 0, []string{"note: stdin: service/web (" + ns + ") is not checked: its controller may complete the template, ", "spec.containers[0].name: Required value"}},
		{"ServiceAccount missing", c, later + strings.ReplaceAll(deployment(ns, "cart"), "serviceAccountName: cart", "serviceAccountName: later"), nil, 2,
			[]string{"deployment/cart (" + ns + ") refused by the API server: ", "serviceaccount \"later\" not found\n", "hint: apply the ServiceAccount \"later\" first"}},
		{"namespace missing", c, deployment("e2e-nowhere", "cart"), []string{"--unresolved", "ignore"}, 2,
			[]string{`Error from server (NotFound): checking deployment/cart with the API server: the cluster has no namespace "e2e-nowhere" yet, and without it no pod can be checked: `}},
		{"forbidden", reader, deployment(ns, "cart"), nil, 2, []string{"Error from server (Forbidden): checking deployment/cart with the API server needs the permission to create pods: "}},
		{"check", c, job, []string{"--check"}, 2, []string{"error: checking the arguments: --dry-run=server checks what an injection makes"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i, arg := range tt.args {
				if arg == "remove" {
					tt.args[i] = lasting(t) + "/remove.yaml"
					write(t, "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\nspec: {mode: remove}\n", tt.args[i])
				}
			}
			got := tt.who.server(t, tt.in, tt.args...)
			if got.code != tt.code {
				t.Fatalf("want exit code %d, got %+v", tt.code, got)
			}
			for _, want := range tt.stderr {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("want stderr with %q, got %+v", want, got)
				}
			}
			if tt.stderr == nil && got.stderr != "" {
				t.Errorf("want nothing on stderr, got %+v", got)
			}
			want := ""
			if tt.code == 0 {
				want = c.rrsa(t, tt.in, append([]string{"preview", "--account-id", accountID, "-"}, tt.args...)...).stdout
			}
			if diff := cmp.Diff(want, got.stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
		})
	}
	c.noPods(t, ns)

	t.Run("live objects", func(t *testing.T) {
		c.apply(t, deployment(ns, "live")+"---\napiVersion: v1\nkind: Pod\nmetadata: {name: live, namespace: "+ns+"}\nspec: {serviceAccountName: cart, containers: [{name: web, image: web}]}\n")
		got := c.rrsa(t, "", "preview", "--dry-run=server", "--account-id", accountID, "-n", ns, "deployment/live", "pod/live")
		if got.code != 0 || !strings.Contains(got.stderr, noWebhook) || !strings.Contains(got.stdout, "ALIBABA_CLOUD_ROLE_ARN") {
			t.Errorf("want both to be accepted, got %+v", got)
		}
	})
}

// TestServerWebhook: the webhook's answer beside ours.
func TestServerWebhook(t *testing.T) {
	c := controlPlane(t)
	w := c.webhook(t)
	ns := c.shop(t, webhookLabel, "on")
	in := deployment(ns, "cart")
	check := func(t *testing.T, in string, code int, stderr ...string) result {
		t.Helper()
		got := c.server(t, in)
		if got.code != code {
			t.Fatalf("want exit code %d, got %+v", code, got)
		}
		for _, want := range stderr {
			if !strings.Contains(got.stderr, want) {
				t.Errorf("want stderr with %q, got %+v", want, got)
			}
		}
		if want := c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-").stdout; want != got.stdout {
			t.Errorf("stdout (-want +got):\n%s", cmp.Diff(want, got.stdout))
		}
		return got
	}
	own := strings.ReplaceAll(in, ownEnv, ownEnv+"        - name: ALIBABA_CLOUD_ROLE_ARN\n          value: mine\n        - name: ALIBABA_CLOUD_STS_REGION\n          valueFrom: {fieldRef: {fieldPath: metadata.name}}\n")
	const line = ") differs from the webhook: spec.containers[app]."

	t.Run("agrees", func(t *testing.T) {
		const same, none = "): the webhook makes the same pod\n", "): the cluster injects nothing into the pod either\n"
		for name, tt := range map[string]struct{ in, want string }{
			"injected":                   {in, same},
			"with claims":                {statefulSet(ns), same},
			"with variables of its own":  {own, same},
			"by another ServiceAccount":  {strings.ReplaceAll(in, "serviceAccountName: cart", "serviceAccountName: default"), none},
			"injected before":            {c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "--webhook-version", "0.1.1", "-").stdout, same},
			"injected without the marks": {unmarked(c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-").stdout), ") has all of the injection in fields of its own, so its pod doesn't show whether the webhook acts\n"},
		} {
			got := check(t, tt.in, 0, tt.want)
			if strings.Contains(got.stderr, "differs") || strings.Contains(got.stderr, "did not act") || strings.Count(got.stderr, "webhook")+strings.Count(got.stderr, "injects nothing") != 1 {
				t.Errorf("%s: want one line about the webhook, got %+v", name, got)
			}
		}
	})
	t.Run("other values", func(t *testing.T) {
		other := componentConfig()
		other.AccountID, other.WebhookVersion = "1111111111111111", "0.3.1"
		w.configure(ns, other)
		defer w.configure(ns, componentConfig())
		check(t, in, 1,
			line+`env[ALIBABA_CLOUD_ROLE_ARN]: webhook "acs:ram::1111111111111111:role/shop-cart", ours "acs:ram::`+accountID+`:role/shop-cart"`+"\n",
			line+`env[ALIBABA_CLOUD_STS_REGION]: webhook none, ours "cn-hangzhou"`+"\n",
			"error: the cluster's webhook makes other pods of 1 of 1 pod templates: see the lines with \"differs from the webhook\"\n")
		// What is injected in flow style carries no mark.
		check(t, strings.ReplaceAll(statefulSet(ns), "containers:\n      - name: db\n        image: db:1\n        volumeMounts: [{name: data, mountPath: /data}]", "containers: [{name: db, image: db}]"), 1,
			"statefulset/db ("+ns+") differs from the webhook: spec.containers[db].env[ALIBABA_CLOUD_ROLE_ARN]: ")
		// The result may be injected already; the webhook is asked about it without.
		check(t, c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-").stdout, 1, line+"env[ALIBABA_CLOUD_ROLE_ARN]: ")
		if got := c.server(t, in, "-q"); got.code != 1 || !strings.HasSuffix(got.stderr, ", which --quiet hides\n") || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("want the error alone, got %+v", got)
		}
	})
	t.Run("the webhook isn't called", func(t *testing.T) {
		ns := c.shop(t)
		const silent = "): the webhook did not act on the pod: it comes back with nothing of the injection\n  warning: WebhookSkipsNamespace: "
		got := check(t, deployment(ns, "cart"), 1, "stdin: deployment/cart ("+ns+silent,
			"error: the cluster's webhook did not act on the pods of 1 of 1 pod templates: see the lines with \"did not act\"\n")
		if strings.Contains(got.stderr, "differs from the webhook") {
			t.Errorf("want one line instead of one for each field, got %+v", got)
		}
		// What is to be injected into nobody doesn't count.
		both := deployment(ns, "cart") + "---\n" + statefulSet(ns) + "---\n" + strings.ReplaceAll(deployment(ns, "plain"), "serviceAccountName: cart", "serviceAccountName: default")
		got = check(t, both, 1, "the webhook did not act on the pods of all 2 pod templates to inject: they come back with nothing of the injection\n  warning: WebhookSkipsNamespace: ",
			"error: the cluster's webhook did not act on the pods of 2 of 3 pod templates: ", "deployment/plain ("+ns+"): the cluster injects nothing into the pod either\n")
		if n := strings.Count(got.stderr, "WebhookSkipsNamespace"); n != 1 {
			t.Errorf("want the cause once, got %d in %+v", n, got)
		}
		// With one where it is, each has its line.
		check(t, deployment(ns, "cart")+"---\n"+in, 1, "stdin: deployment/cart ("+ns+silent, "): the webhook makes the same pod\n", "did not act on the pods of 1 of 2 pod templates")
	})
	t.Run("the webhook is called and fails", func(t *testing.T) {
		w.fail(true)
		defer w.fail(false)
		check(t, in, 1, "the webhook did not act on the pod: ", "  the API server calls it for the pod; its failurePolicy is Ignore, so it may fail or not answer at all\n")
	})
	t.Run("the webhook injects what we don't", func(t *testing.T) {
		file := lasting(t) + "/old.yaml"
		write(t, "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\nspec: {webhookVersion: 0.1.1}\n", file)
		ns := c.namespace(t, webhookLabel, "on")
		c.account(t, ns, "cart", roleName, "shop-cart")
		in := strings.ReplaceAll(deployment(ns, "cart"), "labels:\n        app: cart\n", "labels:\n        app: cart\n        "+injectionLabel+": \"on\"\n")
		got := c.server(t, in, "--config", file)
		if got.code != 1 || !strings.Contains(got.stderr, line+`env[ALIBABA_CLOUD_ROLE_ARN]: webhook "acs:ram::`+accountID+`:role/shop-cart", ours none`) {
			t.Errorf("want an injection by the webhook alone, got %+v", got)
		}
	})
	t.Run("the input's objects are others", func(t *testing.T) {
		in := fmt.Sprintf("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart, namespace: %s, annotations: {pod-identity.alibabacloud.com/role-name: new}}\n---\n", ns) + in
		got := check(t, in, 0, `note: stdin: deployment/cart (`+ns+`) is not what the cluster's webhook would make of it now, which goes by the cluster's objects until the input's are applied: `+
			`ServiceAccount "cart" has annotation pod-identity.alibabacloud.com/role-name "new" in the input, "shop-cart" in the cluster`+"\n")
		if strings.Contains(got.stderr, "differs") {
			t.Errorf("want the webhook not to be blamed, got %+v", got)
		}
	})
	t.Run("the order of variables", func(t *testing.T) {
		w.reorder(ns, true)
		defer w.reorder(ns, false)
		check(t, in, 0, `note: stdin: deployment/cart (`+ns+`): in container "app" the webhook's order of variables is ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED, `)
	})
	t.Run("no right to see the webhook", func(t *testing.T) {
		creator := c.with(c.user(t, "server-creator"))
		c.allow(t, "server-creator", ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"serviceaccounts", "pods"}, Verbs: []string{"get", "create"}})
		c.allow(t, "server-creator", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get"}},
			rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}})
		var got result
		eventually(t, "the right to create pods", func() error {
			if got = creator.server(t, in); got.code != 0 {
				return errors.New(got.stderr)
			}
			return nil
		})
		if !strings.Contains(got.stderr, "): the webhook makes the same pod\n") || strings.Contains(got.stderr, "note:") {
			t.Errorf("want the comparison all the same, got %+v", got)
		}
		// What can't be judged, as the Namespace can't be read, is shown.
		blind := c.with(c.user(t, "server-blind"))
		c.allow(t, "server-blind", ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"serviceaccounts", "pods"}, Verbs: []string{"get", "create"}})
		shown := func(want string) {
			t.Helper()
			if got := blind.server(t, in, "--cluster-id", clusterID, "--region", "cn-hangzhou"); got.code != 0 || !strings.Contains(got.stderr, "; the dry run shows that the cluster injects "+want) {
				t.Errorf("want what the cluster does, got %+v", got)
			}
		}
		shown("the pod\n")
		w.fail(true)
		defer w.fail(false)
		shown("nothing into the pod\n")
		got = creator.server(t, in)
		for _, want := range []string{"the webhook did not act on the pod: ", "WebhookNotReadable: ", "hint: ask for permission to list mutatingwebhookconfigurations\n"} {
			if got.code != 1 || !strings.Contains(got.stderr, want) {
				t.Errorf("want exit code 1 and %q, got %+v", want, got)
			}
		}
	})
	c.noPods(t, ns)
}
