// Package plugin is "kubectl rrsa": it shows what RRSA injection does to
// manifests. stdout carries the answer and nothing else: manifests, a policy, an
// explanation; talk goes to stderr.
package plugin

import (
	"context"
	"fmt"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/about"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/audit"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/check"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/config"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/diff"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/explain"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/preview"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/uninject"
	"github.com/kubectl-rrsa/rrsa/plugin/cmd/verify"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Main runs the plugin with the arguments behind its name and returns the exit
// code. Errors are printed here, once. version is that of a release; empty for
// what the go command has noted.
func Main(args []string, version string, streams genericiooptions.IOStreams) int {
	// client-go also logs the errors that it returns.
	klog.SetLogger(logr.Discard())
	ctx, stop := term.StopOnSignal(context.Background())
	defer stop()
	answer := term.NewAnswer(streams.Out)
	streams.Out = answer
	cmd := NewCommand(version, streams)
	cmd.SetArgs(args)
	err := answer.Run(ctx, func() error { return cmd.ExecuteContext(ctx) })
	if err != nil && err.Error() != "" {
		fmt.Fprintln(streams.ErrOut, term.ErrorPrefix(err), printable.Error(err))
	}
	return term.ExitCode(err)
}

// NewCommand returns the command tree, for Main's version.
func NewCommand(version string, streams genericiooptions.IOStreams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rrsa",
		Short: "Show what RRSA injection does to pods",
		Long: `kubectl rrsa makes the mutation of Alibaba Cloud's ack-pod-identity-webhook
outside the cluster: pods get the RRSA token volume and the ALIBABA_CLOUD_*
variables with which the SDKs assume a RAM role (RAM Roles for Service Accounts).
It works on files, with what a live cluster adds to them or with --local without
one, and says why pods in a cluster have no credentials. It changes nothing there.`,
		Annotations:       map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl rrsa"},
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Version:           about.Version(version),
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	base := session.Base{IOStreams: streams, Connection: session.NewConnection()}
	base.Connection.AddFlags(cmd)
	about.PointToOptions(cmd)
	cmd.Flags().Bool("version", false, "print the version of this program")
	cmd.SetVersionTemplate("kubectl-rrsa {{.Version}}\n")
	cmd.SetIn(streams.In)
	cmd.SetOut(streams.Out)
	cmd.SetErr(streams.ErrOut)
	cmd.AddCommand(
		preview.New(base), diff.New(base), explain.New(base), audit.New(base), check.New(base), verify.New(base),
		trustpolicy.New(base), admissionpolicy.New(base), uninject.New(base), config.New(base),
		about.NewVersion(version, streams), about.NewCompletion(streams), about.NewOptions(streams),
	)
	for _, verb := range cmd.Commands() {
		verb.DisableFlagsInUseLine = true
	}
	refuseOthers(cmd)
	return cmd
}
