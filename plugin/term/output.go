package term

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/printers"
)

// Write writes all of a text, or fails. what names it in the error.
func Write(w io.Writer, data []byte, what string) error {
	n, err := w.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", what, err)
	}
	return nil
}

// Progress is one line on a terminal, and nothing elsewhere.
type Progress struct {
	// W is where the line is shown.
	W     io.Writer
	shown bool
}

// Show replaces the line. The text has to be plain.
func (p *Progress) Show(text string) {
	if !p.shown && !printers.IsTerminal(p.W) {
		return
	}
	p.shown = true
	fmt.Fprint(p.W, "\r\x1b[K"+text)
}

// Clear takes the line away.
func (p *Progress) Clear() {
	if p.shown {
		fmt.Fprint(p.W, "\r\x1b[K")
	}
	p.shown = false
}

// manifestEndings are what the names of manifests end in.
var manifestEndings = []string{"yaml", "yml", "json"}

// HasManifestEnding tells whether a file's name ends as those of manifests do.
func HasManifestEnding(name string) bool {
	return slices.Contains(manifestEndings, strings.TrimPrefix(filepath.Ext(name), "."))
}

// CompleteFiles offers manifests and directories.
func CompleteFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return slices.Clone(manifestEndings), cobra.ShellCompDirectiveFilterFileExt
}

// Complete offers fixed values for a flag.
func Complete(cmd *cobra.Command, flag string, values ...cobra.Completion) {
	CompleteWith(cmd, flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// CompleteWith offers values for a flag. A flag that isn't there is a mistake in
// this program, which every start would show.
func CompleteWith(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err)
	}
}
