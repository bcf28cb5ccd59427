package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	c.account(t, ns, "cart", roleName, "shop-cart")
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
		return c.rrsa(t, stdin, append([]string{"diff", "--account-id", accountID, "-f", "-"}, args...)...)
	}

	got := diff(in, "-v", "1")
	if got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/apps.v1.Deployment."+ns+".cart\n+++ merged/apps.v1.Deployment."+ns+".cart\n@@ -0,0 +1,") ||
		!slices.Contains(changed(got.stdout), "+value: acs:ram::"+accountID+":role/shop-cart") {
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

	preview := c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-")
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
		cmd := c.command(t, "rrsa", "diff", "--account-id", accountID, "-q", "-")
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
		live := c.rrsa(t, "", "diff", "--account-id", accountID, "-n", ns, "deployment/plain", "--from-version", "0.3.1")
		if live.code != 1 || !strings.HasPrefix(live.stdout, "--- webhook-0.3.1/apps.v1.Deployment."+ns+".plain\n") {
			t.Errorf("want what the upgrade changes in the live object, got %+v", live)
		}
		// The injection that was applied with a manifest is the workload's own.
		if own := c.rrsa(t, "", "diff", "--account-id", accountID, "-n", ns, "deployment/cart", "--from-version", "0.3.1"); own.code != 0 {
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
	preview := c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-")
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
			got := c.rrsa(t, tt.in, append([]string{"diff", "--account-id", accountID, "-"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) || (got.code != 1) != (got.stdout == "") {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tt.changed, changed(got.stdout)); tt.changed != nil && diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDiffForced: Flux and Argo CD force conflicts, so they are no error for their
// managers, and stderr says what they take over.
func TestDiffForced(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	in := strings.Replace(deployment(ns, "web"), "          value: info\n", "          value: debug\n", 1)
	preview := c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-")
	c.apply(t, preview.stdout, "--server-side", "--field-manager", "kubectl")
	in = deployment(ns, "web")
	const field = `from "kubectl" .spec.template.spec.containers[name="app"].env[name="LOG"].value`
	forced := func(manager, tool string) string {
		return fmt.Sprintf("note: deployment/web: %q takes over what others manage, as %s forces conflicts (--force-conflicts=false makes them an error): %s\n", manager, tool, field)
	}
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stderr string
	}{
		{"Flux", []string{"kustomize-controller"}, 1, forced("kustomize-controller", "Flux")},
		{"Flux's Helm", []string{"helm-controller"}, 1, forced("helm-controller", "Flux")},
		{"Argo CD", []string{"argocd-controller"}, 1, forced("argocd-controller", "Argo CD")},
		{"Flux, not forced", []string{"kustomize-controller", "--force-conflicts=false"}, 2, "Error from server (Conflict): comparing deployment/web: Apply failed with 1 conflict"},
		{"anybody else", []string{"ci"}, 2, "--force-conflicts takes the fields over"},
		{"anybody else, forced", []string{"ci", "--force-conflicts"}, 1, `note: deployment/web: "ci" takes over what others manage: ` + field + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.rrsa(t, in, append([]string{"diff", "--account-id", accountID, "-", "--server-side", "--field-manager"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) {
				t.Errorf("want exit code %d and %q, got %+v", tt.code, tt.stderr, got)
			}
			want := []string{"-value: debug", "+value: info"}
			if tt.code == 2 {
				want = []string{}
			}
			if diff := cmp.Diff(want, changed(got.stdout)); diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
			if only := "only kubectl has set"; strings.Contains(got.stderr, only) {
				t.Errorf("want no %q, as the manifest has all of it, got %+v", only, got)
			}
		})
	}
	t.Run("what only kubectl has set", func(t *testing.T) {
		if got := c.kubectl(t, "label", "deployment", "web", "-n", ns, "by=hand"); got.code != 0 {
			t.Fatal(got)
		}
		got := c.rrsa(t, in, "diff", "--account-id", accountID, "-", "--server-side", "--field-manager", "kustomize-controller")
		if !strings.Contains(got.stderr, "note: deployment/web: Flux also removes what only kubectl has set and the manifest doesn't have, which a dry run can't show\n") {
			t.Errorf("want a note about the label, got %+v", got)
		}
	})
}
