package plugin

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/test/scripts"
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
		Cmds:                scripts.Commands(),
		UpdateScripts:       *update,
	})
}
