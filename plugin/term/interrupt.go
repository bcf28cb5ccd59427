package term

import (
	"context"
	"errors"
)

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
