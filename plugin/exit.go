package plugin

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Exit codes. Every verb that answers with differences or findings has 1 for
// them, so that they can't be taken for a failure.
const (
	exitOK      = 0
	exitDiffers = 1
	exitError   = 2
	// exitInterrupted is what a shell has for a program that Ctrl-C ends.
	exitInterrupted = 130
)

// differsError ends a check that has found differences. Its text says where they
// are told; it is empty where stdout tells them.
type differsError string

func (e differsError) Error() string { return string(e) }

// exitCode maps an error to the exit code.
func exitCode(err error) int {
	var differs differsError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &differs):
		return exitDiffers
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	return exitError
}

// errorPrefix is what stands before an error: kubectl's words for one that the API
// server has given.
func errorPrefix(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Reason != "" {
		return fmt.Sprintf("Error from server (%s):", status.Status().Reason)
	}
	return "error:"
}
