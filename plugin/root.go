// Package plugin is "kubectl rrsa": it shows what RRSA injection does to
// manifests. stdout carries the answer and nothing else: manifests, a policy, an
// explanation; talk goes to stderr.
package plugin

import (
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Main runs the plugin with the arguments behind its name and returns the exit
// code. Errors are printed here, once. version is that of a release; empty for
// what the go command has noted.
func Main(args []string, version string, streams genericiooptions.IOStreams) int {
	cmd := NewCommand(version, streams)
	cmd.SetArgs(args)
	err := cmd.Execute()
	if err != nil {
		fmt.Fprintln(streams.ErrOut, "error:", printable(err.Error()))
	}
	return exitCode(err)
}

// NewCommand returns the command tree, for Main's version.
func NewCommand(version string, streams genericiooptions.IOStreams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rrsa",
		Short: "Show what RRSA injection does to pods",
		Long: `kubectl rrsa makes the mutation of Alibaba Cloud's ack-pod-identity-webhook
outside the cluster: pods get the RRSA token volume and the ALIBABA_CLOUD_*
variables with which the SDKs assume a RAM role (RAM Roles for Service Accounts).`,
		Annotations:       map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl rrsa"},
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetIn(streams.In)
	cmd.SetOut(streams.Out)
	cmd.SetErr(streams.ErrOut)
	cmd.AddCommand(
		newPreview(streams), newDiff(streams), newExplain(streams), newTrustPolicy(streams), newUninject(streams),
		newVersion(version, streams), newCompletion(streams),
	)
	return cmd
}
