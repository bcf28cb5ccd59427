package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// clusterNotices say what a restart doesn't fix. The webhook is only looked at if pods
// are without its work.
func clusterNotices(ctx context.Context, s *session.Session, sum cliapi.AuditSummary) ([]cliapi.Reason, error) {
	out := session.Findings(s.Identity.Enabled())
	if sum.States[rrsa.StateMissing]+sum.States[rrsa.StateStale] == 0 {
		return out, nil
	}
	webhook, err := cluster.ReadWebhook(ctx, s.Cluster)
	if err != nil {
		return nil, err
	}
	return append(out, session.Findings(webhook.Faults())...), nil
}

// talk says on stderr what a reader of the report must not miss.
func talk(s *session.Session, sum cliapi.AuditSummary) {
	var b strings.Builder
	for _, n := range sum.Notices {
		if n.Severity != rrsa.Info {
			term.WriteLine(&b, "%s: %s: %s", n.Severity, n.Code, n.Message)
			term.WriteHint(&b, "", n.Hint)
		}
	}
	for _, skipped := range sum.Skipped {
		if skipped.Namespace == cliapi.OtherNamespaces {
			term.WriteLine(&b, "warning: namespaces other than %q are left out, as they may not be listed: %s", s.Cluster.Namespace, skipped.Message)
			continue
		}
		term.WriteLine(&b, "warning: namespace %q is left out: %s", skipped.Namespace, skipped.Message)
	}
	if sum.Inconsistent {
		term.WriteLine(&b, "note: the list of pods expired while it was read, and was continued: pods made or deleted meanwhile may be in the report or not")
	}
	if sum.Pods == 0 {
		term.WriteLine(&b, "note: no pods found%s", scope(sum))
	}
	fmt.Fprint(s.ErrOut, b.String())
}

// scope says for people what was audited.
func scope(s cliapi.AuditSummary) string {
	out := " in any namespace"
	if s.Namespace != "" {
		out = fmt.Sprintf(" in namespace %q", s.Namespace)
	}
	if s.Selector != "" {
		out += fmt.Sprintf(" with the labels %q", s.Selector)
	}
	return out
}
