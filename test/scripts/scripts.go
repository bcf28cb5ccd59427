// Package scripts holds the commands that the project's testscripts have beside
// testscript's own.
package scripts

import (
	"errors"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// Commands are the commands by their names.
func Commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "fails": fails, "empty": empty}
}

// exits runs a program as exec does and wants one exact exit code:
// "exits 1 program argument...".
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits code program [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != want {
		ts.Fatalf("want exit code %d, got %v", want, err)
	}
}

// fails is exits for what prints nothing on stdout: "fails 2 program argument...".
func fails(ts *testscript.TestScript, _ bool, args []string) {
	exits(ts, false, args)
	empty(ts, false, []string{"stdout"})
}

// empty checks that files, or stdout and stderr, hold nothing.
func empty(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		if text := ts.ReadFile(name); text != "" {
			ts.Fatalf("%s is not empty:\n%s", name, text)
		}
	}
}
