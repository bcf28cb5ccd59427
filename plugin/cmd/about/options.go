package about

import (
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// PointToOptions has the help of every verb name the verb options for the flags that
// all of them have: they are many and the same everywhere.
func PointToOptions(root *cobra.Command) {
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "Global Flags:\n{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}",
		"Use \"kubectl rrsa options\" for the flags that every command has.\n", 1))
}

// NewOptions returns "kubectl rrsa options".
func NewOptions(streams genericiooptions.IOStreams) *cobra.Command {
	return &cobra.Command{
		Use:   "options",
		Short: "Print the flags that every command has",
		Long: `Print the flags that every command has: which cluster is asked and as whom, as for
kubectl itself. Commands that work on files alone take them and use none.`,
		Example:               "  kubectl rrsa options",
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text := "The following options can be passed to any command:\n\n" + cmd.Root().PersistentFlags().FlagUsages()
			return term.Write(streams.Out, []byte(text), "the options")
		},
	}
}
