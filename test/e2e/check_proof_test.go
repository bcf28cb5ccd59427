package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// testCheckProof: what comes back of the dry run decides, and why nothing could be asked for
// is said.
func testCheckProof(t *testing.T, l *live) {
	failed, unproven := map[string]string{"injection": "failed"}, map[string]string{"injection": "unknown"}
	says := func(t *testing.T, got checked, all ...string) {
		t.Helper()
		for _, s := range all {
			if !strings.Contains(got.of(t, "injection"), s) {
				t.Errorf("want %q, got %s", s, got.of(t, "injection"))
			}
		}
	}
	t.Run("answers errors", func(t *testing.T) {
		l.webhook.fail(true)
		defer l.webhook.fail(false)
		says(t, l.checks(t, failed), "WebhookFails", "did not act", "failurePolicy is Ignore")
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.FailurePolicy = new(admissionregistrationv1.Fail) })
		defer func() {
			l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
				h.FailurePolicy = new(admissionregistrationv1.Ignore)
			})
			l.webhook.fail(false)
			l.makes(t, "shop", "injected")
		}()
		l.makes(t, "shop", "refused")
		says(t, l.checks(t, failed), "WebhookFails", "failed calling webhook", "kubectl logs deployment/"+webhookApp)
	})
	t.Run("another account", func(t *testing.T) {
		other := componentConfig()
		other.AccountID = "1999999999999999"
		l.webhook.configure("shop", other)
		defer l.webhook.configure("shop", componentConfig())
		says(t, l.checks(t, failed), "WebhookInjectsOtherwise", `env[ALIBABA_CLOUD_ROLE_ARN]: webhook "acs:ram::1999999999999999:role/good-role", ours "acs:ram::`+accountID, "kubectl rrsa config")
	})
	t.Run("another setting than was read", func(t *testing.T) {
		other := componentConfig()
		other.AutoInjectSTSEnvVars = false
		l.webhook.configure("shop", other)
		defer l.webhook.configure("shop", componentConfig())
		says(t, l.checks(t, failed), "ours \"cn-hangzhou\"", "what these settings make: --auto-inject-sts-env-vars=false")
	})
	t.Run("another order", func(t *testing.T) {
		l.webhook.reorder("shop", true)
		defer l.webhook.reorder("shop", false)
		says(t, l.checks(t, map[string]string{"injection": "warning"}), "rules.md §2, injected variables come after the container's own: the webhook does otherwise: app: webhook")
	})
	t.Run("no init containers", func(t *testing.T) {
		other := componentConfig()
		other.InitContainers = false
		l.webhook.configure("shop", other)
		defer l.webhook.configure("shop", componentConfig())
		got := l.checks(t, map[string]string{"injection": "warning"})
		says(t, got, "rules.md §3, init containers are injected: the webhook does otherwise", "as init containers are: so it does")
		if !strings.Contains(got.of(t, "webhook-settings"), "for other verbs give --init-containers=false") {
			t.Error(got.of(t, "webhook-settings"))
		}
		l.checks(t, nil, "--init-containers=false")
	})
	t.Run("refused", func(t *testing.T) {
		lift := l.quota(t, "shop")
		defer func() {
			lift()
			l.makes(t, "shop", "injected")
		}()
		says(t, l.checks(t, unproven), "InjectionNotProven", "the API server refuses", "quota")
	})
	t.Run("an API server without native sidecars", func(t *testing.T) {
		p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if r.Method == http.MethodPost && strings.Contains(string(body), `"restartPolicy":"Always"`) {
				refuse(t, w, apierrors.NewBadRequest(`Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.initContainers[1].restartPolicy"`))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			apiServer.ServeHTTP(w, r)
		})
		older := &live{cluster: l.with(p.kubeconfig), webhook: l.webhook}
		says(t, older.checks(t, nil), "native sidecars are injected as init containers are: not shown: the API server knows no native sidecars")
	})
	t.Run("no role", func(t *testing.T) {
		l.must(t, "", "annotate", "serviceaccount", "good", "-n", "shop", annotationRole+"-")
		defer l.annotate(t, "shop", "good", "good-role")
		says(t, l.checks(t, unproven), `no ServiceAccount with a valid role-name is known in "shop"`, "kubectl annotate serviceaccount NAME "+annotationRole+"=ROLE_NAME -n shop")
	})
	t.Run("not enabled", func(t *testing.T) {
		says(t, l.checks(t, unproven, "-n", "default"), `namespace "default" has no label`, "kubectl label namespace default "+labelInjection+"=on")
		l.must(t, "", "label", "namespace", "shop", labelInjection+"-")
		defer func() {
			l.must(t, "", "label", "namespace", "shop", labelInjection+"=on")
			l.makes(t, "shop", "injected")
		}()
		says(t, l.checks(t, map[string]string{"webhook-selects": "warning", "injection": "unknown"}), "no namespace is known to have the label")
	})
}

