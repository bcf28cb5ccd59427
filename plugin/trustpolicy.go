package plugin

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// trustOptions are the flags and arguments of "kubectl rrsa trust-policy".
type trustOptions struct {
	common
	names []string
	role  string
	check string
	// allNamespaces takes the ServiceAccounts of the whole cluster.
	allNamespaces bool
}

func newTrustPolicy(base common) *cobra.Command {
	o := &trustOptions{common: base}
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
		RunE: func(cmd *cobra.Command, args []string) error {
			o.split(args)
			return o.run(cmd.Context())
		},
	}
	o.addFiles(cmd, "file, directory or glob pattern with ServiceAccounts, or - for stdin")
	o.settings.addIdentity(cmd)
	o.addQuiet(cmd, "print nothing but errors to stderr")
	o.addLocal(cmd)
	cmd.Flags().StringVar(&o.role, "role", "", "print or check the policy of this role alone")
	term.CompleteWith(cmd, "role", o.completeRoles)
	cmd.Flags().BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "take the ServiceAccounts of every namespace of the cluster")
	cmd.Flags().StringVar(&o.check, "check", "", "file with a policy to compare, or - for stdin")
	return cmd
}

// split tells files from ServiceAccounts by what the arguments look like, never by
// what happens to lie in the working directory.
func (o *trustOptions) split(args []string) {
	for _, arg := range args {
		if arg == "-" || isURL(arg) || term.HasManifestEnding(arg) {
			o.files.Filenames = append(o.files.Filenames, arg)
		} else {
			o.names = append(o.names, arg)
		}
	}
}

func (o *trustOptions) run(ctx context.Context) error {
	_, injector, err := o.load(ctx, cluster.Issuer)
	if err != nil {
		return err
	}
	if err := o.sameIssuer(injector.Config); err != nil {
		return err
	}
	roles, err := o.roles(ctx, injector)
	if err != nil {
		return err
	}
	if o.role != "" {
		if roles[o.role] == nil {
			return fmt.Errorf("checking --role %q: the ServiceAccounts have %s", o.role, listRoles(roles))
		}
		roles = map[string][]types.NamespacedName{o.role: roles[o.role]}
	}
	policies := map[string]rrsa.TrustPolicy{}
	for role, accounts := range roles {
		policy, err := rrsa.NewTrustPolicy(injector.Config, accounts...)
		if err != nil {
			return fmt.Errorf("making the trust policy: %w", err)
		}
		policies[role] = policy
	}
	if o.check != "" {
		return o.compare(ctx, roles, policies)
	}
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
	o.say(roleLines(roles))
	return o.write(append(data, '\n'), "the trust policy")
}
