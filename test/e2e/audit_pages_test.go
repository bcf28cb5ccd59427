package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// manyPods makes pods with 8 workers.
func (c *cluster) manyPods(t testing.TB, from, to int, namespace string, make func(i int) *corev1.Pod) {
	t.Helper()
	client := c.client(t).CoreV1().Pods(namespace)
	var next atomic.Int64
	next.Store(int64(from))
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < to; i = int(next.Add(1)) - 1 {
				if _, err := client.Create(t.Context(), make(i), metav1.CreateOptions{}); err != nil {
					t.Errorf("making the pod %d: %v", i, err)
					return
				}
			}
		})
	}
	workers.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// TestAuditPages: what may happen between one page of pods and the next.
func TestAuditPages(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injection, "on")
	c.account(t, ns, "app", roleName, "app-role")
	const all = 1100 // three pages
	c.manyPods(t, 0, all, ns, func(i int) *corev1.Pod { return pod(fmt.Sprintf("p-%04d", i), "app") })

	var lists atomic.Int64
	// onPage spoils the answers to the lists of pods, counted from 1.
	onPage := func(spoil func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler)) handler {
		lists.Store(0)
		return func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			// The cluster's identity is read from a page of pods, too.
			if strings.HasSuffix(r.URL.Path, "/namespaces/"+ns+"/pods") {
				spoil(lists.Add(1), w, r, apiServer)
			} else {
				apiServer.ServeHTTP(w, r)
			}
		}
	}
	p := c.proxy(t, pass)
	through := c.with(p.kubeconfig)
	args := []string{"-n", ns, "--cluster-id", clusterID, "--region", "cn-hangzhou",
		"--oidc-provider-arn", "acs:ram::" + accountID + ":oidc-provider/ack-rrsa-" + clusterID}
	audit := func(code int) (audited, result) {
		t.Helper()
		return through.audit(t, code, args...)
	}
	complete := func(t *testing.T, got audited, inconsistent bool) {
		t.Helper()
		if len(got.of(ns)) != all || got.Summary.Pods != all || got.Summary.States["missing"] != all || got.Summary.Inconsistent != inconsistent {
			t.Errorf("want %d pods, each once, and inconsistent to be %t, got %d, %+v", all, inconsistent, len(got.of(ns)), got.Summary)
		}
	}
	// first is how many lists come before the audit's own.
	p.set(onPage(func(_ int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		apiServer.ServeHTTP(w, r)
	}))
	got, _ := audit(1)
	complete(t, got, false)
	first := lists.Load() - 3
	if first < 0 {
		t.Fatalf("want three pages, got %d", lists.Load())
	}

	t.Run("expired", func(t *testing.T) {
		// With the token that the API server gives: the rest of the list as it is now.
		p.set(onPage(func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if n == first+2 {
				err := apierrors.NewResourceExpired("the provided continue parameter is too old")
				err.ErrStatus.Continue = r.URL.Query().Get("continue")
				refuse(t, w, err)
				return
			}
			apiServer.ServeHTTP(w, r)
		}))
		got, out := audit(1)
		complete(t, got, true)
		if strings.Count(out.stderr, "expired while it was read") != 1 {
			t.Errorf("want it said once, got %q", out.stderr)
		}
	})
	t.Run("expired without a token", func(t *testing.T) {
		p.set(onPage(func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if n == first+2 {
				refuse(t, w, apierrors.NewResourceExpired("the list is too old"))
				return
			}
			apiServer.ServeHTTP(w, r)
		}))
		got, out := audit(1)
		complete(t, got, false)
		if strings.Contains(out.stderr, "expired") {
			t.Errorf("want nothing said of a list that is whole, got %q", out.stderr)
		}
	})
	t.Run("always expired", func(t *testing.T) {
		for _, token := range []string{"", "same"} {
			p.set(onPage(func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
				if r.URL.Query().Get("continue") != "" {
					err := apierrors.NewResourceExpired("the list is too old")
					err.ErrStatus.Continue = token
					refuse(t, w, err)
					return
				}
				apiServer.ServeHTTP(w, r)
			}))
			if _, out := audit(2); !strings.HasPrefix(out.stderr, "Error from server (Expired): reading the pods: the list is too old") {
				t.Errorf("want the error, got %q", out.stderr)
			}
		}
	})
	t.Run("too many requests", func(t *testing.T) {
		p.set(onPage(func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if n == first+2 {
				refuse(t, w, apierrors.NewTooManyRequests("slow down", 1))
				return
			}
			apiServer.ServeHTTP(w, r)
		}))
		got, _ := audit(1)
		complete(t, got, false)
	})
	t.Run("gone away", func(t *testing.T) {
		// In the middle of a page, and before it.
		for output, bytes := range map[string]int{"text": 1000, "json": 1000, "jsonl": 1000, "wide": 0} {
			p.set(onPage(func(n int64, w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
				if n >= first+2 && bytes == 0 {
					panic(http.ErrAbortHandler)
				} else if n >= first+2 {
					cut(w, r, apiServer, bytes)
					return
				}
				apiServer.ServeHTTP(w, r)
			}))
			got := through.rrsa(t, "", append([]string{"audit", "-o", output}, args...)...)
			if got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "error: reading the pods: ") {
				t.Errorf("-o %s: want an error and no report, got %+v", output, got)
			}
		}
	})
}
