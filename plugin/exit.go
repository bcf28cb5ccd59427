package plugin

// Exit codes. 1 is kept for verbs that answer with findings or differences.
const (
	exitOK    = 0
	exitError = 2
)

// exitCode maps an error to the exit code.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	return exitError
}
