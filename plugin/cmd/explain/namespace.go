package explain

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// explainNamespace says whether the Namespace has its pods injected, and how they are.
func explainNamespace(s *set) (cliapi.NamespaceExplanation, error) {
	e := cliapi.NamespaceExplanation{
		APIVersion: cliapi.Version, Kind: "NamespaceExplanation", ServiceAccounts: []cliapi.ServedAccount{},
		Object: cliapi.ExplainedObject{APIVersion: "v1", Kind: "Namespace", Name: s.namespace, Source: cliapi.Source{From: cliapi.FromLive}},
	}
	around, err := s.near.Around(s.namespace, "")
	if err != nil {
		return e, err
	}
	around.ServiceAccount = diagnose.AnyAccount(s.namespace)
	if e.PodSet, err = s.podSet(); err != nil {
		return e, err
	}
	if e.Gate, err = s.gate(around.Namespace); err != nil {
		return e, err
	}
	e.Policy, e.Webhook = s.injectors(around)
	if ns := around.Namespace; ns != nil {
		for _, set := range diagnose.NamespaceGives(s.live.Config, ns) {
			if set.Name == "override-env" { // the gate's own is above
				e.Settings = append(e.Settings, s.setting(set))
			}
		}
		e.Lints = s.lints("namespace/"+s.namespace, diagnose.LintNamespace(s.live.Config, ns))
	}
	for _, sa := range s.Lookup.ServiceAccounts() {
		if sa.Namespace != s.namespace {
			continue
		}
		e.Lints = append(e.Lints, s.lints("serviceaccount/"+sa.Name, diagnose.LintServiceAccount(s.live.Config, sa, around.Namespace))...)
		if metav1.HasAnnotation(sa.ObjectMeta, rrsa.RoleNameKey) {
			e.ServiceAccounts = append(e.ServiceAccounts, served(s, sa))
		}
	}
	if e.Cause = foundCause(e.PodSet); e.Cause == nil {
		if state, why := s.anyPod(around, ""); state != rrsa.StateOK {
			e.Cause = cause(why, nil)
		}
	}
	return e, nil
}

// served counts the pods of a ServiceAccount, and says whether anything uses it.
func served(s *set, sa *corev1.ServiceAccount) cliapi.ServedAccount {
	out := cliapi.ServedAccount{Name: sa.Name, Role: s.role(sa), States: map[rrsa.State]int{}, Used: cliapi.No}
	maps.Copy(out.States, s.accounts[sa.Name])
	if s.podsUnread || len(s.inventory.Unread) > 0 {
		out.Used = cliapi.Unknown
	}
	if len(out.States) > 0 {
		out.Used = cliapi.Yes
	}
	for _, w := range s.inventory.Workloads {
		if w.Template != nil && !w.Ended && rrsa.ServiceAccountName(w.Template) == sa.Name {
			out.Used = cliapi.Yes
		}
	}
	return out
}
