// Package about holds the verbs that are about the program itself: version, options
// and completion.
package about

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// PointToOptions has the help of the program and of every verb name the verb options for
// the flags that all of them have: they are many and the same everywhere.
func PointToOptions(root *cobra.Command) {
	root.SetUsageTemplate(strings.NewReplacer(
		// The program's own flags and those of all verbs are the same list to cobra.
		"{{.LocalFlags.FlagUsages", "{{.LocalNonPersistentFlags.FlagUsages",
		"{{if .HasAvailableInheritedFlags}}", "{{if or .HasAvailableInheritedFlags .HasAvailablePersistentFlags}}",
		"Global Flags:\n{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}", "Use \"kubectl rrsa options\" for the flags that every command has.",
	).Replace(root.UsageTemplate()))
}

// NewOptions returns "kubectl rrsa options".
func NewOptions(streams genericiooptions.IOStreams) *cobra.Command {
	return &cobra.Command{
		Use:   "options",
		Short: "Print the flags that every command has",
		Long: `Print the flags that every command has: which cluster is asked and as whom, as for
kubectl itself. Commands that work only on files accept them and use none.`,
		Example:           "  kubectl rrsa options",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text := "The following options can be passed to any command:\n\n" + cmd.Root().PersistentFlags().FlagUsages()
			return term.Write(streams.Out, []byte(text), "the options")
		},
	}
}

// kubectlScript is what kubectl runs to complete "kubectl rrsa". kubectl finds it
// by its name on PATH; krew links the plugin there and nothing else.
const kubectlScript = `#!/bin/sh
# Completes "kubectl rrsa" in every shell in which kubectl itself is completed. kubectl
# runs this file under the name kubectl_complete-rrsa, from a directory on PATH. To
# install it beside the plugin:
#   f="$(dirname "$(command -v kubectl-rrsa)")/kubectl_complete-rrsa" && kubectl rrsa completion kubectl > "$f" && chmod +x "$f"
exec kubectl-rrsa __complete "$@"
`

// shells are what there are scripts for.
var shells = []cobra.Completion{"kubectl", "bash", "zsh", "fish", "powershell"}

// NewCompletion returns "kubectl rrsa completion".
func NewCompletion(streams genericiooptions.IOStreams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion kubectl|bash|zsh|fish|powershell",
		Short: "Print a script that completes commands in a shell",
		Long: `Print a script that completes commands in a shell.

The one for kubectl completes "kubectl rrsa" in every shell in which kubectl itself is
completed. It has to be executable, on PATH, and named kubectl_complete-rrsa.
The others complete the command kubectl-rrsa, for those who call it by that name.`,
		Example: `  # For kubectl, next to the plugin
  f="$(dirname "$(command -v kubectl-rrsa)")/kubectl_complete-rrsa"
  kubectl rrsa completion kubectl > "$f" && chmod +x "$f"

  # For this session of bash, as kubectl-rrsa
  source <(kubectl rrsa completion bash)`,
		ValidArgs: shells,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return fmt.Errorf("checking the arguments %q: want one of %s", args, strings.Join(shells, ", "))
			}
			script, err := completionScript(args[0])
			if err != nil {
				return fmt.Errorf("making the completion script for %q: %w", args[0], err)
			}
			return term.Write(streams.Out, script, "the completion script")
		},
	}
}

func completionScript(shell string) ([]byte, error) {
	// Of a command the scripts have only its name, which has to be the binary's; all
	// else they ask the program.
	root := &cobra.Command{Use: "kubectl-rrsa"}
	var b bytes.Buffer
	var err error
	switch shell {
	case "bash":
		err = root.GenBashCompletionV2(&b, true)
	case "zsh":
		err = root.GenZshCompletion(&b)
	case "fish":
		err = root.GenFishCompletion(&b, true)
	case "powershell":
		err = root.GenPowerShellCompletionWithDesc(&b)
	default:
		b.WriteString(kubectlScript)
	}
	return b.Bytes(), err
}
