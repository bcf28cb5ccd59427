package cluster

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Unreachable says why a cluster can't be asked at all: nothing is there, the user isn't
// known there, or no answer came in time.
type Unreachable struct {
	// Server is the address that was asked.
	Server string
	// Late tells that no answer came in time. Other requests may still be answered.
	Late bool

	why   string
	cause error
}

// Error implements error.
func (e *Unreachable) Error() string {
	return fmt.Sprintf("asking the cluster at %s: %s", e.Server, e.why)
}

// Unwrap has client-go tell which requests to repeat.
func (e *Unreachable) Unwrap() error { return e.cause }

// transport is what every request goes through. It gives each of them a time, and says
// in the user's words why none is answered.
type transport struct {
	next   http.RoundTripper
	server string
	// timeout is how long an answer may take; 0 for any time.
	timeout time.Duration
	waiting *waiting
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, stop := r.Context(), func() {}
	if t.timeout > 0 {
		ctx, stop = context.WithTimeout(ctx, t.timeout)
	}
	t.waiting.begin(t.server)
	response, err := t.next.RoundTrip(r.WithContext(ctx))
	t.waiting.end()
	switch {
	case err != nil:
		defer stop()
		if late := t.late(r, ctx, err); late != nil || r.Context().Err() != nil {
			return nil, cmp.Or(late, err)
		}
		return nil, &Unreachable{Server: t.server, why: err.Error() + ": check the address in the kubeconfig, and the network", cause: err}
	case response.StatusCode == http.StatusUnauthorized:
		defer stop()
		_ = response.Body.Close() // it says no more than that
		return nil, &Unreachable{Server: t.server, why: "your credentials are not accepted: log in again, or choose another user with --user or --context"}
	}
	response.Body = answer{response.Body, stop, func(err error) error { return cmp.Or(t.late(r, ctx, err), err) }}
	return response, nil
}

// late is the error of a request that has run out of time; nil for any other, also for
// one that the caller has stopped.
func (t transport) late(r *http.Request, ctx context.Context, err error) error {
	if ctx.Err() != context.DeadlineExceeded || r.Context().Err() != nil {
		return nil
	}
	return &Unreachable{
		Server: t.server, Late: true, cause: err,
		why: fmt.Sprintf("it has not answered within %s: check the network, or give it more time with --request-timeout", t.timeout),
	}
}

// answer is what a server sends, which has to be read in the request's time.
type answer struct {
	io.ReadCloser
	stop context.CancelFunc
	// explain makes the error of an answer that breaks off.
	explain func(error) error
}

// Read implements io.Reader.
func (a answer) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = a.explain(err)
	}
	return n, err
}

// Close implements io.Closer.
func (a answer) Close() error {
	defer a.stop()
	return a.ReadCloser.Close()
}

// patience is how long a person waits without being told for what.
const patience = 2 * time.Second

// Line is one line on a terminal, and nothing elsewhere.
type Line interface {
	Show(text string)
	Clear()
}

// waiting says for what a run waits, until the first answer comes.
type waiting struct {
	line Line

	mu    sync.Mutex
	timer *time.Timer
	over  bool
}

func (w *waiting) begin(server string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.line == nil || w.timer != nil {
		return
	}
	w.timer = time.AfterFunc(patience, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.over {
			w.line.Show("waiting for " + server + "…")
		}
	})
}

func (w *waiting) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil && !w.over {
		w.over = true
		w.timer.Stop()
		w.line.Clear()
	}
}
