package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// The checks, by their names.
const (
	checkEnabled        = "rrsa-enabled"
	checkIdentity       = "identity"
	checkRegistered     = "webhook-registered"
	checkReady          = "webhook-ready"
	checkCertificate    = "webhook-certificate"
	checkSelects        = "webhook-selects"
	checkSettings       = "webhook-settings"
	checkPolicy         = "policy"
	checkPolicySelects  = "policy-selects"
	checkPolicySettings = "policy-settings"
	checkInjection      = "injection"
	checkPermissions    = "permissions"
)

// seen is what was read of a cluster, from which the checks are judged.
type seen struct {
	*session.Session
	now time.Time
	// named tells that -n names the namespace.
	named bool
	// hooks are the webhooks for the creation of pods; without any unregistered says why.
	hooks        []*diagnose.Hook
	unregistered diagnose.Finding
	// enabled are the Namespaces with the label. Where they may not be listed, it is the
	// one that -n or the context names, if that has it.
	enabled []*corev1.Namespace
	listed  bool
	missing []missing
	// rightsErr says why it isn't known which rights are missing.
	rightsErr error
	dry       dryRun
}

// checks reads what there is, and judges it.
func (o *options) checks(ctx context.Context, s *session.Session) ([]cliapi.Check, error) {
	w := &seen{Session: s, now: o.now(), named: o.Connection.Namespace() != ""}
	if w.named {
		if err := session.CheckNamespace(s.Lookup, s.Cluster.Namespace); err != nil {
			return nil, err
		}
	}
	w.hooks, w.unregistered = s.Webhook.Registered()
	if err := cluster.Together(
		func() error { return w.readEnabled(ctx) },
		func() error {
			if w.missing, w.rightsErr = missingRights(ctx, s.Cluster); w.rightsErr != nil && over(ctx, w.rightsErr) {
				return w.rightsErr
			}
			return nil
		},
	); err != nil {
		return nil, err
	}
	out := []cliapi.Check{as(checkEnabled, judgeEnabled(w)), as(checkIdentity, judgeIdentity(w))}
	var installed, injects []cliapi.Check
	if w.hasWebhook() {
		installed = []cliapi.Check{as(checkRegistered, judgeRegistered(w)), as(checkReady, judgeReady(w)), as(checkCertificate, judgeCertificate(w))}
	}
	// Without them no pod is injected, so that the pod would only say it once more.
	if i := slices.IndexFunc(installed, func(c cliapi.Check) bool { return c.Status == cliapi.CheckFailed }); i >= 0 && !w.withoutWebhook() {
		w.dry.skipped = needing(installed[i])
	} else if err := w.probe(ctx); err != nil {
		return nil, err
	}
	if w.dry.answered() && w.dry.by == diagnose.ByWebhook {
		settle(installed[1:])
	}
	if w.hasWebhook() {
		injects = []cliapi.Check{as(checkSelects, judgeSelects(w)), as(checkSettings, judgeSettings(w))}
	}
	return slices.Concat(out, installed, policyChecks(w), injects, []cliapi.Check{as(checkInjection, judgeInjection(w)), as(checkPermissions, judgePermissions(w))}), nil
}

func as(name string, c cliapi.Check) cliapi.Check {
	c.Name = name
	return c
}

// needing says of which check another one needs that it had passed.
func needing(c cliapi.Check) string {
	verb := "is unknown"
	if c.Status == cliapi.CheckFailed {
		verb = "has failed"
	}
	return fmt.Sprintf("it needs %s, which %s", c.Name, verb)
}

// hasWebhook tells whether the webhook is judged: not where a policy is in its place.
func (s *seen) hasWebhook() bool {
	return len(s.Webhook.Hooks) > 0 || s.Webhook.Unreadable != "" || len(s.Webhook.Policies.All) == 0
}

// withoutWebhook tells whether pods may be injected though the webhook isn't well: by a
// policy, unless the webhook has the API server refuse them.
func (s *seen) withoutWebhook() bool {
	refuses := func(h *diagnose.Hook) bool { return h.Failure() == admissionregistrationv1.Fail }
	return len(s.Webhook.Policies.All) > 0 && !slices.ContainsFunc(s.hooks, refuses)
}

// settle has checks pass that are unknown, after the webhook has answered the dry run: so it
// runs, and the API server accepts its certificate.
func settle(checks []cliapi.Check) {
	for i, c := range checks {
		if c.Status == cliapi.CheckUnknown {
			details := append([]string{"in itself: " + c.Message}, c.Details...)
			checks[i] = cliapi.Check{Name: c.Name, Status: cliapi.CheckPassed, Message: "the webhook has answered the dry run", Object: c.Object, Details: details}
		}
	}
}

// readEnabled reads the Namespaces with the label.
func (s *seen) readEnabled(ctx context.Context) (err error) {
	if s.enabled, s.listed, err = cluster.Enabled(ctx, s.Cluster); err != nil || s.listed {
		return err
	}
	one, err := s.Lookup.Namespace(s.Cluster.Namespace)
	if err == nil && one != nil && one.Object != nil && isOn(one.Object) {
		s.enabled = []*corev1.Namespace{one.Object}
	}
	return err
}
