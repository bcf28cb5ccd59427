package plugin

import "errors"

// Exit codes. Every verb that answers with differences or findings has 1 for
// them, so that they can't be taken for a failure.
const (
	exitOK      = 0
	exitDiffers = 1
	exitError   = 2
)

// errDiffers ends a check that has found differences.
var errDiffers = errors.New("the manifests are not as an injection would make them: see the lines with \"differs\"")

// exitCode maps an error to the exit code.
func exitCode(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errDiffers):
		return exitDiffers
	}
	return exitError
}
