package check

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// judgeInjection tells what the dry run has shown. (§2, §3)
func judgeInjection(s *seen) cliapi.Check {
	d := &s.dry
	switch {
	case d.skipped != "":
		return cliapi.Check{Status: cliapi.CheckSkipped, Message: d.skipped}
	case d.none.Code != "":
		return session.CheckOf("", cliapi.CheckUnknown, d.none)
	}
	about := fmt.Sprintf("a dry-run pod in namespace %q with ServiceAccount %q", d.namespace.Name, d.account.Name)
	out := cliapi.Check{Object: "serviceaccount/" + d.account.Name}
	switch {
	case d.refused != nil:
		return judgeRefusal(s, about)
	case d.proof.Bare:
		out.Status, out.Code = cliapi.CheckFailed, diagnose.CodeWebhookFails
		out.Message = string(d.by) + " did not act on " + about + ": it comes back with nothing of the injection"
		out.Details = behind(s)
	case d.valuesUnknown:
		out.Status = cliapi.CheckSkipped
		out.Message = fmt.Sprintf("it needs %s, which is unknown: %s comes back injected, and with what isn't compared", checkIdentity, about)
		out.Details = holds(d.plain.Got)
	case len(d.proof.Differences) > 0:
		out.Status, out.Code = cliapi.CheckFailed, diagnose.CodeWebhookInjectsOtherwise
		out.Message = about + " comes back with another injection than is planned"
		for _, diff := range d.proof.Differences {
			out.Details = append(out.Details, fmt.Sprintf("%s: %s %s, ours %s", diff.What, d.by.Short(), diff.Webhook, diff.Ours))
		}
		out.Hint = otherSettings(s)
	default:
		out.Status = cliapi.CheckPassed
		out.Message = about + " comes back with the injection that is planned" + suffix(d.by)
		if addRules(s, &out) {
			out.Status, out.Code = cliapi.CheckWarning, diagnose.CodeWebhookInjectsOtherwise
			out.Message = about + " comes back injected" + suffix(d.by) + ", with a difference in what isn't documented"
			out.Hint = "manifests that are rendered have the same difference: report it to this project"
			if value, ok := d.proof.Settled(diagnose.InitContainers); ok && value != fmt.Sprint(s.Injector.Config.InitContainers) {
				out.Hint = "give " + flagOf(diagnose.InitContainers, value) + ", and set it in the config of what renders manifests"
			}
		}
	}
	return out
}

// holds are the variables that a pod has come back with.
func holds(pod *corev1.PodTemplateSpec) []string {
	var out []string
	for _, c := range diagnose.FieldsOf(pod).Containers {
		for _, e := range c.Env {
			line := fmt.Sprintf("it has %s=%s", e.Name, e.Value)
			if e.ValueFrom == nil && e.Value != diagnose.ProbeRole && !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// addRules adds a line for each undocumented rule, and tells whether the webhook does otherwise
// in any of them.
func addRules(s *seen, out *cliapi.Check) (otherwise bool) {
	for _, r := range s.dry.proof.Rules {
		line := fmt.Sprintf("rules.md %s, %s: ", r.Section, r.Text)
		switch {
		case r.Hidden != "":
			line += "not shown: " + r.Hidden
		case len(r.Otherwise) == 0:
			line += "so it does"
		default:
			otherwise = true
			var all []string
			for _, diff := range r.Otherwise {
				all = append(all, fmt.Sprintf("%s: %s %s, ours %s", diff.What, s.dry.by.Short(), diff.Webhook, diff.Ours))
			}
			line += "the " + s.dry.by.Short() + " does otherwise: " + strings.Join(bounded(all), "; ")
		}
		out.Details = append(out.Details, line)
	}
	return otherwise
}

// judgeRefusal tells why the API server takes no pod: because the webhook doesn't answer it, or
// for a reason that says nothing of the webhook.
func judgeRefusal(s *seen, about string) cliapi.Check {
	out := cliapi.Check{
		Status: cliapi.CheckUnknown, Code: diagnose.CodeInjectionNotProven, Object: "serviceaccount/" + s.dry.account.Name,
		Message: "the API server refuses " + about + ": " + s.dry.refused.Error(),
		Hint:    "see to what it says, or name another namespace with -n",
	}
	for _, h := range s.hooks {
		if !strings.Contains(s.dry.refused.Error(), fmt.Sprintf("failed calling webhook %q", h.Name)) {
			continue
		}
		out.Status, out.Code, out.Object = cliapi.CheckFailed, diagnose.CodeWebhookFails, h.Object()
		out.Hint = "see why the webhook doesn't answer: no pod that it selects is created meanwhile"
		if h.Deployment.Found {
			out.Hint += fmt.Sprintf(": kubectl logs deployment/%s -n %s%s", h.Deployment.Name, h.Deployment.Namespace, s.Connection())
		}
	}
	return out
}

// behind says what may keep the webhook or the policy from acting.
func behind(s *seen) []string {
	if s.hasWebhook() && len(s.hooks) == 0 {
		return []string{s.unregistered.Message}
	}
	j := callIn(s, s.dry.namespace)
	var out []string
	for _, f := range slices.Concat(j.Findings, j.Policy.Findings) {
		out = append(out, fmt.Sprintf("%s: %s", f.Code, f.Message))
	}
	if j.Call == diagnose.Called {
		out = append(out, j.Hook.InVain())
	}
	return out
}

// otherSettings names the only other settings by which the rules make what has come back.
func otherSettings(s *seen) string {
	used := s.Injector.Config
	if s.dry.by != diagnose.ByWebhook {
		return "compare the settings of the policy and of the webhook: kubectl rrsa config"
	}
	all := diagnose.Settings{Config: used, Unread: []diagnose.Setting{diagnose.WebhookVersion, diagnose.AutoInjectSTSEnvVars, diagnose.InitContainers}}
	proof := all.Prove(s.dry.plain, s.dry.override)
	if len(proof.Possible) == 0 {
		return "compare account, cluster, region and settings with the component's: kubectl rrsa config"
	}
	var flags []string
	for _, set := range []diagnose.Setting{diagnose.WebhookVersion, diagnose.AutoInjectSTSEnvVars, diagnose.InitContainers} {
		if value, ok := proof.Settled(set); ok && value != all.Value(set) {
			flags = append(flags, flagOf(set, value))
		}
	}
	if len(flags) == 0 {
		return "it is what other settings make: compare them with the component's: kubectl rrsa config"
	}
	return "it is what these settings make: " + strings.Join(flags, " ")
}
