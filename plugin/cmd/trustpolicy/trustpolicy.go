// Package trustpolicy is "kubectl rrsa trust-policy".
package trustpolicy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

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
		Long: `Print the trust policy with which ServiceAccounts may assume their RAM role, as
JSON for RAM.

The ServiceAccounts are those of the files given with -f or -k that have the
annotation pod-identity.alibabacloud.com/role-name, or those of them that are
named: NAMESPACE/NAME, or NAME in the namespace of -n, of the config, or in the
input's only Namespace. A named one may also stand in the config's context. An
argument "-", a URL, or one that ends in .yaml, .yml or .json, is a file.

Without files they are those of the cluster: all with the annotation in the
namespace, or in every namespace with -A, or those that are named. If none of the
named ones is there, or with --local, a policy is printed for them, whatever their
role is called. A "*" in such a name stands for any text.

stdout holds one policy. If the ServiceAccounts have several roles it holds a JSON
object with a policy for each role, by its name; --role chooses one of them. stderr
has a line for each role.

--check prints no policy. It compares one that exists with what the ServiceAccounts
need, and names the element that fails: Effect, Action, Federated (the OIDC
provider), oidc:iss, oidc:aud or oidc:sub. A policy that allows more than that
passes, with a note.

Exit code 0; 1 if --check finds that a ServiceAccount is kept out; 2 after an error.`,
		Example: `  # The policy of the role that the ServiceAccounts of a file have
  kubectl rrsa trust-policy -f app.yaml --config rrsa.yaml > policy.json

  # One of several roles
  kubectl rrsa trust-policy -R -f manifests/ --config rrsa.yaml --role app-oss

  # Any ServiceAccount of a namespace, without files
  kubectl rrsa trust-policy 'shop/*' --config rrsa.yaml

  # The policies of all roles in a namespace of the cluster, by the role's name
  kubectl rrsa trust-policy -n shop

  # Does the policy that the role has let this ServiceAccount in?
  kubectl rrsa trust-policy shop/cart --config rrsa.yaml --check policy.json`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     o.completeAccounts,
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file, directory or glob pattern with ServiceAccounts, or - for stdin")
	o.Settings.AddIdentity(cmd)
	o.AddQuiet(cmd, "print nothing but errors to stderr")
	o.AddLocal(cmd)
	cmd.Flags().StringVar(&o.role, "role", "", "print or check the policy of this role alone")
	term.CompleteWith(cmd, "role", o.completeRoles)
	cmd.Flags().BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "take the ServiceAccounts of every namespace of the cluster")
	cmd.Flags().StringVar(&o.check, "check", "", "file with a policy to compare, or - for stdin")
	return cmd
}

// split tells files from ServiceAccounts by what the arguments look like, never by
// what happens to lie in the working directory. It returns the flags with the files.
func split(flags session.Flags, args []string) (session.Flags, []string) {
	var names []string
	flags.Files.Filenames = slices.Clone(flags.Files.Filenames)
	for _, arg := range args {
		if arg == "-" || session.IsURL(arg) || term.HasManifestEnding(arg) {
			flags.Files.Filenames = append(flags.Files.Filenames, arg)
		} else {
			names = append(names, arg)
		}
	}
	return flags, names
}

// opened is a session with what the verb is asked for.
type opened struct {
	*session.Session
	// names are the ServiceAccounts that are named.
	names []string
	// files tells whether files are given, and stdin whether it is one of them.
	files, stdin bool
	// role is the one that is chosen, and everywhere takes all namespaces.
	role       string
	everywhere bool
}

func (o *options) run(ctx context.Context, args []string) error {
	flags, names := split(o.Flags, args)
	s, err := session.Open(ctx, flags, nil)
	if err != nil {
		return err
	}
	v := opened{Session: s, names: names, files: flags.HasFiles(), stdin: slices.Contains(flags.Files.Filenames, "-"), role: o.role, everywhere: o.allNamespaces}
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
		return compare(ctx, v, o.check, roles, policies)
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
	v.say(roleLines(roles))
	return v.Write(string(data)+"\n", "the trust policy")
}

// say writes to stderr unless -q forbids it.
func (v opened) say(text string) {
	if !v.Quiet {
		fmt.Fprint(v.ErrOut, text)
	}
}
