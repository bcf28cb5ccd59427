package plugin

import "errors"

// Exit codes. Every verb that answers with differences or findings has 1 for
// them, so that they can't be taken for a failure.
const (
	exitOK      = 0
	exitDiffers = 1
	exitError   = 2
)

// differsError ends a check that has found differences. Its text says where they
// are told.
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
	}
	return exitError
}
