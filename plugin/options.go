package plugin

import (
	"strings"

	"github.com/spf13/cobra"
)

// addFlags adds the flags that every verb has.
func (c *connection) addFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	c.flags.AddFlags(flags)
	flags.BoolVarP(&c.verbose, "verbose", "v", false, "say on stderr what could not be read in the cluster, and why")
	// The default is below the home directory, whoever's that is.
	flags.Lookup("cache-dir").DefValue = "$HOME/.kube/cache"
	flags.Lookup("namespace").Usage = "namespace of objects that name none (default: that of the kubeconfig's context)"
	// They are many and the same everywhere, so that they have a verb of their own.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "Global Flags:\n{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}",
		"Use \"kubectl rrsa options\" for the flags that every command has.\n", 1))
}

func newOptions(base common) *cobra.Command {
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
			return base.write([]byte(text), "the options")
		},
	}
}
