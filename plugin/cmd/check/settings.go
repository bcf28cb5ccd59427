package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// flagOf is the flag that gives a setting.
func flagOf(setting diagnose.Setting, value string) string {
	for _, set := range config.Settings() {
		if set.Name == string(setting) {
			return "--" + set.Flag + "=" + value
		}
	}
	return ""
}

// judgeSettings tells whether version and settings of the webhook are known, or are settled by
// the dry run, and from where. (§4, §6)
func judgeSettings(s *seen) cliapi.Check {
	if len(s.hooks) == 0 && s.unregistered.Blocking {
		return withoutHooks(s)
	}
	cfg, unread := s.Injector.Config, session.Unread(s.Session)
	out := cliapi.Check{Status: cliapi.CheckPassed, Message: "version and settings of the webhook are known"}
	for _, set := range s.Sources.Component(s.Settings, cfg) {
		if ofPolicy := strings.HasPrefix(set.Source.Of, cluster.PolicySource); ofPolicy || set.Source.From == cliapi.FromDefault || set.Name != string(diagnose.WebhookVersion) && !strings.EqualFold(set.Name, string(diagnose.AutoInjectSTSEnvVars)) {
			continue
		}
		out.Details = append(out.Details, fmt.Sprintf("%s %s: %s", set.Name, set.Value, session.SourceText(set.Source)))
	}
	out.Details = append(out.Details, s.Identity.Conflicts...)
	var settled, open, flags, hints []string
	for _, set := range []diagnose.Setting{diagnose.WebhookVersion, diagnose.AutoInjectSTSEnvVars, diagnose.InitContainers} {
		value, ok := s.dry.proof.Settled(set)
		needed := set != diagnose.InitContainers // no object has it, so that nothing could be read
		switch {
		case !slices.Contains(unread, set):
		case ok && value == "any":
			settled, flags = append(settled, string(set)+" changes nothing in this version"), append(flags, flagOf(set, "true"))
		case ok:
			settled, flags = append(settled, string(set)+"="+value), append(flags, flagOf(set, value))
		case needed:
			open, hints = append(open, string(set)), append(hints, set.Settles())
		}
	}
	if len(settled) > 0 {
		out.Details = append(out.Details, "settled by the dry run: "+strings.Join(settled, ", "), "for other verbs give "+strings.Join(flags, " "))
	}
	notices := slices.DeleteFunc(cfg.Notices(), func(r rrsa.Reason) bool { return r.Code != rrsa.CodeWebhookVersionUnlisted })
	version := strings.TrimPrefix(cfg.WebhookVersion, "v")
	if strings.Count(version, ".") == 1 {
		version += ".0"
	}
	differs := func(f diagnose.Finding) bool { return f.Code == diagnose.CodeWebhookVersionDiffers }
	judged := s.Webhook.Judge(diagnose.Target{}, cfg.WebhookVersion).Findings
	switch at := slices.IndexFunc(judged, differs); {
	case len(open) > 0:
		out.Status, out.Code = cliapi.CheckUnknown, diagnose.CodeSettingNotKnown
		out.Message = words(open) + " could not be read, and no dry run settles it"
		out.Hint = strings.Join(hints, "; ")
	case at >= 0: // a flag or the config says another version than runs
		said := session.CheckOf("", cliapi.CheckWarning, judged[at])
		out.Status, out.Code, out.Message, out.Object, out.Hint = said.Status, said.Code, said.Message, said.Object, said.Hint
	case len(notices) > 0:
		out.Status, out.Code, out.Message, out.Hint = cliapi.CheckWarning, notices[0].Code, notices[0].Message, notices[0].Hint
	case !slices.ContainsFunc(rrsa.Releases(), func(r rrsa.Release) bool { return r.Version == version }):
		out.Status, out.Code = cliapi.CheckWarning, rrsa.CodeWebhookVersionUnlisted
		out.Message = fmt.Sprintf("webhook version %s is not known here; the rules of the release before it are used", version)
	case slices.Contains(unread, diagnose.WebhookVersion) || slices.Contains(unread, diagnose.AutoInjectSTSEnvVars):
		out.Message = "what could not be read of the webhook's settings is settled by the dry run"
	}
	return out
}
