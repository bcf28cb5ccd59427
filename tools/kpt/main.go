// Command kpt is kpt with the fn commands alone, for tests on machines without
// kpt. The whole of kpt can't be built from the module proxy: its alpha commands
// need a module that isn't published there.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/kptdev/kpt/commands/fn"
	kpterrors "github.com/kptdev/kpt/pkg/lib/errors"
	"github.com/kptdev/kpt/pkg/lib/errors/resolver"
	"github.com/kptdev/kpt/pkg/printer"
	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

// run says what failed as kpt's own main does.
func run() int {
	kpt := &cobra.Command{Use: "kpt", SilenceUsage: true, SilenceErrors: true}
	kpt.PersistentFlags().BoolVar(&printer.TruncateOutput, "truncate-output", true, "Enable the truncation for output")
	ctx := printer.WithContext(context.Background(), printer.New(kpt.OutOrStdout(), kpt.ErrOrStderr()))
	kpt.AddCommand(fn.GetCommand(ctx, kpt.Name()))
	err := kpt.Execute()
	if err == nil {
		return 0
	}
	if known, ok := resolver.ResolveError(err); ok {
		if known.Message != "" {
			fmt.Fprintln(os.Stderr, known.Message)
		}
		return known.ExitCode
	}
	if wrapped := (*kpterrors.Error)(nil); errors.As(err, &wrapped) {
		if inner, ok := kpterrors.UnwrapErrors(wrapped); ok {
			err = inner
		}
	}
	fmt.Fprintln(os.Stderr, "Error:", err)
	return 1
}
