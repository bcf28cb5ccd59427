// Command inject-rrsa is the KRM function.
package main

import (
	"os"

	"github.com/kubectl-rrsa/rrsa/fn"
)

func main() { os.Exit(fn.Main(os.Args[1:], fn.Input(os.Stdin), os.Stdout, os.Stderr)) }
