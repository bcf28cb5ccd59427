package term

import (
	"context"
	"errors"
	"testing"
)

// TestInterrupted: what comes after an interrupt is no answer of its own.
func TestInterrupted(t *testing.T) {
	fault, differs := errors.New("fault"), Differs("it differs")
	over, stop := context.WithCancel(t.Context())
	stop()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		err  error
		want error
		code int
	}{
		{"fails", t.Context(), fault, fault, ExitError},
		{"differs", t.Context(), differs, differs, ExitDiffers},
		{"fails after an interrupt", over, fault, ErrInterrupted, ExitInterrupted},
		{"differs after an interrupt", over, differs, ErrInterrupted, ExitInterrupted},
		{"answers after an interrupt", over, nil, ErrInterrupted, ExitInterrupted},
		{"answers", t.Context(), nil, nil, ExitOK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := Interrupted(tc.ctx, tc.err)
			if !errors.Is(err, tc.want) || ExitCode(err) != tc.code {
				t.Errorf("want %v with exit code %d, got %v with %d", tc.want, tc.code, err, ExitCode(err))
			}
		})
	}
}

// TestInterruptible: what blocks is left when the context ends.
func TestInterruptible(t *testing.T) {
	if got, err := Interruptible(t.Context(), func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("want 7, got %d and %v", got, err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Interruptible(over, func() (int, error) { select {} }); !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, got %v", err)
	}
}
