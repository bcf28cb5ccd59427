package plugin

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// TestMain lets the test binary be the plugin when a script calls it so.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"kubectl-rrsa": func() {
			os.Exit(Main(os.Args[1:], os.Getenv("RRSA_TEST_VERSION"), genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
		},
	})
}

// TestScripts runs testdata/script/*.txtar, with the plugin as a process.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"fails": fails,
			"empty": empty,
		},
		UpdateScripts: *update,
	})
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
