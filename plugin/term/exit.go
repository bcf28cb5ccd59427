package term

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Exit codes. Every verb that answers with differences or findings has 1 for
// them, so that they can't be taken for a failure.
const (
	ExitOK      = 0
	ExitDiffers = 1
	ExitError   = 2
	// ExitInterrupted is what a shell has for a program that Ctrl-C ends, and exitSignal
	// what it adds to the number of any signal.
	ExitInterrupted = exitSignal + int(syscall.SIGINT)
	exitSignal      = 128
)

// Differs ends a check that has found differences. Its text says where they are
// told; it is empty where stdout tells them.
type Differs string

// Error implements error.
func (e Differs) Error() string { return string(e) }

// IsDiffers tells whether an error is one of differences that were found.
func IsDiffers(err error) bool {
	var differs Differs
	return errors.As(err, &differs)
}

// ExitCode maps an error to the exit code.
func ExitCode(err error) int {
	var stopped Stopped
	switch {
	case err == nil:
		return ExitOK
	case IsDiffers(err):
		return ExitDiffers
	case errors.As(err, &stopped):
		return exitSignal + int(stopped)
	}
	return ExitError
}

// ErrorPrefix is what stands before an error: kubectl's words for one that the API
// server has given.
func ErrorPrefix(err error) string {
	if reason := apierrors.ReasonForError(err); reason != metav1.StatusReasonUnknown {
		return fmt.Sprintf("Error from server (%s):", reason)
	}
	return "error:"
}

// Stopped ends a command that a signal has stopped.
type Stopped syscall.Signal

// ErrInterrupted ends a command that a person has interrupted.
const ErrInterrupted = Stopped(syscall.SIGINT)

// Error implements error.
func (s Stopped) Error() string {
	if s == ErrInterrupted {
		return "interrupted"
	}
	return "stopped by a signal: " + syscall.Signal(s).String()
}

// StopOnSignal returns a context that ends with the first signal that asks the program
// to end, with a Stopped as its cause. A second one ends what doesn't heed the first.
func StopOnSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as nohup has it
			signal.Notify(signals, s)
		}
	}
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			number, _ := s.(syscall.Signal)
			cancel(Stopped(number))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// Interrupted is the error of a command. Whatever comes after a signal, the signal is
// why it ends, as a shell has it.
func Interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	var stopped Stopped
	if errors.As(context.Cause(ctx), &stopped) {
		return stopped
	}
	return ErrInterrupted
}

// Interruptible waits for what knows no context no longer than the context lasts, so
// that what is held can be let go.
func Interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		value, err := read()
		done <- answer{value, err}
	}()
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