// testCheckSettings: what nobody could read is settled by the dry run as far as that shows it.
func testCheckSettings(t *testing.T, l *live) {
	says := func(t *testing.T, got checked, all ...string) {
		t.Helper()
		for _, s := range all {
			if !strings.Contains(got.of(t, "webhook-settings"), s) {
				t.Errorf("want %q, got %s", s, got.of(t, "webhook-settings"))
			}
		}
	}
	without := componentConfig()
	without.AutoInjectSTSEnvVars = false
	t.Run("release not readable", func(t *testing.T) {
		l.webhook.configure("shop", without)
		defer l.webhook.configure("shop", componentConfig())
		l.allow(t, "prover", "", mayProve(t)...)
		u := &live{cluster: l.with(l.user(t, "prover")), webhook: l.webhook}
		l.deploy(t, "shop", "three", 1)
		defer func() {
			l.must(t, "", "delete", "deployment", "three", "-n", "shop")
			l.must(t, "", "delete", "pods", "--all", "-n", "shop", "--force", "--grace-period=0")
		}()
		states := func(flags ...string) map[string]int {
			var e diagnosed
			got := u.rrsa(t, "", append([]string{"explain", "deployment/three", "-n", "shop", "-o", "json"}, flags...)...)
			if err := json.Unmarshal([]byte(got.stdout), &e); err != nil {
				t.Fatalf("%+v: %v", got, err)
			}
			if len(e.Items) == 1 {
				e = e.Items[0]
			}
			return e.Pods.States
		}
		if got := states(); got["unknown"] != 1 {
			t.Fatalf("want a pod whose state is open, got %v", got)
		}
		got := u.checks(t, nil)
		says(t, got, "webhookVersion 0.4.2: live, deployment", "settled by the dry run: autoInjectSTSEnvVars=false, initContainers=true")
		_, flags, _ := strings.Cut(got.of(t, "webhook-settings"), "for other verbs give ")
		flags, _, _ = strings.Cut(flags, "\n")
		if got := states(strings.Fields(flags)...); got["ok"] != 1 {
			t.Errorf("want %q to settle it, got %v", flags, got)
		}
	})
	unread := l.spoilt(t, map[string]http.HandlerFunc{"/namespaces/kube-system/secrets": forbidden(t)})
	image := func(t *testing.T, tag string) {
		l.must(t, "", "set", "image", "deployment/"+webhookApp, "-n", "kube-system", "webhook=webhook:"+tag)
		l.must(t, "", "rollout", "status", "deployment/"+webhookApp, "-n", "kube-system", "--timeout=1m")
		l.ready(t, 1)
	}
	t.Run("nothing readable", func(t *testing.T) {
		image(t, "latest")
		defer image(t, "v0.4.2-g1f0c3a7-aliyun")
		says(t, unread.checks(t, nil), "settled by the dry run: webhookVersion=0.4.2, autoInjectSTSEnvVars=true")
		older := without
		older.WebhookVersion = "0.4.0"
		l.webhook.configure("shop", older)
		defer l.webhook.configure("shop", componentConfig())
		// It might as well be 0.3.1.
		says(t, unread.checks(t, map[string]string{"webhook-settings": "unknown"}), "SettingNotKnown", "webhookVersion and autoInjectSTSEnvVars could not be read", "--webhook-version", "--auto-inject-sts-env-vars")
		unread.checks(t, nil, "--webhook-version=0.4.0", "--auto-inject-sts-env-vars=false")
	})
	t.Run("a newer version", func(t *testing.T) {
		says(t, l.checks(t, map[string]string{"webhook-settings": "warning"}, "--webhook-version=0.4.4"), "WebhookVersionUnlisted", "the rules of 0.4.2 are used")
	})
	t.Run("another version than runs", func(t *testing.T) {
		got := l.checks(t, map[string]string{"webhook-settings": "warning", "injection": "failed"}, "--webhook-version=0.3.1")
		says(t, got, "WebhookVersionDiffers", "give --webhook-version 0.4.2")
	})
	t.Run("a version without the setting", func(t *testing.T) {
		older := componentConfig()
		older.WebhookVersion = "0.3.1"
		l.webhook.configure("shop", older)
		defer l.webhook.configure("shop", componentConfig())
		image(t, "v0.3.1-aliyun")
		defer image(t, "v0.4.2-g1f0c3a7-aliyun")
		says(t, unread.checks(t, nil), "autoInjectSTSEnvVars changes nothing in this version")
	})
}

