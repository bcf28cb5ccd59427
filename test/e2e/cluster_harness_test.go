package e2e

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestControlPlane pins what the other tests rely on.
func TestControlPlane(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, "team", "shop")

	t.Run("version", func(t *testing.T) {
		got := c.kubectl(t, "version")
		if got.code != 0 || strings.Count(got.stdout, "v1.36.3") != 2 {
			t.Errorf("want kubectl and the API server in v1.36.3, got %+v", got)
		}
	})
	t.Run("plugin", func(t *testing.T) {
		if got := c.rrsa(t, "", "version"); got.code != 0 || got.stdout == "" {
			t.Errorf("want the plugin's version, got %+v", got)
		}
		if got := c.rrsa(t, "", "preview", "--local", "--no-such-flag"); got.code != 2 || got.stdout != "" || got.stderr == "" {
			t.Errorf("want exit code 2 and an error, got %+v", got)
		}
	})
	t.Run("issuer", func(t *testing.T) {
		got := c.kubectl(t, "get", "--raw", "/.well-known/openid-configuration")
		if !strings.Contains(got.stdout, `"issuer":"`+issuer+`"`) {
			t.Errorf("want issuer %s, got %+v", issuer, got)
		}
	})
	t.Run("workload", func(t *testing.T) {
		if got := c.kubectl(t, "create", "deployment", "web", "--image=web:1", "--replicas=2", "-n", ns); got.code != 0 {
			t.Fatal(got)
		}
		eventually(t, "two pods", func() error {
			pods, err := c.client(t).CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
			if err == nil && len(pods.Items) != 2 {
				err = errors.New("not there yet")
			}
			return err
		})
	})
	t.Run("user", func(t *testing.T) {
		viewer := c.with(c.user(t, "viewer"))
		if got := viewer.kubectl(t, "get", "pods", "-n", ns); got.code == 0 || !strings.Contains(got.stderr, `User "viewer" cannot list`) {
			t.Errorf("want no right, got %+v", got)
		}
		c.allow(t, "viewer", ns, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list"}})
		eventually(t, "the right to list", func() error {
			if got := viewer.kubectl(t, "get", "pods", "-n", ns); got.code != 0 {
				return errors.New(got.stderr)
			}
			return nil
		})
		if got := viewer.kubectl(t, "get", "pods", "-A"); got.code == 0 {
			t.Errorf("want the right in one namespace alone, got %+v", got)
		}
	})
	t.Run("token", func(t *testing.T) {
		token := c.kubectl(t, "create", "token", "default", "-n", ns)
		if token.code != 0 {
			t.Fatal(token)
		}
		got := c.kubectl(t, "auth", "whoami", "--token", strings.TrimSpace(token.stdout), "-o", "jsonpath={.status.userInfo.username}")
		if want := "system:serviceaccount:" + ns + ":default"; got.stdout != want {
			t.Errorf("want the API server to know its token as %s, got %+v", want, got)
		}
	})
}

// TestProxy pins what a spoilt connection looks like to kubectl.
func TestProxy(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t)
	p := c.proxy(t, pass)
	through := c.with(p.kubeconfig)
	list := func() result { return through.kubectl(t, "get", "serviceaccounts", "-n", ns, "-o", "json") }
	if got := list(); got.code != 0 || !strings.Contains(got.stdout, `"name": "default"`) {
		t.Fatalf("want the ServiceAccount, got %+v", got)
	}
	onLists := func(h handler) handler {
		return func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/serviceaccounts") {
				h(w, r, apiServer)
			} else {
				apiServer.ServeHTTP(w, r)
			}
		}
	}
	p.set(onLists(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		refuse(t, w, apierrors.NewResourceExpired("the list is too old"))
	}))
	if got := list(); got.code == 0 || !strings.Contains(got.stderr, "the list is too old") {
		t.Errorf("want a 410, got %+v", got)
	}
	p.set(onLists(func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) { cut(w, r, apiServer, 20) }))
	if got := list(); got.code == 0 || strings.Contains(got.stdout, `"default"`) {
		t.Errorf("want a connection that breaks, got %+v", got)
	}
}
