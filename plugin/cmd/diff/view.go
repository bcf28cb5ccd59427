package diff

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// view is how differences are shown.
type view struct {
	context int
	color   string
	stat    bool
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

func (v *view) add(cmd *cobra.Command) {
	cmd.Flags().IntVarP(&v.context, "context-lines", "C", 3, "number of unchanged lines around each change")
	cmd.Flags().StringVar(&v.color, "color", "auto", "color the diff: auto, which is on a terminal, always or never")
	cmd.Flags().BoolVar(&v.stat, "stat", false, "print how many lines differ in each file instead of the lines")
	term.Complete(cmd, "color", colors...)
	term.CompleteWith(cmd, "context-lines", cobra.NoFileCompletions)
}

// check refuses values that there aren't.
func (v *view) check() error {
	switch {
	case v.context < 0:
		return fmt.Errorf("checking --context-lines %d: want 0 or more", v.context)
	case !slices.Contains(colors, v.color):
		return fmt.Errorf("checking --color %q: want auto, always or never", v.color)
	}
	return nil
}

// errShown ends a run that has shown differences.
const errShown = term.Differs("")

// show writes what differs, or lets KUBECTL_EXTERNAL_DIFF do it. It returns
// errShown if anything does.
func (v *view) show(ctx context.Context, streams genericiooptions.IOStreams, c comparison) error {
	if command := os.Getenv(externalDiff); strings.TrimSpace(command) != "" && !v.stat {
		return c.showWith(ctx, command, streams)
	}
	if !slices.ContainsFunc(c.all(), textdiff.Pair.Differs) {
		return nil
	}
	out := term.File(streams.Out)
	format := textdiff.Format{
		From: c.from, To: c.to, Context: v.context,
		Color: v.color == "always" || v.color == "auto" && printers.AllowsColorOutput(out),
	}
	// Elsewhere the bytes stay what they are, so that a patch applies.
	if format.Color || printers.IsTerminal(out) {
		format.Clean = printable.Text
	}
	text := format.Unified(c.pairs)
	format.From, format.To = c.podsFrom, "expected"
	text += format.Unified(c.pods)
	if v.stat {
		text = format.Stat(c.all())
	}
	if err := term.Write(streams.Out, []byte(text), "the differences"); err != nil {
		return err
	}
	return errShown
}
