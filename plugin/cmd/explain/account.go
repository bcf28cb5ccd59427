package explain

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// explainAccount says whom the ServiceAccount serves, and who would be served.
func (s *set) explainAccount() (cliapi.ServiceAccountExplanation, error) {
	e := cliapi.ServiceAccountExplanation{
		APIVersion: cliapi.Version, Kind: "ServiceAccountExplanation", Namespace: s.namespace,
		Object: cliapi.ExplainedObject{APIVersion: "v1", Kind: "ServiceAccount", Name: s.account, Source: cliapi.Source{From: cliapi.FromLive}},
	}
	around, err := s.near.Around(s.namespace, s.account)
	if err != nil {
		return e, err
	}
	if e.PodSet, err = s.podSet(); err != nil {
		return e, err
	}
	if sa := around.ServiceAccount; sa != nil {
		e.Role = s.role(sa)
		for _, set := range diagnose.AccountGives(s.live.Config, sa) {
			if set.Level == rrsa.LevelServiceAccount && set.Name != "role-name" || set.Name == "service-account-token-expiration" || set.Name == "inject-sts-endpoint" {
				e.Settings = append(e.Settings, s.setting(set))
			}
		}
		e.Lints = s.lints("serviceaccount/"+s.account, diagnose.LintServiceAccount(s.live.Config, sa, around.Namespace))
	}
	if e.Gate, err = s.gate(around.Namespace); err != nil {
		return e, err
	}
	e.Policy, e.Webhook = s.injectors(around)
	state, why := s.anyPod(around, s.account)
	e.Serving = s.serving(e, state)
	e.Cause = accountCause(e, why)
	return e, nil
}

// serving is the answer in a word. state is that of a pod that sets nothing itself and is
// made now.
func (s *set) serving(e cliapi.ServiceAccountExplanation, state rrsa.State) cliapi.Serving {
	would := func(state rrsa.State) bool {
		return slices.ContainsFunc(e.WouldServe, func(p cliapi.Prospect) bool { return p.State == state })
	}
	lacks := len(s.inventory.Unread) > 0
	switch {
	case slices.ContainsFunc(s.live.Faults, func(f diagnose.Finding) bool { return f.Code == diagnose.CodeRRSANotEnabled }):
		return cliapi.ServesNobody // whatever its pods have
	case e.States[rrsa.StateOK] > 0:
		return cliapi.Serves
	case !e.Role.Valid && e.Role.Reason != nil:
		return cliapi.ServesNobody // whoever uses it
	case s.podsUnread, e.States[rrsa.StateUnknown] > 0:
		return cliapi.ServingUnknown
	case would(rrsa.StateOK):
		return cliapi.WouldServe
	case would(rrsa.StateUnknown), lacks && len(e.Groups) == 0:
		return cliapi.ServingUnknown
	}
	return cliapi.ServesNobody
}

// accountCause is the cause in the first line: of the pods that aren't as they should be,
// or else of what would be made. why is that of a pod that sets nothing itself.
func accountCause(e cliapi.ServiceAccountExplanation, why diagnose.Finding) *cliapi.Cause {
	if found := foundCause(e.PodSet); found != nil {
		return found
	}
	last := []rrsa.State{rrsa.StateNotApplicable}
	if e.States[rrsa.StateOK] > 0 {
		last = []rrsa.State{rrsa.StateOK} // what keeps a program from its credentials all the same
	}
	if found := causeOf(e.PodSet, last); found != nil || len(e.Groups) > 0 || e.Serving == cliapi.WouldServe {
		return found
	}
	for _, p := range e.WouldServe {
		if p.Cause != nil && p.State != rrsa.StateOK {
			return p.Cause
		}
	}
	return cause(why, nil)
}

// foundCause is the cause of the first pods that are a finding, in the order of a summary;
// nil for none.
func foundCause(p cliapi.PodSet) *cliapi.Cause { return causeOf(p, diagnose.FindingStates()) }

func causeOf(p cliapi.PodSet, states []rrsa.State) *cliapi.Cause {
	for _, state := range states {
		for _, g := range p.Groups {
			if g.State == state && g.Cause != nil {
				return g.Cause
			}
		}
	}
	return nil
}

// role is what a ServiceAccount's annotation comes to.
func (s *set) role(sa *corev1.ServiceAccount) cliapi.Role {
	arn, valid, why := diagnose.RoleOf(s.live.Config, sa)
	out := cliapi.Role{Name: sa.Annotations[rrsa.RoleNameKey], Valid: valid, ARN: arn}
	if why.Code != "" {
		said := session.Reason(why)
		out.Reason = &said
	}
	return out
}

// gate is whether the Namespace's label has pods injected.
func (s *set) gate(ns *corev1.Namespace) (cliapi.Gate, error) {
	out := cliapi.Gate{Enabled: cliapi.Unknown, Source: cliapi.Source{From: cliapi.FromUnknown}}
	live, err := s.Lookup.Namespace(s.namespace)
	if err != nil || ns == nil {
		return out, err
	}
	known := inject.Source{From: cliapi.FromConfig}
	if live.Object != nil {
		known.From = cliapi.FromLive
	}
	out.Source = s.Sources.Of(known)
	if out.Enabled, out.Label = cliapi.No, ns.Labels[rrsa.InjectionKey]; out.Label == rrsa.On {
		out.Enabled = cliapi.Yes
	}
	return out, nil
}

// injectors are what the policy and the webhook are to pods of the namespace, whatever labels
// they have.
func (s *set) injectors(around diagnose.Around) (*cliapi.Policy, *cliapi.Webhook) {
	live := s.live
	live.Webhook = live.Webhook.AnyPod()
	_, judged := live.Acts(around, s.namespace, nil)
	var e cliapi.Explanation
	s.judgeWebhook(&e, judged)
	return e.Policy, e.Webhook
}

// anyPod is how a pod comes out that sets nothing itself and is made now, whatever labels
// the webhook wants, and why.
func (s *set) anyPod(around diagnose.Around, account string) (rrsa.State, diagnose.Finding) {
	live := s.live
	live.Webhook = live.Webhook.AnyPod()
	w := &diagnose.Workload{Owner: cliapi.Owner{APIVersion: "v1", Kind: "ServiceAccount", Name: account}, Namespace: s.namespace, Template: diagnose.AnyPod(account)}
	return live.MadeNow(diagnose.Made{Namespace: s.namespace, Workload: w, Around: around, Doubt: s.doubt})
}

func (s *set) lints(object string, found []rrsa.Reason) []cliapi.Reason {
	var out []cliapi.Reason
	for _, r := range found {
		said := session.Reason(r)
		said.Object = object
		out = append(out, said)
	}
	return out
}

// setting says where a setting comes from: the live object, or else the component.
func (s *set) setting(set rrsa.Setting) cliapi.Setting {
	out := cliapi.Setting{Name: set.Name, Value: set.Value, Level: set.Level, Key: set.Key, Source: cliapi.Source{From: cliapi.FromDefault}}
	switch set.Level {
	case rrsa.LevelNamespace:
		out.Object, out.Source.From = "namespace/"+set.Object, cliapi.FromLive
	case rrsa.LevelServiceAccount:
		out.Object, out.Source.From = "serviceaccount/"+set.Object, cliapi.FromLive
	}
	return out
}
