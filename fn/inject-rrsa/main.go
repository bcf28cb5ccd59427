// Command inject-rrsa is the KRM function.
package main

import (
	"os"
	"runtime/debug"

	"github.com/kubectl-rrsa/rrsa/fn"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(fn.GCPercent)
	}
	os.Exit(fn.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
