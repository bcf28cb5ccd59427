package admissionpolicy

import (
	"context"
	"errors"

	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// stored is the policy of the cluster as text, with the comments of what it is compared
// with; empty if there is none.
func stored(ctx context.Context, s *session.Session, want made, apiVersion string) (string, error) {
	if want, ok := want.(*admissionpolicy.WarningPolicy); ok {
		found, err := cluster.ReadWarnings(ctx, s.Cluster)
		if err != nil || found == nil {
			return "", err
		}
		return found.Commented(want).YAML(apiVersion)
	}
	policies, err := cluster.ReadPolicies(ctx, s.Cluster)
	if err != nil {
		return "", err
	}
	if policies.Unreadable != "" {
		return "", errors.New("reading the policy of the cluster: " + policies.Unreadable)
	}
	for _, p := range policies.All {
		if want, ok := want.(*admissionpolicy.Policy); ok && p.Name == admissionpolicy.Name {
			return p.Stored.Commented(want).YAML(apiVersion)
		}
	}
	return "", nil
}

// showDiff prints what differs between the policy in the cluster and the one that the
// settings give.
func (o *options) showDiff(ctx context.Context, s *session.Session) error {
	want, err := o.policy(s)
	if err != nil {
		return err
	}
	after, err := want.YAML(o.apiVersion)
	if err != nil {
		return err
	}
	before, err := stored(ctx, s, want, o.apiVersion)
	if err != nil {
		return err
	}
	out := term.File(s.Out)
	format := textdiff.Format{From: "cluster", To: "settings", Context: 3, Color: printers.AllowsColorOutput(out)}
	if format.Color || printers.IsTerminal(out) {
		format.Clean = printable.Text
	}
	text := format.Unified([]textdiff.Pair{{Name: "policy.yaml", Before: before, After: after}})
	if text == "" {
		return nil
	}
	if err := s.Write(text, "the differences"); err != nil {
		return err
	}
	if before == "" {
		return term.Differs("the cluster has no policy of this name")
	}
	return term.Differs("")
}
