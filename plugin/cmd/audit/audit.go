// Package audit is "kubectl rrsa audit".
package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	allNamespaces bool
	selector      string
	failOn        []string
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Cluster: session.MustAsk, Fields: []cluster.Field{cluster.Issuer}, Webhook: true}}}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Find the pods of a cluster whose injection is not what it would be now",
		Long: `Compare every pod of a namespace, or of the cluster, with what it would get if it were
created now: it is ok, missing, stale, orphaned, unknown or not-applicable. Labels and
annotations of Namespaces and ServiceAccounts that do nothing are findings too.

stdout holds the findings, a summary by namespace, and what making the pods again would
fix, not fix or take away: a command is there only if it is proven to help.
stderr says what no restart fixes. Nothing is printed before all pods are read.
With -f the Pods of files are judged, such as those that kubectl get -o yaml prints.
Exit code 0; 1 if there is a finding that --fail-on names; 2 after an error.`,
		Example: `  # The namespace of the kubeconfig's context
  kubectl rrsa audit

  # The whole cluster
  kubectl rrsa audit -A

  # Run the restarts that the report names
  kubectl rrsa audit -n shop | grep '^kubectl rollout restart' | sh

  # For a pipeline: fail only on pods without an injection
  kubectl rrsa audit -A -o jsonl --fail-on missing > audit.jsonl`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.AddFiles(cmd, "file or directory with Pods as kubectl has printed them, or - for stdin, instead of a cluster's pods")
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.AddLocal(cmd)
	formats := []string{"text", "wide", "json", "jsonl", "yaml", "name"}
	o.Format.Add(cmd, "text", "", formats...)
	flags := cmd.Flags()
	flags.BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "audit the pods of all namespaces")
	flags.StringVarP(&o.selector, "selector", "l", "", "label selector of the pods, such as app=cart")
	flags.StringSliceVar(&o.failOn, "fail-on", failOnDefault(), "findings that exit with 1: "+term.Choice(failOnValues())+"; skipped stands for namespaces that may not be read")
	term.CompleteWith(cmd, "selector", cobra.NoFileCompletions)
	term.Complete(cmd, "fail-on", failOnValues()...)
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	if _, err := labels.Parse(o.selector); err != nil {
		return fmt.Errorf("checking --selector %q: %w", o.selector, err)
	}
	if err := checkFailOn(o.failOn); err != nil {
		return err
	}
	open := o.openCluster
	if o.HasFiles() {
		open = o.openFiles
	}
	s, err := open(ctx, args)
	switch {
	case errors.Is(err, cluster.ErrNone):
		return fmt.Errorf("%w; files are judged by kubectl rrsa explain", err)
	case err != nil:
		return err
	}
	s.WriteReport(s.ErrOut, &inject.Report{Notices: s.Injector.Config.Notices()})
	a, err := newAuditor(s, o.Format.Name != "text" && o.Format.Name != "name")
	if err != nil {
		return err
	}
	list := cluster.PodList{Selector: o.selector}
	switch {
	case o.HasFiles():
		err = auditFiles(a)
	case !o.allNamespaces:
		list.Namespace = s.Cluster.Namespace
		fallthrough
	default:
		err = a.read(ctx, list)
	}
	if err != nil {
		return err
	}
	r := a.report(list)
	r.Summary.Notices = a.notices(r.Summary.States)
	talk(s, r.Summary, o.HasFiles())
	if err := printReport(s, r, o.Format.Name); err != nil {
		return err
	}
	return failure(r.Summary, o.failOn)
}

func (o *options) openCluster(ctx context.Context, args []string) (*session.Session, error) {
	if o.Local {
		return nil, errors.New("checking the arguments: --local is for the Pods of files, which --filename names")
	}
	return session.Open(ctx, o.Flags, args)
}

// What --fail-on knows besides states.
const (
	failOnLint    = "lint"
	failOnSkipped = "skipped"
	failOnNone    = "none"
)

// failOnDefault is whatever the report calls a finding.
func failOnDefault() []string {
	var out []string
	for _, s := range diagnose.FindingStates() {
		out = append(out, string(s))
	}
	return append(out, failOnLint)
}

func failOnValues() []string { return append(failOnDefault(), failOnSkipped, failOnNone) }

// checkFailOn refuses what --fail-on doesn't know.
func checkFailOn(failOn []string) error {
	known := failOnValues()
	for _, value := range failOn {
		if !slices.Contains(known, value) {
			return fmt.Errorf("checking --fail-on %q: %s", value, cmp.Or(suggest.DidYouMean(value, known), "want "+term.Choice(known)))
		}
	}
	switch {
	case len(failOn) == 0:
		return errors.New("checking --fail-on: it is empty: want " + term.Choice(known))
	case len(failOn) > 1 && slices.Contains(failOn, failOnNone):
		return fmt.Errorf("checking --fail-on %q: %s stands alone", strings.Join(failOn, ","), failOnNone)
	}
	return nil
}

// failure is the error that ends an audit with findings that --fail-on names.
func failure(s cliapi.AuditSummary, failOn []string) error {
	var found []string
	for _, value := range failOn {
		switch n := s.States[rrsa.State(value)]; {
		case n > 0:
			found = append(found, fmt.Sprintf("%s %s", count(n, "pod"), value))
		case value == failOnLint && s.Lints > 0:
			found = append(found, count(s.Lints, "lint"))
		case value == failOnSkipped && len(s.Skipped) > 0:
			found = append(found, count(len(s.Skipped), "namespace")+" skipped")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return term.Differs("the audit has findings: " + strings.Join(found, ", "))
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
