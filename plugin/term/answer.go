package term

import (
	"context"
	"io"
	"sync"
	"time"
)

// Answer is stdout, and what decides when a run may be left: at any time but while
// an answer is written or something is there that has to be removed. So what stdout
// gets is whole or nothing, and no step of a run has to ask whether it is over.
type Answer struct {
	out   io.Writer
	mu    sync.Mutex
	held  int
	ended bool
}

// NewAnswer returns the stdout of one run.
func NewAnswer(out io.Writer) *Answer { return &Answer{out: out} }

// patience is how long a run that is left may take to end by itself: what heeds the
// context tidies up, such as a line on the terminal.
const patience = 200 * time.Millisecond

// onItsWay is how long a signal that was sent before the end of a run may need to be
// seen. Who has sent one wants to know that it was heeded.
const onItsWay = 10 * time.Millisecond

// Run does the work. When the context ends no answer begins any more, and Run returns,
// unless something is held; then the work goes on to its own end.
func (a *Answer) Run(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		select {
		case <-ctx.Done():
		case <-time.After(onItsWay):
		}
		return Interrupted(ctx, err)
	case <-ctx.Done():
	}
	a.mu.Lock()
	a.ended = a.held == 0
	a.mu.Unlock()
	if !a.ended {
		return Interrupted(ctx, <-done)
	}
	select {
	case <-done:
	case <-time.After(patience):
	}
	return Interrupted(ctx, ErrInterrupted)
}

// Write implements io.Writer. An answer that has begun is held to the end of the run.
func (a *Answer) Write(p []byte) (int, error) {
	if err := a.hold(); err != nil {
		return 0, err
	}
	return a.out.Write(p)
}

func (a *Answer) hold() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return ErrInterrupted
	}
	a.held++
	return nil
}

// Hold keeps a run from being left until release is called. Whoever holds it has to
// heed the context. It fails in a run that is over.
func Hold(out io.Writer) (release func(), err error) {
	a, ok := out.(*Answer)
	if !ok {
		return func() {}, nil
	}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.held--
	}, a.hold()
}

// File is what stdout really is, for who has to know whether it is a terminal, and
// for another program that writes to it.
func File(out io.Writer) io.Writer {
	if a, ok := out.(*Answer); ok {
		return a.out
	}
	return out
}
