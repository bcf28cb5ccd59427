package explain

import (
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// explainer makes of decisions what is printed about them.
type explainer struct {
	*session.Session
	live   diagnose.Live
	around *surroundings
	// doubt is what a newer pod shows that speaks against the webhook answering now.
	doubt     diagnose.Finding
	component []cliapi.Setting
}

// explanations turns decisions into what is printed about them.
func (x *explainer) explanations(notices []rrsa.Reason, changes []*inject.Template) (cliapi.ExplanationList, error) {
	list := cliapi.ExplanationList{APIVersion: cliapi.Version, Kind: "ExplanationList", Omitted: x.Input.Left, Items: []cliapi.Explanation{}}
	for _, r := range notices {
		list.Notices = append(list.Notices, session.Reason(r))
	}
	settings, ofCluster := x.aboutCluster()
	list.Settings, list.Notices = settings, append(list.Notices, ofCluster...)
	for _, c := range changes {
		e, err := x.explain(c)
		if err != nil {
			return list, err
		}
		list.Items = append(list.Items, e)
	}
	return list, nil
}

// aboutCluster are the settings that no object has, and what is to be said of the cluster
// as a whole.
func (x *explainer) aboutCluster() (settings []cliapi.Setting, notices []cliapi.Reason) {
	if x.Cluster == nil || x.Settings.Mode == config.ModeRemove {
		return x.component, nil
	}
	settings = slices.Clip(x.component)
	if issuer, ok := x.Identity.First(cluster.Issuer); ok {
		settings = append(settings, cliapi.Setting{
			Name: string(cluster.Issuer), Value: issuer.Value, Level: rrsa.LevelComponent, Source: cliapi.Source{From: cliapi.FromLive, Of: issuer.Source},
		})
	}
	return settings, session.Findings(x.Enabled())
}

// explain says all about one pod template, or pod.
func (x *explainer) explain(c *inject.Template) (cliapi.Explanation, error) {
	pod := x.Input.Pods[c.Item]
	if pod != nil {
		pod = session.InNamespace(c, pod)
	}
	if pod == nil || x.Settings.Mode == config.ModeRemove {
		e := x.decided(c, c.Decision)
		addContainers(&e, c)
		return e, x.addTemplate(c, &e)
	}
	around, err := session.Around(x.Session, c, diagnose.Template(pod))
	if err != nil {
		return cliapi.Explanation{}, err
	}
	d := x.live.Pod(pod, around, x.around.tops[c.Item])
	e := x.decided(c, d.Decision)
	for _, name := range d.Decision.Containers {
		e.Containers = append(e.Containers, cliapi.ExplainedContainer{Name: name, Selected: true})
	}
	err = x.addPod(c, &e, pod, around, d)
	x.rank(&e, d.State == rrsa.StateOK)
	return e, err
}

// addTemplate adds to a decision about a pod template what only the cluster can tell.
func (x *explainer) addTemplate(c *inject.Template, e *cliapi.Explanation) error {
	if c.ServiceAccount == "" || x.Settings.Mode == config.ModeRemove {
		return nil // of a kind whose pod templates aren't known
	}
	known := c.Sources()
	around := diagnose.Known(known.Namespace.Meta, known.ServiceAccount.Meta)
	subject := diagnose.Subject{Namespace: c.Namespace, Around: around, Decision: c.Decision, Workload: x.around.workloads[c.Item], Object: c.Item.String()}
	has := c.Decision.Verdict == rrsa.Injected && c.Settled()
	var judged diagnose.Judgement
	if x.Webhook != nil {
		_, judged = x.live.Acts(around, c.Namespace, session.PodTemplate(c))
		x.judgeWebhook(e, judged)
		x.rank(e, has)
	}
	if list, live := x.around.pods[c.Item]; live {
		if err := x.addPods(c, e, list); err != nil {
			return err
		}
	}
	if e.Cause == nil || subject.Workload != nil && subject.Workload.Fails != "" {
		e.Cause = cause(x.live.Template(subject, judged, has), nil)
	}
	return nil
}

// decided is what a decision says, about a pod template or a pod.
func (x *explainer) decided(c *inject.Template, d rrsa.Decision) cliapi.Explanation {
	s := x.Session
	e := cliapi.Explanation{
		APIVersion: cliapi.Version, Kind: "Explanation", Path: c.Path, Verdict: d.Verdict,
		Object:  cliapi.ExplainedObject{APIVersion: c.Item.APIVersion, Kind: c.Item.Kind, Name: c.Item.Name, Source: s.Sources.InInput(c.Item)},
		Reasons: []cliapi.Reason{},
	}
	known := c.Sources()
	// A removal asks for neither.
	if c.ServiceAccount != "" && s.Settings.Mode != config.ModeRemove {
		e.Namespace = &cliapi.Surrounding{Name: c.Namespace, Source: s.Sources.Of(known.Namespace)}
		e.ServiceAccount = &cliapi.Surrounding{Name: c.ServiceAccount, Source: s.Sources.Of(known.ServiceAccount)}
	}
	first := slices.IndexFunc(d.Reasons, func(r rrsa.Reason) bool { return r.Blocking })
	for i, r := range d.Reasons {
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
	for _, set := range d.Settings {
		e.Settings = append(e.Settings, explainSetting(s, c, set, x.component))
	}
	return e
}

// rank marks the first reason of the policy and the webhook that blocks if no earlier one
// does. A pod that has all of the injection does without both, and one that the policy injects
// without the webhook, unless that has the API server refuse it: nothing blocks then.
func (x *explainer) rank(e *cliapi.Explanation, has bool) {
	first := slices.ContainsFunc(e.Reasons, func(r cliapi.Reason) bool { return r.First })
	mark := func(reasons []cliapi.Reason, free bool) {
		for i := range reasons {
			r := &reasons[i]
			r.Blocking = r.Blocking && !has && !free
			r.First = r.Blocking && !first
			first = first || r.First
		}
	}
	if e.Policy != nil {
		mark(e.Policy.Reasons, e.Webhook != nil && e.Webhook.Call == string(diagnose.Called) && !blocks(e.Webhook.Reasons))
	}
	if e.Webhook != nil {
		refuses := e.Webhook.Call == string(diagnose.Called) && e.Webhook.FailurePolicy == string(admissionregistrationv1.Fail)
		mark(e.Webhook.Reasons, e.Policy != nil && e.Policy.Call == string(diagnose.Called) && !refuses)
	}
}

// blocks tells whether a reason keeps a pod from an injection.
func blocks(reasons []cliapi.Reason) bool {
	return slices.ContainsFunc(reasons, func(r cliapi.Reason) bool { return r.Blocking })
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
