// Package admissionpolicy is "kubectl rrsa admission-policy".
package admissionpolicy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	exclude       []string
	failurePolicy string
	reinvocation  string
	selector      string
	apiVersion    string
	warnings      bool
	diff          bool
}

// The values of the flags, the default first.
var (
	failurePolicies = []string{string(admissionregistrationv1.Fail), string(admissionregistrationv1.Ignore)}
	reinvocations   = []string{string(admissionregistrationv1.IfNeededReinvocationPolicy), string(admissionregistrationv1.NeverReinvocationPolicy)}
)

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base}}
	cmd := &cobra.Command{
		Use:   "admission-policy",
		Short: "Print a policy with which the API server injects pods itself",
		Long: `Print a MutatingAdmissionPolicy and its bindings: the API server then injects pods as
they are created, by the same rules and settings, without a webhook. It needs Kubernetes
1.36, or 1.34 with the feature gate and --api-version v1beta1.
With --warnings, print a ValidatingAdmissionPolicy instead, which never denies: kubectl
shows its warnings about labels, annotations and pods that an injection passes over.
With --diff, compare with what the cluster has: see docs/admission.md.
Exit code 0; 1 if --diff finds a difference; 2 after an error.`,
		Example: `  # With the cluster's own identity and settings
  kubectl rrsa admission-policy | kubectl apply -f -

  # From a config, with the warnings
  kubectl rrsa admission-policy --local --config rrsa.yaml > policy.yaml
  kubectl rrsa admission-policy --local --config rrsa.yaml --warnings > warnings.yaml

  # Namespaces with hundreds of ServiceAccounts: only labelled ones are looked at
  kubectl rrsa admission-policy --service-account-selector example.com/rrsa=yes

  # Is the policy in the cluster what the settings give now?
  kubectl rrsa admission-policy --diff --config rrsa.yaml`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.AddQuiet(cmd, "print nothing but errors to stderr")
	o.AddLocal(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&o.exclude, "exclude-namespaces", nil, "namespaces whose pods are left alone, such as kube-system; may be given several times")
	flags.StringVar(&o.failurePolicy, "failure-policy", failurePolicies[0],
		"what becomes of a pod while the policy can't be evaluated: Fail, it isn't created; or Ignore, it is created without credentials")
	flags.StringVar(&o.reinvocation, "reinvocation", reinvocations[0],
		"IfNeeded: also inject containers that a webhook adds; or Never, so that no pod is evaluated twice")
	flags.StringVar(&o.selector, "service-account-selector", "", "KEY=VALUE, a label of the ServiceAccounts that count (default: all count)")
	flags.StringVar(&o.apiVersion, "api-version", admissionpolicy.APIVersions()[0], "version of the API group: "+term.Choice(admissionpolicy.APIVersions())+", for Kubernetes 1.34 and 1.35")
	flags.BoolVar(&o.warnings, "warnings", false, "print the policy that warns, not the one that injects")
	flags.BoolVar(&o.diff, "diff", false, "print how the policy in the cluster differs, as a unified diff")
	term.Complete(cmd, "failure-policy", failurePolicies...)
	term.Complete(cmd, "reinvocation", reinvocations...)
	term.Complete(cmd, "api-version", admissionpolicy.APIVersions()...)
	term.CompleteWith(cmd, "service-account-selector", cobra.NoFileCompletions)
	return cmd
}

// check refuses values that there aren't, and flags that exclude each other.
func (o *options) check() error {
	for _, f := range []struct {
		name, value string
		values      []string
	}{
		{"failure-policy", o.failurePolicy, failurePolicies},
		{"reinvocation", o.reinvocation, reinvocations},
		{"api-version", o.apiVersion, admissionpolicy.APIVersions()},
	} {
		if !slices.Contains(f.values, f.value) {
			return fmt.Errorf("checking --%s %q: want %s", f.name, f.value, term.Choice(f.values))
		}
	}
	if o.warnings && o.apiVersion != admissionpolicy.APIVersions()[0] {
		return fmt.Errorf("checking --api-version %q: what --warnings prints is %s in each version of Kubernetes that has it", o.apiVersion, admissionpolicy.APIVersions()[0])
	}
	if o.diff && o.Local {
		return errors.New("checking the arguments: --diff asks a cluster, and --local asks none")
	}
	return nil
}

// settings are those of the policy.
func (o *options) settings(s *session.Session) admissionpolicy.Settings {
	return admissionpolicy.Settings{
		Config: s.Injector.Config, ExcludeNamespaces: o.exclude, Selector: o.selector,
		FailurePolicy: admissionregistrationv1.FailurePolicyType(o.failurePolicy),
		Reinvocation:  admissionregistrationv1.ReinvocationPolicyType(o.reinvocation),
	}
}

func (o *options) run(ctx context.Context) error {
	if err := o.check(); err != nil {
		return err
	}
	flags := o.Flags
	if o.diff {
		flags.Need.Cluster = session.MustAsk
	}
	s, err := session.Open(ctx, flags, nil)
	if err != nil {
		return err
	}
	if o.diff {
		return o.showDiff(ctx, s)
	}
	text, err := o.text(s)
	if err != nil {
		return err
	}
	if err := o.tellPassedOver(ctx, s); err != nil {
		return err
	}
	return s.Write(text, "the policy")
}

// made is a policy that can be printed.
type made interface {
	YAML(apiVersion string) (string, error)
}

// policy is the one that is asked for.
func (o *options) policy(s *session.Session) (made, error) {
	if o.warnings {
		return admissionpolicy.Warnings(o.settings(s))
	}
	policy, err := admissionpolicy.Make(o.settings(s))
	if missing, ok := errors.AsType[*admissionpolicy.Missing](err); ok {
		return nil, fmt.Errorf("%w: give %s, or a file with --config", err, flagsOf(missing))
	}
	if err != nil {
		return nil, err
	}
	return policy, nil
}

// text is the policy as YAML. What is to be said of the settings is said.
func (o *options) text(s *session.Session) (string, error) {
	policy, err := o.policy(s)
	if err != nil {
		return "", err
	}
	var talk strings.Builder
	for _, notice := range s.Injector.Config.Notices() {
		term.WriteReason(&talk, "", notice)
	}
	fmt.Fprint(s.Talk, talk.String())
	return policy.YAML(o.apiVersion)
}

// flagsOf are the flags that give what is missing.
func flagsOf(missing *admissionpolicy.Missing) string {
	var out []string
	for _, set := range config.Settings() {
		if slices.ContainsFunc(missing.Reasons, func(r rrsa.Reason) bool { return r.Field == set.Name }) {
			out = append(out, "--"+set.Flag)
		}
	}
	return strings.Join(out, ", ")
}
