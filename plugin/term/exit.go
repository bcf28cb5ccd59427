package term

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Exit codes. Every verb that answers with differences or findings has 1 for
// them, so that they can't be taken for a failure.
const (
	ExitOK      = 0
	ExitDiffers = 1
	ExitError   = 2
	// ExitInterrupted is what a shell has for a program that Ctrl-C ends.
	ExitInterrupted = 130
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
	switch {
	case err == nil:
		return ExitOK
	case IsDiffers(err):
		return ExitDiffers
	case errors.Is(err, ErrInterrupted):
		return ExitInterrupted
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

// ErrInterrupted ends a command that a person has interrupted.
var ErrInterrupted = errors.New("interrupted")

// Interrupted is the error of a command: what fails after an interrupt fails
// because of it.
func Interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || IsDiffers(err) {
		return err
	}
	return ErrInterrupted
}

// Interruptible reads what knows no context, such as stdin, and waits for it no
// longer than the context lasts.
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
