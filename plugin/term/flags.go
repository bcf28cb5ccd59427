package term

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Format is the flag -o of a verb.
type Format struct {
	// Name is what was given, or the default.
	Name   string
	values []string
}

// Add adds the flag with its default and the formats that there are.
func (f *Format) Add(cmd *cobra.Command, value, usage string, values ...string) {
	f.values = values
	cmd.Flags().StringVarP(&f.Name, "output", "o", value, usage)
	Complete(cmd, "output", values...)
}

// Check refuses a format that there isn't. A verb without the flag has no formats.
func (f Format) Check() error {
	if f.values != nil && !slices.Contains(f.values, f.Name) {
		return fmt.Errorf("checking --output %q: want %s", f.Name, Choice(f.values))
	}
	return nil
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
