package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// found is a finding as a check: one that blocks has failed, any other isn't known.
func found(f diagnose.Finding) cliapi.Check {
	status := cliapi.CheckUnknown
	if f.Blocking {
		status = cliapi.CheckFailed
	}
	return session.CheckOf("", status, f)
}

// judgeEnabled judges the issuer of the cluster's tokens. (§6)
func judgeEnabled(s *seen) cliapi.Check {
	for _, f := range s.Enabled() {
		f.Blocking = f.Code == diagnose.CodeRRSANotEnabled || f.Code == diagnose.CodeIssuerDiffers
		return found(f)
	}
	issuer, _ := s.Identity.First(cluster.Issuer)
	out := cliapi.Check{Status: cliapi.CheckPassed, Message: "the issuer of the cluster's tokens is " + issuer.Value}
	if s.GivenIssuer() != "" {
		out.Message += ", as the settings have it"
	}
	return out
}

// judgeIdentity tells account, cluster or provider, and region, each with its source. (§6)
func judgeIdentity(s *seen) cliapi.Check {
	out := cliapi.Check{Status: cliapi.CheckPassed, Message: "account, cluster and region are known"}
	cfg := s.Injector.Config
	for _, set := range s.Sources.Component(s.Settings, cfg) {
		if slices.Contains([]string{"accountID", "clusterID", "region", "oidcProviderARN", "oidcIssuer"}, set.Name) && set.Value != "" {
			out.Details = append(out.Details, fmt.Sprintf("%s %s: %s", set.Name, set.Value, session.SourceText(set.Source)))
		}
	}
	var unknown, flags []string
	for _, f := range []struct{ name, value, flag string }{
		{"account", cfg.AccountID, "--account-id"}, {"cluster", cmp.Or(cfg.ClusterID, cfg.OIDCProviderARN), "--cluster-id (or --oidc-provider-arn)"}, {"region", cfg.Region, "--region"},
	} {
		if f.value == "" && (f.name != "region" || needsRegion(cfg)) {
			unknown, flags = append(unknown, f.name), append(flags, f.flag)
		}
	}
	for _, n := range cfg.Notices() {
		if n.Code == rrsa.CodeProviderOfOtherAccount {
			out.Status, out.Code, out.Message, out.Hint = cliapi.CheckWarning, n.Code, n.Message, n.Hint
		}
	}
	if cfg.Region == "" && !needsRegion(cfg) && out.Status == cliapi.CheckPassed {
		out.Message = "account and cluster are known, and no region is needed"
	}
	if len(unknown) > 0 {
		if out.Status == cliapi.CheckWarning {
			out.Details = append(out.Details, out.Message)
		}
		out.Status, out.Code, out.Message = cliapi.CheckUnknown, "", "it isn't known which "+words(unknown)+" it is"
		out.Hint = "give " + words(flags) + "; -v 1 says what was asked, and why it has no answer"
	}
	return out
}

// needsRegion tells whether pods get variables that are made of the region. One whose
// ServiceAccount asks for the endpoint is told itself. (§2)
func needsRegion(cfg rrsa.Config) bool {
	has, err := rrsa.HasRule(cfg.WebhookVersion, rrsa.RuleSTSEnvVars)
	return err != nil || has && cfg.AutoInjectSTSEnvVars
}

// judgeRegistered tells which webhooks the API server asks when pods are created. (§1)
func judgeRegistered(s *seen) cliapi.Check {
	if len(s.hooks) == 0 {
		return found(s.unregistered)
	}
	out := cliapi.Check{Status: cliapi.CheckPassed, Object: s.hooks[0].Object(), Message: "the API server asks the webhook when pods are created"}
	for _, h := range s.hooks {
		calls := "a URL"
		if service := h.ClientConfig.Service; service != nil {
			calls = fmt.Sprintf("service %s/%s", service.Namespace, service.Name)
		}
		out.Details = append(out.Details, fmt.Sprintf("%s webhooks[%d]: %s, failurePolicy %s", h.Object(), h.Index, calls, h.Failure()))
	}
	return out
}

// withoutHooks is a check that needs a webhook, of which none is registered.
func withoutHooks(s *seen) cliapi.Check {
	return cliapi.Check{Status: cliapi.CheckSkipped, Message: needing(as(checkRegistered, found(s.unregistered)))}
}

// judgeReady judges the Deployments behind the webhooks: the worst of them counts.
func judgeReady(s *seen) cliapi.Check {
	return worst(s, func(h *diagnose.Hook) cliapi.Check {
		for _, f := range h.Readiness() {
			return found(f)
		}
		d := h.Deployment
		out := cliapi.Check{
			Status: cliapi.CheckPassed, Object: "deployment/" + d.Name,
			Message: fmt.Sprintf("%d of %d pods of the Deployment %q are ready", d.Ready, d.Replicas, d.NamespacedName),
		}
		if d.Ready < d.Replicas {
			out.Status, out.Hint = cliapi.CheckWarning, fmt.Sprintf("see why with kubectl describe deployment %s -n %s%s", d.Name, d.Namespace, s.Connection())
		}
		return out
	})
}

// judgeCertificate judges what the API server verifies the webhooks with.
func judgeCertificate(s *seen) cliapi.Check {
	return worst(s, func(h *diagnose.Hook) cliapi.Check {
		status, f, details := h.Certificate(s.now)
		out := session.CheckOf("", status, f)
		out.Details = append(details, "the webhook's own certificate can't be read from outside: "+checkInjection+" shows whether the API server accepts it")
		return out
	})
}

// worst judges each webhook for pods, and returns the judgement that counts most.
func worst(s *seen, judge func(*diagnose.Hook) cliapi.Check) cliapi.Check {
	if len(s.hooks) == 0 {
		return withoutHooks(s)
	}
	rank := []cliapi.CheckStatus{cliapi.CheckPassed, cliapi.CheckWarning, cliapi.CheckUnknown, cliapi.CheckFailed}
	var out cliapi.Check
	for _, h := range s.hooks {
		if c := judge(h); slices.Index(rank, c.Status) > slices.Index(rank, out.Status) {
			out = c
		}
	}
	return out
}
