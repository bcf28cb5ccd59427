package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/clientcmd"
)

// as gives a user one of Kubernetes' roles, in a namespace or in all if it is empty. These
// roles are put together of others by a controller that doesn't run here, so that their
// parts are given.
func (l *live) as(t *testing.T, user, ns, role string) {
	t.Helper()
	parts := map[string][]string{"view": {"view"}, "edit": {"view", "edit"}}[role]
	for _, part := range parts {
		args := []string{"create", "clusterrolebinding", user + "-" + part}
		if ns != "" {
			args = []string{"create", "rolebinding", user + "-" + part, "-n", ns}
		}
		l.must(t, "", append(args, "--clusterrole=system:aggregate-to-"+part, "--user="+user)...)
	}
	to := []string{"list", "pods", "-A"}
	if ns != "" {
		to = []string{"list", "pods", "-n", ns}
	}
	l.with(l.user(t, user)).granted(t, to...)
}

// through is a kubeconfig of a user who asks through a proxy.
func (l *live) through(t *testing.T, p *proxy, user string) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(p.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.AuthInfos["e2e"].Impersonate = user
	path := t.TempDir() + "/kubeconfig"
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// testAccess asks about pods with six variables, with three, and with none, by users who
// may read more and more. What hangs on what they can't read isn't claimed.
func testAccess(t *testing.T, l *live) {
	l.apply(t, "access", 0, strings.ReplaceAll(enabled, "NAMESPACE", "access")+"---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: access, labels: {a: b}}}")
	l.deploy(t, "access", "six", 1)
	l.deploy(t, "access", "six-too", 2) // two others tell whose cluster it is
	l.deploy(t, "access", "six-more", 3)
	old := componentConfig()
	old.WebhookVersion = "0.3.1"
	l.webhook.configure("access", old)
	l.deploy(t, "access", "three", 4)
	l.webhook.configure("access", componentConfig())
	l.apply(t, "access", 5, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: none, namespace: access}, spec: {selector: {matchLabels: {app: none}}, template: {metadata: {labels: {app: none}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}}`)
	nextSecond()
	l.annotate(t, "access", "late", "late-role")

	var mu sync.Mutex
	var writes []string
	p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !strings.HasSuffix(r.URL.Path, "reviews") {
			mu.Lock()
			writes = append(writes, r.Method+" "+r.URL.Path)
			mu.Unlock()
			refuse(t, w, apierrors.NewForbidden(schema.GroupResource{}, "", nil))
			return
		}
		apiServer.ServeHTTP(w, r)
	})
	l.as(t, "editor", "access", "edit")
	l.as(t, "viewer", "access", "view")
	l.as(t, "overseer", "", "view")
	l.allow(t, "reader", "", documentedRole(t).Rules...)
	const version, auto = "webhookVersion", "autoInjectSTSEnvVars"
	type hangs struct{ setting, flag, permission string }
	onVersion := hangs{version, "--webhook-version", "get deployments in kube-system"}
	onAuto := hangs{auto, "--auto-inject-sts-env-vars", "list and get secrets in kube-system"}
	t.Run("by", func(t *testing.T) {
		for _, user := range []struct {
			name    string
			hangs   []hangs
			restart bool
		}{
			{"editor", []hangs{onVersion, onAuto}, false},
			{"viewer", []hangs{onVersion, onAuto}, false},
			{"overseer", []hangs{onAuto}, false},
			{"reader", []hangs{onAuto}, true},
		} {
			t.Run(user.name, func(t *testing.T) {
				t.Parallel()
				u := &live{cluster: l.with(l.through(t, p, user.name)), webhook: l.webhook}
				u.asks(t, symptom{"", "access", "deployment/six", "six", "ok", "", "", "", false})
				e := u.asks(t, symptom{"", "access", "deployment/three", "three", "unknown", "SettingNotKnown", "", "", false})
				for _, h := range user.hangs {
					if !strings.Contains(e.Cause.Message, h.setting) || !strings.Contains(e.Cause.Next, h.flag) || !strings.Contains(e.Cause.Next, h.permission) {
						t.Errorf("want %+v, got %+v", h, e.Cause)
					}
				}
				if len(user.hangs) == 1 && strings.Contains(e.Cause.Message+e.Cause.Next, version) {
					t.Errorf("want no word of what was read, got %+v", e.Cause)
				}
				none := symptom{"", "access", "deployment/none", "none", "missing", "RoleNameMaybeNewer", "ask for permission to list mutatingwebhookconfigurations", "unproven", false}
				if user.restart {
					none.next, none.outcome, none.command = "kubectl rollout restart deployment/none -n access", "fixes", true
				}
				u.asks(t, none)
			})
		}
		t.Run("owner not readable", func(t *testing.T) {
			t.Parallel()
			rules := documentedRole(t).Rules
			for i, r := range rules {
				if len(r.APIGroups) == 1 && r.APIGroups[0] == "apps" {
					rules[i].Resources = []string{"replicasets"}
				}
			}
			l.allow(t, "half", "", rules...)
			u := &live{cluster: l.with(l.through(t, p, "half")), webhook: l.webhook}
			pods := l.kubectl(t, "get", "pods", "-n", "access", "-l", "app=none", "-o", "name")
			u.asks(t, symptom{"", "access", strings.TrimSpace(pods.stdout), "none", "missing", "RoleNameMaybeNewer", "", "unproven", false})
		})
		t.Run("nobody", func(t *testing.T) {
			t.Parallel()
			u := l.with(l.through(t, p, "nobody"))
			for _, args := range []string{"explain deployment/none", "audit", "diff deployment/none"} {
				got := u.rrsa(t, "", append(strings.Fields(args), "-n", "access")...)
				if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "forbidden") {
					t.Errorf("%s: want to be refused, got %+v", args, got)
				}
			}
		})
	})
	if len(writes) > 0 {
		t.Errorf("want nothing written, got %q", writes)
	}
}
