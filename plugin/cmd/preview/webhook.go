package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// asWebhook decides about the input as the cluster's webhook would: of templates
// without what an earlier run has put in, and by the Namespaces and ServiceAccounts of the cluster,
// whatever the input has. It finds the webhook, or says why there is nothing to
// compare with, and then returns nothing.
func (s *serverCheck) asWebhook(ctx context.Context, bare []*manifest.Stream) ([]*inject.Template, error) {
	if s.Settings.Mode == config.ModeRemove {
		s.remark("only the API server's own checks are made: with the mode remove there is no injection to compare with the webhook's")
		return nil, nil
	}
	webhook, err := cluster.ReadWebhook(ctx, s.Cluster)
	if err != nil {
		return nil, err
	}
	for _, f := range webhook.Judge(cluster.Target{}, s.version()).Findings {
		if f.Code == cluster.CodeWebhookNotInstalled || f.Code == cluster.CodeWebhookNotReadable && f.Object == "" {
			s.remark("only the API server's own checks are made: %s", f.Message)
			return nil, nil
		}
	}
	s.webhook = webhook
	remove := s.WithMode(config.ModeRemove)
	if bare, _, err = remove.Changed(remove.Injector, bare, nil); err != nil {
		return nil, err
	}
	injector := s.Injector
	injector.Context, injector.Lookup = nil, s.Lookup
	nextToPods := func(it *manifest.Item) bool {
		return it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
	}
	report, err := injector.Plan(slices.DeleteFunc(session.Items(bare), nextToPods))
	if err != nil {
		return nil, err
	}
	return report.Templates, nil
}

// version is the one whose rules are ours.
func (s *serverCheck) version() string { return s.Injector.Config.WebhookVersion }

// compare has the API server and its webhook make a pod of the template without an
// injection, and holds it to ours. injected is the template of the result, bare the
// same one as the webhook gets it.
func (s *serverCheck) compare(ctx context.Context, injected, bare *inject.Template) error {
	d := bare.Decision
	if d.Verdict != rrsa.Injected && d.Verdict != rrsa.NotInjected {
		s.remark("%s is not compared with the webhook: by the cluster's objects: %s: %s", bare, d.Reasons[0].Code, d.Reasons[0].Message)
		return nil
	}
	pod, err := podOf(bare, s.Input.Live())
	if err != nil {
		return err
	}
	answer, err := s.dryRun.CreatePod(ctx, pod)
	var status apierrors.APIStatus
	switch {
	case errors.As(err, &status):
		s.remark("%s is not compared with the webhook: the API server refuses its pod without an injection: %v", bare, err)
		return nil
	case err != nil:
		return fmt.Errorf("checking %s with the API server: %w", bare, err)
	}
	ours, err := typedTemplate(pod)
	if err != nil {
		return err
	}
	d.Mutation.Apply(ours)
	theirs, foreign := withoutForeign(diagnose.Template(answer), ours)
	differences, orders, err := compareFields(theirs, ours)
	if err != nil {
		return err
	}
	for _, diff := range differences {
		term.WriteLine(&s.lines, "%s differs from the webhook: %s: webhook %s, ours %s", bare, diff.field, diff.webhook, diff.ours)
	}
	if len(differences) > 0 {
		s.differing++
		s.explain(bare)
	}
	for _, name := range foreign {
		s.remark("%s: container %q, which another webhook puts in, gets an injection from the webhook", bare, name)
	}
	for _, order := range orders {
		s.remark("%s: in container %q the webhook's order of variables is %s, ours %s", bare, order.field, order.webhook, order.ours)
	}
	return s.ownInput(injected, bare, ours)
}

// explain says what may be behind a difference: a webhook that isn't called, isn't
// ready or is of another version.
func (s *serverCheck) explain(bare *inject.Template) {
	for _, f := range s.webhook.Judge(session.Target(bare), s.version()).Findings {
		if f.Blocking || f.Severity != rrsa.Info {
			term.WriteReason(&s.lines, "  ", f.Reason)
		}
	}
}