// testCheckAccess: a right that is missing is named, and what hangs on it isn't claimed.
func testCheckAccess(t *testing.T, l *live) {
	rights := append(mayProve(t), rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get", "list"}})
	as := func(name string, rules []rbacv1.PolicyRule) *live {
		l.allow(t, name, "", rules...)
		return &live{cluster: l.with(l.user(t, name)), webhook: l.webhook}
	}
	drop := func(resource string) []rbacv1.PolicyRule {
		out := slices.Clone(rights)
		for i := range out {
			out[i].Resources = slices.DeleteFunc(slices.Clone(out[i].Resources), func(r string) bool { return r == resource })
			if len(out[i].Resources) == 0 && len(out[i].NonResourceURLs) == 0 {
				out[i].Verbs = nil
			}
		}
		return slices.DeleteFunc(out, func(r rbacv1.PolicyRule) bool { return len(r.Verbs) == 0 })
	}
	says := func(t *testing.T, got checked, name string, all ...string) {
		t.Helper()
		for _, s := range all {
			if !strings.Contains(got.of(t, name), s) {
				t.Errorf("want %q, got %s", s, got.of(t, name))
			}
		}
	}
	t.Run("documented", func(t *testing.T) {
		got := as("documented", documentedRole(t).Rules).checks(t, map[string]string{"injection": "unknown", "webhook-settings": "unknown"})
		says(t, got, "injection", `you may not create pods in "shop"`, "ask for permission to create pods")
	})
	t.Run("one right", func(t *testing.T) {
		got := as("nodeless", drop("nodes")).checks(t, map[string]string{"permissions": "failed"})
		says(t, got, "permissions", "PermissionMissing", "you may not list nodes", "for the region", "docs/cluster.md")
	})
	t.Run("the webhook's Deployment", func(t *testing.T) {
		got := as("deploymentless", drop("deployments")).checks(t, map[string]string{"permissions": "failed"})
		says(t, got, "webhook-ready", "the webhook has answered the dry run", "in itself: it isn't known whether the webhook is running")
		says(t, got, "permissions", "get deployments.apps/"+webhookApp+" in kube-system")
	})
	t.Run("what the cluster doesn't have", func(t *testing.T) {
		u := as("rolloutless", drop("rollouts"))
		u.checks(t, nil)
		l.serves(t, "argoproj.io", "Rollout")
		defer l.delete(t, "customresourcedefinition", "", "rollouts.argoproj.io")
		says(t, u.checks(t, map[string]string{"permissions": "failed"}), "permissions", "you may not get rollouts.argoproj.io in default")
	})
	t.Run("the registration", func(t *testing.T) {
		got := as("hookless", drop("mutatingwebhookconfigurations")).checks(t, map[string]string{
			"webhook-registered": "unknown", "webhook-ready": "skipped", "webhook-certificate": "skipped", "webhook-selects": "skipped", "permissions": "failed",
		})
		says(t, got, "webhook-registered", "WebhookNotReadable")
	})
	t.Run("namespaces", func(t *testing.T) {
		u := as("nameless", drop("namespaces"))
		want := map[string]string{"webhook-selects": "unknown", "injection": "unknown", "permissions": "failed"}
		says(t, u.checks(t, want), "webhook-selects", "Namespaces may not be listed")
		l.allow(t, "nameless", "shop", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get"}})
		says(t, u.checks(t, map[string]string{"permissions": "failed"}, "-n", "shop"), "webhook-selects", "other Namespaces may not be listed")
	})
}

// testCheckWait: checks are repeated until they pass, or the time is over.
func testCheckWait(t *testing.T, l *live) {
	l.hold(t, true)
	begin := time.Now()
	got := l.rrsa(t, "", "check", "--wait", "3s")
	if took := time.Since(begin); got.code != 1 || took < 3*time.Second || strings.Count(got.stdout, "webhook-ready ") != 1 || strings.Contains(got.stderr, "waiting for") {
		t.Errorf("want one list after the time, and no progress but on a terminal, got %+v after %s", got, took)
	}
	var waiting sync.WaitGroup
	waiting.Go(func() { got = l.rrsa(t, "", "check", "--wait", "2m") })
	time.Sleep(time.Second)
	l.hold(t, false)
	waiting.Wait()
	if got.code != 0 || got.stderr != "" || strings.Count(got.stdout, "webhook-ready ") != 1 {
		t.Errorf("want it to pass when the webhook is ready, got %+v", got)
	}
	t.Run("the API server is away meanwhile", func(t *testing.T) {
		var lists atomic.Int32
		p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/mutatingwebhookconfigurations") {
				switch lists.Add(1) {
				case 1:
					l.webhook.fail(true)
				case 2:
					refuse(t, w, apierrors.NewServiceUnavailable("starting"))
					return
				case 3:
					panic(http.ErrAbortHandler)
				default:
					l.webhook.fail(false)
				}
			}
			apiServer.ServeHTTP(w, r)
		})
		got := l.with(p.kubeconfig).rrsa(t, "", "check", "--wait", "1m")
		if got.code != 0 || got.stderr != "" || lists.Load() < 4 {
			t.Errorf("want it to be waited for, got %+v after %d lists", got, lists.Load())
		}
	})
	t.Run("the API server stays away", func(t *testing.T) {
		var lists atomic.Int32
		p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/mutatingwebhookconfigurations") && lists.Add(1) > 1 {
				refuse(t, w, apierrors.NewServiceUnavailable("starting"))
				return
			}
			apiServer.ServeHTTP(w, r)
		})
		l.hold(t, true)
		defer l.hold(t, false)
		got := l.with(p.kubeconfig).rrsa(t, "", "check", "--wait", "3s")
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "starting") {
			t.Errorf("want no list that isn't true any more, got %+v", got)
		}
	})
}
