package plugin

import (
	"context"
	"errors"
	"testing"
)

// TestInterrupted: what fails after an interrupt is no failure of its own.
func TestInterrupted(t *testing.T) {
	fault := errors.New("fault")
	over, stop := context.WithCancel(t.Context())
	stop()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		err  error
		want error
		code int
	}{
		{"fails", t.Context(), fault, fault, exitError},
		{"differs", t.Context(), errPolicyDiffers, errPolicyDiffers, exitDiffers},
		{"fails after an interrupt", over, fault, errInterrupted, 130},
		{"differs after an interrupt", over, errPolicyDiffers, errPolicyDiffers, exitDiffers},
		{"has answered before it", over, nil, nil, exitOK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := interrupted(tc.ctx, tc.err)
			if !errors.Is(err, tc.want) || exitCode(err) != tc.code {
				t.Errorf("want %v with exit code %d, got %v with %d", tc.want, tc.code, err, exitCode(err))
			}
		})
	}
}

// TestInterruptible: what blocks is left when the context ends.
func TestInterruptible(t *testing.T) {
	if got, err := interruptible(t.Context(), func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("want 7, got %d and %v", got, err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if _, err := interruptible(over, func() (int, error) { select {} }); !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, got %v", err)
	}
}
