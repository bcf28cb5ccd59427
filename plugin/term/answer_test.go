package term

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// TestAnswer: a run is left when its context ends, but not in the middle of an answer
// or while something is held.
func TestAnswer(t *testing.T) {
	fault, differs := errors.New("fault"), Differs("it differs")
	for _, tc := range []struct {
		name string
		// work gets what ends the context.
		work func(out *Answer, stop func()) error
		want error
		out  string
	}{
		{"nothing ends it", func(out *Answer, _ func()) error { fmt.Fprint(out, "all"); return differs }, differs, "all"},
		{"it doesn't heed the end", func(_ *Answer, stop func()) error { stop(); select {} }, Stopped(syscall.SIGTERM), ""},
		{"it fails after the end", func(_ *Answer, stop func()) error { stop(); return fault }, Stopped(syscall.SIGTERM), ""},
		{"the answer has begun", func(out *Answer, stop func()) error {
			fmt.Fprint(out, "a")
			stop()
			fmt.Fprint(out, "ll")
			return nil
		}, Stopped(syscall.SIGTERM), "all"},
		{"the answer has begun, and fails", func(out *Answer, stop func()) error { fmt.Fprint(out, "a"); stop(); return fault }, Stopped(syscall.SIGTERM), "a"},
		{"something is held", func(out *Answer, stop func()) error {
			release, err := Hold(out)
			stop()
			release()
			fmt.Fprint(out, "all")
			return err
		}, Stopped(syscall.SIGTERM), "all"},
		{"a signal is on its way", func(_ *Answer, stop func()) error { go stop(); return nil }, Stopped(syscall.SIGTERM), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			var text strings.Builder
			out := NewAnswer(&text)
			err := out.Run(ctx, func() error { return tc.work(out, func() { cancel(Stopped(syscall.SIGTERM)) }) })
			if !errors.Is(err, tc.want) || text.String() != tc.out {
				t.Errorf("want %v and %q, got %v and %q", tc.want, tc.out, err, text.String())
			}
		})
	}
}

// TestAnswerIsOver: who was left behind writes nothing.
func TestAnswerIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var text strings.Builder
	out, late, wrote := NewAnswer(&text), make(chan bool), make(chan error)
	err := out.Run(ctx, func() error {
		cancel()
		<-late
		_, err := fmt.Fprint(out, "too late")
		_, holdErr := Hold(out)
		wrote <- errors.Join(err, holdErr)
		return nil
	})
	close(late)
	if late := <-wrote; !errors.Is(err, ErrInterrupted) || !errors.Is(late, ErrInterrupted) || text.Len() > 0 {
		t.Errorf("got %v, then %v and %q", err, late, text.String())
	}
	if ExitCode(Stopped(syscall.SIGHUP)) != 129 || ExitCode(Stopped(syscall.SIGTERM)) != 143 || ExitCode(ErrInterrupted) != ExitInterrupted {
		t.Error("the exit codes are not those of a shell")
	}
}
