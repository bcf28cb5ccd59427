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

// binary is the name under which kubectl finds the plugin, and with it a shell.
const binary = "kubectl-rrsa"

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

"kubectl" prints the script kubectl_complete-rrsa, with which kubectl completes
"kubectl rrsa" in whatever shell kubectl itself is completed. It has to be executable
and on PATH; a comment in it has the line that installs it.

The others complete the command kubectl-rrsa, for those who call it by that name.`,
		Example: `  # For kubectl, beside the plugin
  f="$(dirname "$(command -v kubectl-rrsa)")/kubectl_complete-rrsa"
  kubectl rrsa completion kubectl > "$f" && chmod +x "$f"

  # For this session of bash, as kubectl-rrsa
  source <(kubectl rrsa completion bash)`,
		DisableFlagsInUseLine: true,
		ValidArgs:             shells,
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
	// Of a command the scripts have its name alone, which has to be the binary's; all
	// else they ask the program.
	root := &cobra.Command{Use: binary}
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
