package audit

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// lints are what is wrong with the Namespaces and ServiceAccounts that were found,
// or only with those that the pods use.
func lints(a *auditor, onlyUsed bool) []cliapi.ObjectLint {
	out := []cliapi.ObjectLint{}
	lint := func(kind string, object metav1.Object, reasons []rrsa.Reason) {
		if onlyUsed && a.served[types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}] == nil {
			return
		}
		for _, r := range reasons {
			out = append(out, lintOf(kind, object, r))
		}
	}
	cfg := a.Injector.Config
	namespaces := map[string]*corev1.Namespace{}
	for _, ns := range a.Lookup.Namespaces() {
		namespaces[ns.Name] = ns
		lint("Namespace", ns, diagnose.LintNamespace(cfg, ns))
	}
	for _, sa := range a.Lookup.ServiceAccounts() {
		lint("ServiceAccount", sa, diagnose.LintServiceAccount(cfg, sa, namespaces[sa.Namespace]))
	}
	if !onlyUsed {
		out = append(out, unserved(a, namespaces)...)
	}
	return out
}

func lintOf(kind string, object metav1.Object, r rrsa.Reason) cliapi.ObjectLint {
	return cliapi.ObjectLint{
		APIVersion: cliapi.Version, Kind: "ObjectLint",
		Object: cliapi.LintedObject{APIVersion: "v1", Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()},
		Reason: session.Reason(r),
	}
}

// unserved are ServiceAccounts with a role that none of their pods can get, as neither the
// Namespace nor any of the pods is labelled. Where one of the pods is, the others are left
// out on purpose.
func unserved(a *auditor, namespaces map[string]*corev1.Namespace) []cliapi.ObjectLint {
	var out []cliapi.ObjectLint
	for _, sa := range a.Lookup.ServiceAccounts() {
		ns, s := namespaces[sa.Namespace], a.served[types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}]
		if ns == nil || s == nil || s.open > 0 || s.shut == 0 {
			continue
		}
		in := rrsa.Input{NamespaceName: sa.Namespace, Namespace: ns, ServiceAccount: sa}
		d := rrsa.Plan(a.Injector.Config, in)
		if _, labelled := ns.Labels[rrsa.InjectionKey]; labelled || len(d.Reasons) == 0 || d.Reasons[0].Code != rrsa.CodeNamespaceNotEnabled || blocks(d, rrsa.LevelServiceAccount) {
			continue
		}
		hint := d.Reasons[0].Hint + a.Connection()
		out = append(out, lintOf("ServiceAccount", sa, rrsa.Reason{
			Code: diagnose.CodeRoleNotInjected, Severity: rrsa.Warning, Level: rrsa.LevelServiceAccount, Field: "metadata.annotations[" + rrsa.RoleNameKey + "]",
			Message: fmt.Sprintf("it has a role, and %s of it can't get that: neither the Namespace nor any of the pods has the label %s=%s", term.Count(s.shut, "pod"), rrsa.InjectionKey, rrsa.On),
			Hint:    hint,
		}))
	}
	return out
}

// blocks tells whether a reason of a level keeps pods from an injection.
func blocks(d rrsa.Decision, level rrsa.Level) bool {
	for _, r := range d.Reasons {
		if r.Blocking && r.Level == level {
			return true
		}
	}
	return false
}
