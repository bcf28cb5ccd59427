// Command kubectl-rrsa is the kubectl plugin "kubectl rrsa".
package main

import (
	"os"
	"runtime/debug"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin"
)

// version is set by the linker for a release.
var version string

func main() {
	if os.Getenv("GOGC") == "" {
		// So much is used at the start that a command on one file would collect once.
		debug.SetGCPercent(200)
	}
	os.Exit(plugin.Main(os.Args[1:], version, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
}
