// Package audit is "kubectl rrsa audit".
package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
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
	workloads     bool
	contexts      []string
	allContexts   bool
	failOn        []string
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Cluster: session.MustAsk, Fields: []cluster.Field{cluster.Issuer}, Webhook: true}}}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Find pods whose injection is wrong, by cause, and pods with static AccessKeys",
		Long: `Compare every pod of a namespace, or of the cluster, with what it would get if it were
created now: it is ok, missing, stale, orphaned, a mistake, unknown or not-applicable.

stdout holds what is wrong with the cluster; each cause with the workloads behind it; pods
with static AccessKeys; Namespaces and ServiceAccounts that are wrong; a summary; and what
making pods again would fix, not fix or take away: a command only if it is proven to help.
With -f the Pods of files are judged, such as those that kubectl get -o yaml prints.
Exit code 0; 1 if there is a finding that --fail-on names; 2 after an error.`,
		Example: `  # The namespace of the kubeconfig's context
  kubectl rrsa audit

  # The whole cluster, with what no pod shows; or several clusters
  kubectl rrsa audit -A --workloads
  kubectl rrsa audit -A --contexts prod-hangzhou,prod-beijing

  # Run the restarts that the report names
  kubectl rrsa audit -n shop | grep '^kubectl rollout restart' | sh

  # For a pipeline: fail on a broken webhook, and on pods without an injection
  kubectl rrsa audit -A -o jsonl --fail-on cluster,missing > audit.jsonl

  # Which pods are still to be moved from an AccessKey to a role?
  kubectl rrsa audit -A -o jsonpath='{range .accessKeys[*]}{.namespace}/{.owner.name}{"\n"}{end}' --fail-on none`,
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
	flags.BoolVar(&o.workloads, "workloads", false, "judge workloads too, for what no pod shows: misplaced labels, refused pods, and what pods would get that there aren't yet")
	flags.StringSliceVar(&o.contexts, "contexts", nil, "audit the clusters of these contexts of the kubeconfig, one after the other")
	flags.BoolVar(&o.allContexts, "all-contexts", false, "audit the clusters of all contexts of the kubeconfig")
	flags.StringSliceVar(&o.failOn, "fail-on", failOnDefault(), "findings that exit with 1: "+term.Choice(failOnValues())+", or a code of a fault of the cluster such as "+string(diagnose.CodeWebhookNotReady)+"; skipped stands for namespaces that may not be read")
	term.CompleteWith(cmd, "selector", cobra.NoFileCompletions)
	term.Complete(cmd, "fail-on", append(failOnValues(), clusterCodes()...)...)
	term.CompleteWith(cmd, "contexts", o.completeContexts)
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	if _, err := labels.Parse(o.selector); err != nil {
		return fmt.Errorf("checking --selector %q: %w", o.selector, err)
	}
	if err := checkFailOn(o.failOn); err != nil {
		return err
	}
	if err := o.Format.Check(); err != nil {
		return err
	}
	defer collect()()
	if o.allContexts || len(o.contexts) > 0 {
		return o.several(ctx, args)
	}
	s, r, err := o.audit(ctx, args)
	if err != nil {
		return err
	}
	if err := printReport(s, r, o.Format.Name); err != nil {
		return err
	}
	return failure(r.Summary, o.failOn)
}

// collect has garbage collected more often than short commands have it, as long as an audit
// lasts: it reads much, and keeps little. The answer undoes it.
func collect() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(100)
	return func() { debug.SetGCPercent(before) }
}

// audit reads and judges one cluster, or files, and says on stderr what a reader of the
// report must know.
func (o *options) audit(ctx context.Context, args []string) (*session.Session, cliapi.AuditReport, error) {
	open := o.openCluster
	if o.HasFiles() {
		open = o.openFiles
	}
	var r cliapi.AuditReport
	s, err := open(ctx, args)
	switch {
	case errors.Is(err, cluster.ErrNone):
		return nil, r, fmt.Errorf("%w; files are judged by kubectl rrsa explain", err)
	case err != nil:
		return nil, r, err
	}
	s.WriteReport(s.ErrOut, &inject.Report{Notices: s.Injector.Config.Notices()})
	a, err := newAuditor(s, rowsOf(o.Format.Name))
	if err != nil {
		return nil, r, err
	}
	list := cluster.PodList{Selector: o.selector}
	if o.HasFiles() {
		err = auditFiles(a)
	} else {
		if !o.allNamespaces {
			list.Namespace = s.Cluster.Namespace
		}
		err = o.auditCluster(ctx, a, list)
	}
	if err != nil {
		return nil, r, err
	}
	r = a.report(list)
	talk(s, r.Summary, o.Format.Name, o.HasFiles())
	return s, r, nil
}

// auditCluster judges what a cluster has.
func (o *options) auditCluster(ctx context.Context, a *auditor, list cluster.PodList) error {
	if err := a.read(ctx, list); err != nil {
		return err
	}
	var err error
	if a.found.Summary.Unread, err = a.keys.readEnvFrom(ctx, a.Cluster); err != nil {
		return err
	}
	if o.workloads {
		return auditWorkloads(ctx, a, list.Namespace)
	}
	return nil
}

func (o *options) openCluster(ctx context.Context, args []string) (*session.Session, error) {
	if o.Local {
		return nil, errors.New("checking the arguments: --local is for the Pods of files, which --filename names")
	}
	return session.Open(ctx, o.Flags, args)
}
