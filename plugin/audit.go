package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// auditOptions are the flags of "kubectl rrsa audit".
type auditOptions struct {
	common
	allNamespaces bool
	selector      string
	failOn        []string
}

var auditFormats = []string{"text", "wide", "json", "jsonl", "yaml", "name"}

func newAudit(base common) *cobra.Command {
	o := &auditOptions{common: base}
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
		RunE:                  func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.settings.addIdentity(cmd)
	o.settings.addRules(cmd)
	o.format.Add(cmd, "text", "output format: "+term.Choice(auditFormats), auditFormats...)
	flags := cmd.Flags()
	flags.BoolVarP(&o.allNamespaces, "all-namespaces", "A", false, "audit the pods of all namespaces")
	flags.StringVarP(&o.selector, "selector", "l", "", "label selector of the pods, such as app=cart")
	flags.StringSliceVar(&o.failOn, "fail-on", failOnDefault(), "findings that exit with 1: "+term.Choice(failOnValues())+"; skipped stands for namespaces that may not be read")
	term.CompleteWith(cmd, "selector", cobra.NoFileCompletions)
	term.Complete(cmd, "fail-on", failOnValues()...)
	return cmd
}

func (o *auditOptions) check() error {
	if err := o.format.Check(); err != nil {
		return err
	}
	if _, err := labels.Parse(o.selector); err != nil {
		return fmt.Errorf("checking --selector %q: %w", o.selector, err)
	}
	return checkFailOn(o.failOn)
}

func (o *auditOptions) run(ctx context.Context) error {
	if err := o.check(); err != nil {
		return err
	}
	settings, injector, err := o.load(ctx, cluster.Issuer)
	if err != nil {
		return err
	}
	if o.live == nil {
		return fmt.Errorf("%w; files are judged by kubectl rrsa explain", cluster.ErrNone)
	}
	for _, notice := range injector.Config.Notices() {
		var b strings.Builder
		term.WriteReason(&b, "", notice)
		fmt.Fprint(o.ErrOut, b.String())
	}
	a, err := newAuditor(o.lookup, injector)
	if err != nil {
		return err
	}
	a.all = slices.Contains([]string{"wide", "json", "jsonl", "yaml"}, o.format.Name)
	a.progress = term.Progress{W: o.ErrOut}
	namespace := o.live.Namespace
	if o.allNamespaces {
		namespace = ""
	}
	err = a.read(ctx, o.live, cluster.PodList{Namespace: namespace, Selector: o.selector})
	a.progress.Clear()
	if err != nil {
		return err
	}
	report := a.report(namespace, o.selector, o.connection.arguments())
	if report.Summary.Notices, err = o.notices(ctx, report.Summary); err != nil {
		return err
	}
	report.Summary.Settings = o.settings.component(settings, injector.Config)
	o.talk(report.Summary)
	if err := o.print(report); err != nil {
		return err
	}
	return report.Summary.failure(o.failOn)
}

// notices say what a restart doesn't mend. The webhook is only looked at if pods are
// without its work.
func (o *auditOptions) notices(ctx context.Context, s auditSummary) ([]explainedReason, error) {
	out := explainFindings(o.identity.Enabled())
	if s.States[rrsa.StateMissing]+s.States[rrsa.StateStale] == 0 {
		return out, nil
	}
	webhook, err := o.live.Webhook(ctx)
	if err != nil {
		return nil, err
	}
	return append(out, explainFindings(webhook.Faults())...), nil
}

// talk says on stderr what a reader of the report must not miss.
func (o *auditOptions) talk(s auditSummary) {
	var b strings.Builder
	for _, n := range s.Notices {
		if n.Severity != rrsa.Info {
			n.writeNotice(&b)
		}
	}
	for _, skipped := range s.Skipped {
		if skipped.Namespace == otherNamespaces {
			term.WriteLine(&b, "warning: namespaces other than %q are left out, as they may not be listed: %s", o.live.Namespace, skipped.Message)
			continue
		}
		term.WriteLine(&b, "warning: namespace %q is left out: %s", skipped.Namespace, skipped.Message)
	}
	if s.Inconsistent {
		term.WriteLine(&b, "note: the list of pods expired while it was read, and was continued: pods made or deleted meanwhile may be in the report or not")
	}
	if s.Pods == 0 {
		term.WriteLine(&b, "note: no pods found%s", s.scope())
	}
	fmt.Fprint(o.ErrOut, b.String())
}
