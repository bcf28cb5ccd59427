package term

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// manifestEndings are what the names of manifests end in.
var manifestEndings = []string{"yaml", "yml", "json"}

// HasManifestEnding tells whether a file's name ends as those of manifests do.
func HasManifestEnding(name string) bool {
	return slices.Contains(manifestEndings, strings.TrimPrefix(filepath.Ext(name), "."))
}

// CompleteFiles offers manifests and directories for arguments.
func CompleteFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return slices.Clone(manifestEndings), cobra.ShellCompDirectiveFilterFileExt
}

// CompleteManifest offers manifests for a flag that names one.
func CompleteManifest(cmd *cobra.Command, flag string) {
	if err := cmd.MarkFlagFilename(flag, manifestEndings...); err != nil {
		panic(err) // a mistake in this program, which every start would show
	}
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
