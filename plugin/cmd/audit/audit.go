// Package audit is "kubectl rrsa audit".
package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
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

// formats are what -o may be; those of detailed list every pod.
var (
	formats  = []string{"text", "wide", "json", "jsonl", "yaml", "name"}
	detailed = []string{"wide", "json", "jsonl", "yaml"}
)

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{Flags: session.Flags{Base: base, Need: session.Need{Cluster: session.MustAsk, Fields: []cluster.Field{cluster.Issuer}}}}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Find the pods of a cluster whose injection is not what it would be now",
		Long: `Compare every pod of a namespace, or of the cluster, with what the webhook would
make of it if it were created now. A pod is

- ok: it has exactly what it would get
- missing: it would be injected and isn't
- stale: it is injected, and would get something else
- orphaned: it is injected, and would not be
- unknown: it can't be said what it would get
- not-applicable: it is rightly without, or has run to its end

Labels and annotations of Namespaces and ServiceAccounts that don't do what they
seem to are findings too. With --selector they are looked for in the Namespaces and
ServiceAccounts of the pods that it selects.

stdout holds the findings: each pod that is missing, stale, orphaned or unknown, with
its owner and the first reason; what is wrong with Namespaces and ServiceAccounts; a
summary by namespace; and what would mend it, in lines for a shell. -o wide lists
every pod. -o json and -o yaml print one AuditReport of cli.rrsa.dev/v1alpha1 with
every pod; -o jsonl prints an object a line, PodAudit for each pod, ObjectLint for
each finding about another object, and an AuditSummary as the last one. stderr, and the
summary's notices, say what no restart mends: that RRSA isn't enabled, or that the
webhook isn't installed or not ready, where pods are missing or stale. -o name
prints pod/NAME for each pod that is a finding, without its namespace, as kubectl get
does. Nothing is printed before all pods are read.

Pods are read in pages and not kept, and nothing is written to the cluster. A
namespace of --all-namespaces that may not be read is named on stderr and left out.

Exit code 0; 1 if there is a finding that --fail-on names, whatever -o is; 2 after an
error.`,
		Example: `  # The namespace of the kubeconfig's context
  kubectl rrsa audit

  # The whole cluster
  kubectl rrsa audit -A

  # Run the restarts that the report names
  kubectl rrsa audit -n shop | grep '^kubectl rollout restart' | sh

  # For a pipeline: fail on pods without an injection alone
  kubectl rrsa audit -A -o jsonl --fail-on missing > audit.jsonl

  # The first reasons, counted
  kubectl rrsa audit -A -o json --fail-on none | jq -r '.items[].reason.code // empty' | sort | uniq -c`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "output format: "+term.Choice(formats), formats...)
	flags := cmd.Flags()
	flags.BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "audit the pods of all namespaces")
	flags.StringVarP(&o.selector, "selector", "l", "", "label selector of the pods, such as app=cart")
	flags.StringSliceVar(&o.failOn, "fail-on", failOnDefault(), "findings that exit with 1: "+term.Choice(failOnValues())+"; skipped stands for namespaces that may not be read")
	term.CompleteWith(cmd, "selector", cobra.NoFileCompletions)
	term.Complete(cmd, "fail-on", failOnValues()...)
	return cmd
}

func (o *options) check() error {
	if _, err := labels.Parse(o.selector); err != nil {
		return fmt.Errorf("checking --selector %q: %w", o.selector, err)
	}
	return checkFailOn(o.failOn)
}

func (o *options) run(ctx context.Context, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	s, err := session.Open(ctx, o.Flags, args)
	switch {
	case errors.Is(err, cluster.ErrNone):
		return fmt.Errorf("%w; files are judged by kubectl rrsa explain", err)
	case err != nil:
		return err
	}
	var notices strings.Builder
	for _, notice := range s.Injector.Config.Notices() {
		term.WriteReason(&notices, "", notice)
	}
	fmt.Fprint(s.ErrOut, notices.String())
	a, err := newAuditor(s.Lookup, s.Injector)
	if err != nil {
		return err
	}
	a.all = slices.Contains(detailed, o.Format.Name)
	a.progress = term.Progress{W: s.ErrOut}
	namespace := s.Cluster.Namespace
	if o.allNamespaces {
		namespace = ""
	}
	err = a.read(ctx, s.Cluster, cluster.PodList{Namespace: namespace, Selector: o.selector})
	a.progress.Clear()
	if err != nil {
		return err
	}
	r := a.report(namespace, o.selector, s.Connection())
	if r.Summary.Notices, err = clusterNotices(ctx, s, r.Summary); err != nil {
		return err
	}
	r.Summary.Settings = s.Sources.Component(s.Settings, s.Injector.Config)
	talk(s, r.Summary)
	if err := printReport(s, r, o.Format.Name); err != nil {
		return err
	}
	return failure(r.Summary, o.failOn)
}
