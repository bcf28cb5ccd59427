package trustpolicy

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// completeAccounts offers the ServiceAccounts of the files given so far.
func (o *options) completeAccounts(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, a := range o.completable(cmd.Context(), args) {
		if !slices.Contains(args, a.String()) {
			out = append(out, cobra.CompletionWithDesc(a.String(), "role "+a.role))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeRoles offers the roles of the files given so far.
func (o *options) completeRoles(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, a := range o.completable(cmd.Context(), args) {
		if !slices.Contains(out, a.role) {
			out = append(out, a.role)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completable lists the accounts with a role that can be found. There is nowhere
// to say an error, so that one means that there are none.
func (o *options) completable(ctx context.Context, args []string) []account {
	flags, _ := split(o.Flags, args)
	flags.Need.Cluster = session.NeverAsk // one that doesn't answer would hang the shell
	// Completion parses the flags more than once, and each time adds to the lists.
	slices.Sort(flags.Files.Filenames)
	flags.Files.Filenames = slices.Compact(flags.Files.Filenames)
	if slices.Contains(flags.Files.Filenames, "-") {
		return nil // stdin is the terminal
	}
	s, err := session.Open(ctx, flags, nil)
	if err != nil {
		return nil
	}
	accounts, err := fileAccounts(s.Injector, s.Input.Items(), nil)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(accounts, func(a account) bool { return a.role == "" })
}
