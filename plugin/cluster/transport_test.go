package cluster

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestUnreachable: the errors of a cluster that can't be asked are in the user's words,
// whatever was about to be read.
func TestUnreachable(t *testing.T) {
	stuck := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/nodes"):
			w.WriteHeader(http.StatusUnauthorized)
		case strings.Contains(r.URL.Path, "/pods"):
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusOK) // and then nothing
			w.(http.Flusher).Flush()
			<-stuck
		default:
			<-stuck
		}
	}))
	defer server.Close()
	defer close(stuck)
	c := openWith(t, server.URL, "100ms", Options{})
	gone := openWith(t, "http://127.0.0.1:1", "0", Options{})
	read := func(c *Cluster, what string) error {
		var err error
		switch what {
		case "nodes":
			_, err = c.core.Nodes().List(t.Context(), metav1.ListOptions{})
		case "pods":
			_, err = c.core.Pods("").List(t.Context(), metav1.ListOptions{})
		case "metadata":
			_, err = NewLookup(t.Context(), c).Namespace("shop")
		case "types":
			_, err = c.Objects("pod/cart")
		}
		return err
	}
	late := "asking the cluster at " + server.URL + ": it has not answered within 100ms: check the network, or give it more time with --request-timeout"
	for _, tt := range []struct {
		name string
		c    *Cluster
		what string
		late bool
		want string
	}{
		{"the user isn't known", c, "nodes", false, "asking the cluster at " + server.URL + ": your credentials are not accepted: log in again, or choose another user with --user or --context"},
		{"no answer", c, "metadata", true, late},
		{"no end of an answer", c, "pods", true, late},
		{"no answer about types", c, "types", true, late},
		{"nobody is there", gone, "nodes", false, "asking the cluster at http://127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused: check the address in the kubeconfig, and the network"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := read(tt.c, tt.what)
			u, ok := errors.AsType[*Unreachable](err)
			if !ok || u.Late != tt.late || !strings.Contains(err.Error(), u.Error()) {
				t.Fatalf("want an Unreachable in the error, got %v", err)
			}
			if diff := cmp.Diff(tt.want, u.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("stopped by the caller", func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer stop()
		_, err := c.core.ConfigMaps("").List(ctx, metav1.ListOptions{})
		if u, ok := errors.AsType[*Unreachable](err); ok || err == nil {
			t.Errorf("want the caller's own end, got %v", u)
		}
	})
}

// lines records what is shown on a terminal.
type lines struct {
	mu    sync.Mutex
	shown []string
}

func (l *lines) add(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shown = append(l.shown, text)
}
func (l *lines) Show(text string) { l.add(text) }
func (l *lines) Clear()           { l.add("") }

// TestWaiting: who waits is told for what, once, until the first answer.
func TestWaiting(t *testing.T) {
	var asked sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, again := asked.LoadOrStore("", true); !again || strings.Contains(r.URL.Path, "/slow") {
			time.Sleep(patience + 200*time.Millisecond)
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	line := &lines{}
	c := openWith(t, server.URL, "30s", Options{Waiting: line})
	for _, name := range []string{"first", "fast", "slow"} {
		if _, err := c.core.ConfigMaps("shop").Get(t.Context(), name, metav1.GetOptions{}); err == nil {
			t.Fatal("want no ConfigMap")
		}
	}
	if diff := cmp.Diff([]string{"waiting for " + server.URL + "…", ""}, line.shown); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
