package plugin

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
)

// completeAccounts offers the ServiceAccounts of the files given so far.
func (o *trustOptions) completeAccounts(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, a := range o.completable(cmd.Context(), args) {
		if !slices.Contains(args, a.String()) {
			out = append(out, cobra.CompletionWithDesc(a.String(), "role "+a.role))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeRoles offers the roles of the files given so far.
func (o *trustOptions) completeRoles(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
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
func (o *trustOptions) completable(ctx context.Context, args []string) []account {
	o.split(args)
	o.names = nil
	o.local = true // a cluster that doesn't answer would hang the shell
	// Completion parses the flags more than once, and each time adds to the lists.
	slices.Sort(o.files.Filenames)
	o.files.Filenames = slices.Compact(o.files.Filenames)
	if slices.Contains(o.files.Filenames, "-") {
		return nil // stdin is the terminal
	}
	_, injector, err := o.load(ctx)
	if err != nil {
		return nil
	}
	accounts, err := o.accounts(ctx, injector)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(accounts, func(a account) bool { return a.role == "" })
}
