// Package check is "kubectl rrsa check".
package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct {
	session.Flags
	wait time.Duration
	// now is the clock.
	now func() time.Time
}

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{now: time.Now, Flags: session.Flags{Base: base, Need: session.Need{
		Cluster: session.MustAsk, Webhook: true, Fields: []cluster.Field{cluster.Issuer, cluster.AccountID, cluster.ClusterID, cluster.Region},
	}}}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check what a cluster needs for RRSA, before its pods",
		Long: `Check what a cluster needs for RRSA, in this order: that it is enabled, the cluster's
identity, the webhook's registration, pods, certificate, selectors and settings, that a pod
is injected, and your permissions. A policy of the API server that injects, in the place of
the webhook or before it, is checked too. What depends on a failed check is skipped.
It stores nothing: the pod is a dry run, in the namespace of -n or in one with a role,
and permissions are asked by SelfSubjectAccessReviews. What the pod shows settles
settings that could not be read, and tells where the webhook differs from docs/rules.md.
Exit code 0; 1 if a check has failed or can't be judged; 2 after an error.`,
		Example: `  kubectl rrsa check

  # In a namespace with a ServiceAccount that has a role
  kubectl rrsa check -n shop

  # After an installation or upgrade: until the webhook injects pods
  kubectl rrsa check --wait 5m

  # For a pipeline: what hasn't passed
  kubectl rrsa check -o jsonpath='{range .checks[?(@.status!="passed")]}{.name}: {.message}{"\n"}{end}'`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "", "text", "yaml", "json")
	cmd.Flags().DurationVar(&o.wait, "wait", 0, "repeat all checks until none has failed or is unknown, or this time is over, such as 5m")
	term.CompleteWith(cmd, "wait", cobra.NoFileCompletions)
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	if o.wait < 0 {
		return fmt.Errorf("checking --wait %s: want 0 or more", o.wait)
	}
	end := o.now().Add(o.wait)
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	checks, err := o.checks(ctx, s)
	progress := &term.Progress{W: s.ErrOut}
	defer progress.Clear()
	for err == nil || away(ctx, err) && checks != nil {
		waitsFor := cmp.Or(err, session.ChecksFailed(checks))
		left := end.Sub(o.now())
		if waitsFor == nil || left <= 0 {
			break
		}
		progress.Show(printable.Message(fmt.Sprintf("waiting for %s more: %v", left.Round(time.Second), waitsFor)))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(min(left, pause)):
		}
		var next *session.Session
		if next, err = s.Again(ctx); err == nil {
			var made []cliapi.Check
			if made, err = o.checks(ctx, next); err == nil {
				s, checks = next, made
			}
		}
	}
	progress.Clear()
	if err != nil {
		return err
	}
	return o.print(s, checks)
}

// pause is how long a repetition waits after the one before.
const pause = 2 * time.Second

// away tells whether the cluster has no answer for now. One that has answered before may be
// away for a while, as while its API server is upgraded.
func away(ctx context.Context, err error) bool {
	_, gone := errors.AsType[*cluster.Unreachable](err)
	busy := apierrors.IsServerTimeout(err) || apierrors.IsServiceUnavailable(err) || apierrors.IsInternalError(err) || apierrors.IsTooManyRequests(err)
	return (gone || busy) && ctx.Err() == nil
}

func (o *options) print(s *session.Session, checks []cliapi.Check) error {
	failed := session.ChecksFailed(checks)
	if o.Format.Name == "text" {
		var b strings.Builder
		session.WriteChecks(&b, checks)
		if err := s.Write(b.String(), "the checks"); err != nil {
			return err
		}
		return failed
	}
	report := session.NewChecks("CheckReport", checks)
	report.Namespace = s.Cluster.Namespace
	if err := s.Encode(report, "the checks"); err != nil {
		return err
	}
	return failed
}
