package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// TestLookup: what the input doesn't have is looked up in the cluster, and what it
// has wins.
func TestLookup(t *testing.T) {
	c := controlPlane(t)
	on := c.namespace(t, injectionLabel, "on")
	off := c.namespace(t)
	for _, ns := range []string{on, off} {
		c.account(t, ns, "app", roleName, "of-the-cluster")
	}
	role := func(name string) string { return "acs:ram::" + accountID + ":role/" + name }
	tests := map[string]struct {
		in     string
		want   string // on stderr
		stdout string // in stdout; empty if the input comes out as it is
	}{
		"both in the cluster": {
			in:   podYAML(on, "app", "app"),
			want: "pod/app (" + on + ") injected: role of-the-cluster of ServiceAccount " + on + "/app, into app\n", stdout: role("of-the-cluster"),
		},
		"a deployment": {
			in:   deploymentYAML(on, "app", "app"),
			want: "deployment/app (" + on + ") injected: role of-the-cluster", stdout: role("of-the-cluster"),
		},
		"both in the input alone": {
			in:   join(enabledNamespace("not-there"), serviceAccount("not-there", "app", "of-the-input"), podYAML("not-there", "app", "app")),
			want: "pod/app (not-there) injected: role of-the-input", stdout: role("of-the-input"),
		},
		"the input's ServiceAccount wins": {
			in:   join(serviceAccount(on, "app", "of-the-input"), podYAML(on, "app", "app")),
			want: "pod/app (" + on + ") injected: role of-the-input", stdout: role("of-the-input"),
		},
		"the input's Namespace wins": {
			in:   join(enabledNamespace(off), podYAML(off, "app", "app")),
			want: "pod/app (" + off + ") injected: role of-the-cluster", stdout: role("of-the-cluster"),
		},
		"the input's Namespace without the label wins": {
			in:   join(plainNamespace(on), podYAML(on, "app", "app")),
			want: "pod/app (" + on + ") not injected: NamespaceNotEnabled: ",
		},
		"no ServiceAccount": {
			in:   podYAML(on, "app", "nobody"),
			want: `NotInCluster: the cluster has no ServiceAccount "` + on + `/nobody"`,
		},
		"no Namespace": {
			in:   podYAML("not-there", "app", "app"),
			want: `NotInCluster: the cluster has no Namespace "not-there"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := c.rrsa(t, test.in, "preview", "-f", "-", "--account-id", accountID)
			if got.code != 0 || !strings.Contains(got.stderr, test.want) {
				t.Fatalf("want %q, got %+v", test.want, got)
			}
			if test.stdout == "" && got.stdout != test.in || !strings.Contains(got.stdout, test.stdout) {
				t.Errorf("want %q, or else the input as it is, got\n%s", test.stdout, got.stdout)
			}
		})
	}

	t.Run("sources", func(t *testing.T) {
		got := c.rrsa(t, join(serviceAccount(on, "app", "of-the-input"), podYAML(on, "app", "app")), "explain", "-f", "-", "--account-id", accountID)
		for _, want := range []string{"  Namespace: " + on + " (live)\n", "  ServiceAccount: app (stdin, document 1, line 1)\n"} {
			if !strings.Contains(got.stdout, want) {
				t.Errorf("want %q, got %+v", want, got)
			}
		}
	})
	t.Run("a missing ServiceAccount is unknown", func(t *testing.T) {
		got := c.rrsa(t, podYAML(on, "app", "nobody"), "preview", "-f", "-", "--account-id", accountID, "--unresolved", "error")
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "pod/app ("+on+") unknown: ") {
			t.Errorf("want an unknown verdict to be an error, got %+v", got)
		}
	})
	t.Run("forbidden", func(t *testing.T) {
		user := c.with(c.user(t, "no-lookups"))
		args := []string{"preview", "-f", "-", "--account-id", accountID, "--cluster-id", clusterID, "--region", "cn-hangzhou", "-v", "1"}
		in := podYAML(on, "app", "app")
		got := user.rrsa(t, in, args...)
		if got.code != 0 || got.stdout != in || !strings.Contains(got.stderr, "pod/app ("+on+") unknown: ") {
			t.Errorf("want an unknown verdict, got %+v", got)
		}
		for _, want := range []string{
			`NotReadable: Namespace "` + on + `" can't be read in the cluster: `, `NotReadable: ServiceAccount "` + on + `/app" can't be read in the cluster: `,
			`note: reading Namespace "` + on + `": `, "hint: ask for permission to get serviceaccounts",
		} {
			if !strings.Contains(got.stderr, want) {
				t.Errorf("want %q, got\n%s", want, got.stderr)
			}
		}
		// The one may be read without the other.
		c.allow(t, "no-lookups", on, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"get"}})
		if got := user.rrsa(t, join(enabledNamespace(on), in), args...); got.code != 0 || !strings.Contains(got.stderr, "pod/app ("+on+") injected: role of-the-cluster") {
			t.Errorf("want the pod injected, got %+v", got)
		}
	})
}

// TestLookupNamespace: objects that name no namespace are in the one that kubectl
// apply would put them in.
func TestLookupNamespace(t *testing.T) {
	c := controlPlane(t)
	first, second := c.namespace(t, injectionLabel, "on"), c.namespace(t, injectionLabel, "on")
	c.account(t, first, "app", roleName, "first")
	c.account(t, second, "app", roleName, "second")
	home := c.with(c.kubeconfig(t, t.TempDir(), c.config))
	if got := home.kubectl(t, "config", "set-context", "--current", "--namespace", first); got.code != 0 {
		t.Fatal(got)
	}
	for want, args := range map[string][]string{"first": nil, "second": {"-n", second}} {
		got := home.rrsa(t, podYAML("", "app", "app"), append([]string{"preview", "-f", "-", "--account-id", accountID}, args...)...)
		if got.code != 0 || !strings.Contains(got.stderr, ") injected: role "+want+" of ServiceAccount ") {
			t.Errorf("%q: want the ServiceAccount with the role %q, got %+v", args, want, got)
		}
	}
}

// TestLocal: with --local no kubeconfig is opened and no API server is asked.
func TestLocal(t *testing.T) {
	c := controlPlane(t)
	garbage := filepath.Join(t.TempDir(), "kubeconfig")
	write(t, "clusters: [\x00", garbage)
	in := podYAML("shop", "app", "app")
	args := []string{"preview", "-f", "-", "--account-id", accountID, "--cluster-id", clusterID, "--region", "cn-hangzhou"}
	if got := c.with(garbage).rrsa(t, in, args...); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "reading the kubeconfig: ") {
		t.Errorf("want an error about the kubeconfig, got %+v", got)
	}
	local := append(args, "--local")
	if got := c.with(garbage).rrsa(t, in, local...); got.code != 0 || got.stdout != in {
		t.Errorf("want the kubeconfig not to be read, got %+v", got)
	}

	var asked atomic.Int64
	p := c.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		asked.Add(1)
		apiServer.ServeHTTP(w, r)
	})
	if got := c.with(p.kubeconfig).rrsa(t, in, local...); got.code != 0 || asked.Load() != 0 {
		t.Errorf("want no request, got %d and %+v", asked.Load(), got)
	}
	if got := c.with(p.kubeconfig).rrsa(t, in, args...); got.code != 0 || asked.Load() == 0 {
		t.Errorf("want requests without --local, got %+v", got)
	}
}

// apply applies a manifest with kubectl.
func (c *cluster) apply(t testing.TB, manifest string, args ...string) {
	t.Helper()
	if got := c.kubectlWith(t, manifest, append([]string{"apply", "-f", "-"}, args...)...); got.code != 0 {
		t.Fatalf("applying a manifest: %+v\n%s", got, manifest)
	}
}
