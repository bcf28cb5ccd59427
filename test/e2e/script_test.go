package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rrsa/rrsa/test/scripts"
)

var update = flag.Bool("update", false, "write the expected output of testdata/script anew")

// TestScripts runs testdata/script/*.txtar with the real kubectl, which finds the
// plugin on PATH, on a control plane of its own: what it says of a whole cluster
// is pinned. Each script has namespaces of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t)
	c.profile(t, accountID, clusterID)
	c.kubectl(t, "label", "namespace", "default", "made-by=kubernetes") // warms kubectl's caches
	testscript.RunT(oneByOne{t}, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scripts.Commands(),
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KUBECONFIG", c.used)
			env.Setenv("HOME", c.home)
			env.Setenv("PATH", strings.Join([]string{c.plugins, c.programs, os.Getenv("PATH")}, string(os.PathListSeparator)))
			// Injected pods tell the next script which cluster it is.
			env.Defer(func() { c.kubectl(t, "delete", "pods", "--all", "-A", "--force", "--grace-period=0") })
			return nil
		},
	})
}

// oneByOne keeps scripts from running at the same time.
type oneByOne struct{ *testing.T }

func (oneByOne) Parallel() {}

func (oneByOne) Verbose() bool { return testing.Verbose() }

func (o oneByOne) Run(name string, f func(testscript.T)) {
	o.T.Run(name, func(t *testing.T) { f(oneByOne{t}) })
}
