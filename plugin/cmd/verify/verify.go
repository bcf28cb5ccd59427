// Package verify is "kubectl rrsa verify".
package verify

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	policy   string
	asksSTS  bool
	endpoint string
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{
		Pods: true, Cluster: session.MustAsk, Fields: []cluster.Field{cluster.Issuer}, Webhook: true,
	}}}
	cmd := &cobra.Command{
		Use:   "verify pod/NAME | serviceaccount/NAME",
		Short: "Verify whether a pod or ServiceAccount really gets credentials",
		Long: `Verify every link from a pod, or a pod of a ServiceAccount, to its credentials, and name
the broken one: gate, injection, program, token, issuer, audience, subject, clock, role,
provider, trust-policy, sts.

The API server is asked for a real token (TokenRequest), which lives at least 10 minutes
and isn't shown. With --policy the role's trust policy is checked. With --sts, and only
then, the token goes to STS over HTTPS, for a session of 15 minutes that may do nothing.
Exit code 0; 1 if a link is broken or can't be judged; 2 after an error.`,
		Example: `  # Would this pod get credentials, as far as the cluster can tell?
  kubectl rrsa verify pod/cart -n shop

  # Does its role's trust policy let it in?
  aliyun ram GetRole --RoleName cart-oss | kubectl rrsa verify pod/cart -n shop --policy -

  # Can the role really be assumed? This asks STS
  kubectl rrsa verify pod/cart -n shop --sts

  # Before there is a pod
  kubectl rrsa verify serviceaccount/cart -n shop --sts`,
		ValidArgsFunction: o.CompleteArguments,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "", "text", "yaml", "json")
	flags := cmd.Flags()
	flags.StringVar(&o.policy, "policy", "", "file with the role's trust policy, or with what RAM's GetRole answers; or - for stdin")
	term.CompleteWith(cmd, "policy", term.CompleteFiles)
	flags.BoolVar(&o.asksSTS, "sts", false, "send the token to STS and see whether the role can be assumed")
	flags.StringVar(&o.endpoint, "sts-endpoint", sts.DefaultEndpoint, "host of STS for --sts; those that pods ask, sts-vpc.REGION.aliyuncs.com, are reached only from their VPC")
	term.CompleteWith(cmd, "sts-endpoint", cobra.NoFileCompletions)
	return cmd
}

func (o *options) run(cmd *cobra.Command, args []string) error {
	kind, name, err := parse(args)
	if err != nil {
		return err
	}
	if cmd.Flags().Changed("sts-endpoint") && !o.asksSTS {
		return errors.New("checking the arguments: --sts-endpoint says whom --sts asks: give --sts too")
	}
	if err := checkEndpoint(o.endpoint); err != nil {
		return err
	}
	given, err := o.readPolicy(cmd.Context())
	if err != nil {
		return err
	}
	c, s, err := o.begin(cmd.Context(), kind, name)
	if err != nil {
		return err
	}
	c.policy = given
	if err := o.exchange(cmd.Context(), s, &c); err != nil {
		return err
	}
	links, err := judge(c)
	if err != nil {
		return err
	}
	return o.print(s, c, links)
}

// print writes the links, and on stderr how far the chain is proven.
func (o *options) print(s *session.Session, c chain, links []cliapi.Check) error {
	report := session.NewChecks("Verification", links)
	report.Subject, report.Namespace = c.target, c.account.Namespace
	var err error
	if o.Format.Name == "text" {
		var b strings.Builder
		session.WriteChecks(&b, links)
		err = s.Write(b.String(), "what was verified")
	} else {
		err = s.Encode(report, "what was verified")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Talk, printable.Message(fmt.Sprintf("%s (%s): %s", c.target, c.account.Namespace, proven(c, links))))
	return session.ChecksFailed(links)
}

// proven says how far the chain is known to hold.
func proven(c chain, links []cliapi.Check) string {
	status := func(name string) cliapi.CheckStatus {
		return links[slices.IndexFunc(links, func(l cliapi.Check) bool { return l.Name == name })].Status
	}
	if names := failed(links); len(names) > 0 {
		return "broken at the link " + names[0]
	}
	if names := named(links, cliapi.CheckUnknown); len(names) > 0 {
		return "nothing is broken that could be judged; the first link that could not is " + names[0]
	}
	switch {
	case status(linkSTS) == cliapi.CheckPassed:
		return "proven to the end: STS lets it assume the role"
	case status(linkTrust) != cliapi.CheckSkipped:
		return fmt.Sprintf("proven as far as the policy in %q; not that the role has it and that STS takes the token: give --sts", c.policy.file)
	}
	return "proven as far as the token; not the role's trust: give --policy or --sts"
}
