// Package trustpolicy is "kubectl rrsa trust-policy".
package trustpolicy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	role  string
	check string
	// allNamespaces takes the ServiceAccounts of the whole cluster.
	allNamespaces bool
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Fields: []cluster.Field{cluster.Issuer}}}}
	cmd := &cobra.Command{
		Use:   "trust-policy [SERVICEACCOUNT...]",
		Short: "Print the trust policy that a RAM role needs, or check one",
		Long: `Print the trust policy with which ServiceAccounts may assume their RAM role, as JSON.
For several roles, print an object with a policy for each; stderr has a line for each.

The ServiceAccounts are those of the files, or without files those of the cluster, that
have the annotation pod-identity.alibabacloud.com/role-name; or those that you name.
With --check, print none, and compare one that exists with what they need: the policy,
or what RAM's GetRole answers. If you name no ServiceAccounts, say whom it lets in.
Exit code 0; 1 if --check finds that a ServiceAccount is kept out; 2 after an error.`,
		Example: `  # The policy of the role that the ServiceAccounts of a file have
  kubectl rrsa trust-policy -f app.yaml --config rrsa.yaml > policy.json

  # Any ServiceAccount of a namespace, without files
  kubectl rrsa trust-policy 'shop/*' --config rrsa.yaml

  # The policies of all roles in a namespace of the cluster, by the role's name
  kubectl rrsa trust-policy -n shop

  # Does the policy that the role has let this ServiceAccount in?
  kubectl rrsa trust-policy shop/cart --config rrsa.yaml --check policy.json

  # Whom does the role let in?
  aliyun ram GetRole --RoleName cart-oss | kubectl rrsa trust-policy --check -`,
		ValidArgsFunction: o.completeAccounts,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with ServiceAccounts, or - for stdin")
	o.Settings.AddIdentity(cmd)
	o.AddQuiet(cmd, "print nothing but errors to stderr")
	o.AddLocal(cmd)
	cmd.Flags().StringVar(&o.role, "role", "", "print or check only the policy of this role")
	term.CompleteWith(cmd, "role", o.completeRoles)
	cmd.Flags().BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "take the ServiceAccounts of every namespace of the cluster")
	cmd.Flags().StringVar(&o.check, "check", "", "file with a policy, or with what RAM's GetRole answers, to compare; or - for stdin")
	return cmd
}

// split tells files from ServiceAccounts by what the arguments look like, never by
// what happens to lie in the working directory. It returns the options with all files,
// and the names.
func (o *options) split(args []string) (options, []string) {
	var names []string
	all := *o
	all.Files.Filenames = slices.Clone(o.Files.Filenames)
	for _, arg := range args {
		if arg == "-" || session.IsURL(arg) || term.HasManifestEnding(arg) {
			all.Files.Filenames = append(all.Files.Filenames, arg)
		} else {
			names = append(names, arg)
		}
	}
	return all, names
}

// opened is a session with the options, among them all files, and with the names of
// ServiceAccounts.
type opened struct {
	*session.Session
	options
	names []string
}

func (o *options) run(ctx context.Context, args []string) error {
	all, names := o.split(args)
	flags := all.Flags
	if all.forAnybody(names) {
		flags.Need = session.Need{Cluster: session.NeverAsk} // it has no part in that
	}
	s, err := session.Open(ctx, flags, nil)
	if err != nil {
		return err
	}
	v := opened{Session: s, options: all, names: names}
	if all.forAnybody(names) {
		return tellGrants(v)
	}
	v.Tell(&inject.Report{Notices: s.Injector.Config.Notices()})
	if err := v.sameIssuer(); err != nil {
		return err
	}
	roles, err := v.roles()
	if err != nil {
		return err
	}
	policies := map[string]trustpolicy.Policy{}
	for role, accounts := range roles {
		policy, err := trustpolicy.New(s.Injector.Config, accounts...)
		if err != nil {
			return fmt.Errorf("making the trust policy: %w", err)
		}
		policies[role] = policy
	}
	if o.check != "" {
		return compare(v, roles, policies)
	}
	return printPolicies(v, roles, policies)
}

// printPolicies writes the policy, or one for each role, by its name.
func printPolicies(v opened, roles map[string][]types.NamespacedName, policies map[string]trustpolicy.Policy) error {
	var out any = policies
	if len(policies) == 1 {
		for _, policy := range policies {
			out = policy
		}
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the trust policy: %w", err)
	}
	var lines strings.Builder
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		if role != "" {
			term.WriteLine(&lines, "role %s: %s", role, accountsText(roles[role]))
		}
	}
	v.say(lines.String())
	return v.Write(string(data)+"\n", "the trust policy")
}

// say writes to stderr unless -q forbids it.
func (v opened) say(text string) {
	if !v.Quiet {
		fmt.Fprint(v.ErrOut, text)
	}
}

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
	all, _ := o.split(args)
	flags := all.Flags
	flags.Need.Cluster, flags.Local = session.NeverAsk, true // what doesn't answer would hang the shell
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
