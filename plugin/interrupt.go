package plugin

import (
	"context"
	"errors"
)

// errInterrupted ends a command that a person has interrupted.
var errInterrupted = errors.New("interrupted")

// interrupted is the error of a command: what fails after an interrupt fails
// because of it.
func interrupted(ctx context.Context, err error) error {
	var differs differsError
	if err == nil || ctx.Err() == nil || errors.As(err, &differs) {
		return err
	}
	return errInterrupted
}

// interruptible reads what knows no context, such as stdin, and waits for it no
// longer than the context lasts.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
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
