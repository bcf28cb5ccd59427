package explain

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// explanations turns decisions into what is printed about them.
func explanations(s *session.Session, notices []rrsa.Reason, changes []*inject.Template) cliapi.ExplanationList {
	list := cliapi.ExplanationList{
		APIVersion: cliapi.Version, Kind: "ExplanationList",
		Settings: s.Sources.Component(s.Settings, s.Injector.Config), Items: []cliapi.Explanation{},
	}
	for _, r := range notices {
		list.Notices = append(list.Notices, session.Reason(r))
	}
	for _, c := range changes {
		list.Items = append(list.Items, explain(s, c, list.Settings))
	}
	return list
}

// explain turns one decision into what is printed about it.
func explain(s *session.Session, c *inject.Template, component []cliapi.Setting) cliapi.Explanation {
	e := cliapi.Explanation{
		APIVersion: cliapi.Version, Kind: "Explanation", Path: c.Path, Verdict: c.Decision.Verdict,
		Object:  cliapi.ExplainedObject{APIVersion: c.Item.APIVersion, Kind: c.Item.Kind, Name: c.Item.Name, Source: s.Sources.InInput(c.Item)},
		Reasons: []cliapi.Reason{},
	}
	known := c.Sources()
	// A removal asks for neither.
	if c.ServiceAccount != "" && s.Settings.Mode != config.ModeRemove {
		e.Namespace = &cliapi.Surrounding{Name: c.Namespace, Source: s.Sources.Of(known.Namespace)}
		e.ServiceAccount = &cliapi.Surrounding{Name: c.ServiceAccount, Source: s.Sources.Of(known.ServiceAccount)}
	}
	first := slices.IndexFunc(c.Decision.Reasons, func(r rrsa.Reason) bool { return r.Blocking })
	for i, r := range c.Decision.Reasons {
		said := session.Reason(r)
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
		e.Settings = append(e.Settings, explainSetting(s, c, set, component))
	}
	addContainers(&e, c)
	return e
}

// explainSetting says where one setting of a decision comes from. One of the
// component has the source that the list of those has; what is in neither an
// object nor that list is a default of the rules.
func explainSetting(s *session.Session, c *inject.Template, set rrsa.Setting, component []cliapi.Setting) cliapi.Setting {
	out := cliapi.Setting{Name: set.Name, Value: set.Value, Level: set.Level, Key: set.Key, Source: cliapi.Source{From: cliapi.FromDefault}}
	switch set.Level {
	case rrsa.LevelPod:
		out.Object, out.Source = c.Item.String(), s.Sources.InInput(c.Item)
	case rrsa.LevelNamespace:
		out.Object, out.Source = "namespace/"+set.Object, s.Sources.Of(c.Sources().Namespace)
	case rrsa.LevelServiceAccount:
		out.Object, out.Source = "serviceaccount/"+set.Object, s.Sources.Of(c.Sources().ServiceAccount)
	default:
		if i := slices.IndexFunc(component, func(e cliapi.Setting) bool { return e.Name == set.Name }); i >= 0 {
			out.Source = component[i].Source
		}
	}
	return out
}

// addContainers sorts the edits by container. A container that isn't selected is
// there if something is taken out of it.
func addContainers(e *cliapi.Explanation, c *inject.Template) {
	at := func(name string, selected bool) *cliapi.ExplainedContainer {
		i := slices.IndexFunc(e.Containers, func(have cliapi.ExplainedContainer) bool { return have.Name == name })
		if i < 0 {
			i = len(e.Containers)
			e.Containers = append(e.Containers, cliapi.ExplainedContainer{Name: name, Selected: selected})
		}
		return &e.Containers[i]
	}
	for _, name := range c.Decision.Containers {
		at(name, true)
	}
	for _, edit := range c.Edits() {
		said := cliapi.Edit{Action: edit.Action, Field: edit.Field, Value: edit.Value}
		if edit.Container == "" {
			e.Edits = append(e.Edits, said)
			continue
		}
		to := at(edit.Container, false)
		to.Edits = append(to.Edits, said)
	}
}
