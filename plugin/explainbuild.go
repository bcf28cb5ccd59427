package plugin

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// explain turns decisions into what is printed about them.
func (s *settingFlags) explain(settings *config.InjectRRSA, cfg rrsa.Config, notices []rrsa.Reason, changes []*manifest.Change) explanationList {
	list := explanationList{APIVersion: cliVersion, Kind: "ExplanationList", Settings: s.component(settings, cfg), Items: []explanation{}}
	for _, r := range notices {
		list.Notices = append(list.Notices, explainReason(r))
	}
	for _, c := range changes {
		list.Items = append(list.Items, s.explainChange(c, settings.Mode, list.Settings))
	}
	return list
}

// alone is the only item, with what the list says of the settings; or the list if
// the object has several pod templates.
func (l explanationList) alone() any {
	if len(l.Items) != 1 {
		return l
	}
	e := l.Items[0]
	e.Component, e.Notices = l.Settings, l.Notices
	return e
}

// component lists the settings that no manifest has, each with its source. What
// isn't set has no value and the source "unknown".
func (s *settingFlags) component(settings *config.InjectRRSA, cfg rrsa.Config) []explainedSetting {
	var out []explainedSetting
	for _, set := range config.Settings() {
		value := set.Value(settings)
		from := s.given(set.Flag, value != "")
		switch {
		case set.Group == config.Outcome || set.Name == "namespace" && value == "":
			continue
		case set.Name == "oidcProviderARN" && value == "":
			if arn, err := cfg.ProviderARN(); err == nil {
				value, from = arn, source{From: "derived", Of: "accountID and clusterID"}
			}
		case value == "":
			value = set.Default
		}
		if value == "" {
			from = unknownSource
		}
		name := set.Name
		if name == "autoInjectSTSEnvVars" {
			name = "AutoInjectSTSEnvVars" // as the webhook and the engine spell it
		}
		out = append(out, explainedSetting{Name: name, Value: value, Level: rrsa.LevelComponent, Source: from})
	}
	return out
}

func (s *settingFlags) explainChange(c *manifest.Change, mode config.Mode, component []explainedSetting) explanation {
	e := explanation{
		APIVersion: cliVersion, Kind: "Explanation", title: c.String(), Path: c.Path, Verdict: c.Decision.Verdict,
		Object:  explainedObject{APIVersion: c.Item.APIVersion, Kind: c.Item.Kind, Name: c.Item.Name, Source: s.inInput(c.Item)},
		Reasons: []explainedReason{},
	}
	known := c.Sources()
	// A removal asks for neither.
	if c.ServiceAccount != "" && mode != config.ModeRemove {
		e.Namespace = &explainedNeighbour{c.Namespace, s.sourceOf(known.Namespace)}
		e.ServiceAccount = &explainedNeighbour{c.ServiceAccount, s.sourceOf(known.ServiceAccount)}
	}
	first := slices.IndexFunc(c.Decision.Reasons, func(r rrsa.Reason) bool { return r.Blocking })
	for i, r := range c.Decision.Reasons {
		said := explainReason(r)
		said.First, said.Field = i == first, c.Field(r)
		switch subject := c.Subject(r); {
		case subject != nil:
			said.Object = subject.String()
		case r.Level == rrsa.LevelNamespace && known.Namespace.From != "":
			said.Object = "namespace/" + c.Namespace
		case r.Level == rrsa.LevelServiceAccount && known.ServiceAccount.From != "":
			said.Object = "serviceaccount/" + c.ServiceAccount
		}
		e.Reasons = append(e.Reasons, said)
	}
	for _, set := range c.Decision.Settings {
		e.Settings = append(e.Settings, s.explainSetting(c, set, component))
	}
	e.containers(c)
	return e
}

func explainReason(r rrsa.Reason) explainedReason {
	return explainedReason{
		Code: r.Code, Severity: r.Severity, Blocking: r.Blocking, Level: r.Level, Field: r.Field, Message: r.Message, Hint: term.Hint(r),
	}
}

// explainSetting says where one setting of a decision comes from. One of the
// component has the source that the list of those has; what is in neither an
// object nor that list is a default of the rules.
func (s *settingFlags) explainSetting(c *manifest.Change, set rrsa.Setting, component []explainedSetting) explainedSetting {
	out := explainedSetting{Name: set.Name, Value: set.Value, Level: set.Level, Key: set.Key, Source: defaultSource}
	known := c.Sources()
	switch set.Level {
	case rrsa.LevelPod:
		out.Object, out.Source = c.Item.String(), s.inInput(c.Item)
	case rrsa.LevelNamespace:
		out.Object, out.Source = "namespace/"+set.Object, s.sourceOf(known.Namespace)
	case rrsa.LevelServiceAccount:
		out.Object, out.Source = "serviceaccount/"+set.Object, s.sourceOf(known.ServiceAccount)
	default:
		if i := slices.IndexFunc(component, func(e explainedSetting) bool { return e.Name == set.Name }); i >= 0 {
			out.Source = component[i].Source
		}
	}
	return out
}

// containers sorts the edits by container. A container that isn't selected is
// there if something is taken out of it.
func (e *explanation) containers(c *manifest.Change) {
	at := func(name string, selected bool) *explainedContainer {
		i := slices.IndexFunc(e.Containers, func(have explainedContainer) bool { return have.Name == name })
		if i < 0 {
			i = len(e.Containers)
			e.Containers = append(e.Containers, explainedContainer{Name: name, Selected: selected})
		}
		return &e.Containers[i]
	}
	for _, name := range c.Decision.Containers {
		at(name, true)
	}
	for _, edit := range c.Edits() {
		said := explainedEdit{edit.Action, edit.Field, edit.Value}
		if edit.Container == "" {
			e.Edits = append(e.Edits, said)
			continue
		}
		to := at(edit.Container, false)
		to.Edits = append(to.Edits, said)
	}
}
