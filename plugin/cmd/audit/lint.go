package audit

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// lints are what is wrong with the Namespaces and ServiceAccounts that were found,
// or with those of them that are used: the Namespaces without a name; nil for all.
func lints(cfg rrsa.Config, lookup *cluster.Lookup, used map[types.NamespacedName]bool) []cliapi.ObjectLint {
	out := []cliapi.ObjectLint{}
	seen := map[rrsa.Reason]bool{}
	add := func(kind string, object metav1.Object, level rrsa.Level, in rrsa.Input) {
		for _, r := range rrsa.Plan(cfg, in).Reasons {
			if r.Level == level && r.Severity != rrsa.Info && !seen[r] {
				seen[r] = true
				out = append(out, cliapi.ObjectLint{
					APIVersion: cliapi.Version, Kind: "ObjectLint",
					Object: cliapi.LintedObject{APIVersion: "v1", Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()},
					Reason: session.Reason(r),
				})
			}
		}
	}
	// What is next to an object opens the gate, so that each setting of it is read.
	role := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{rrsa.RoleNameKey: "any"}}}
	enabled := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}}
	namespaces := map[string]*corev1.Namespace{}
	for _, ns := range lookup.Namespaces() {
		namespaces[ns.Name] = ns
		if used != nil && !used[types.NamespacedName{Namespace: ns.Name}] {
			continue
		}
		clear(seen)
		add("Namespace", ns, rrsa.LevelNamespace, rrsa.Input{NamespaceName: ns.Name, Namespace: ns, ServiceAccount: role})
	}
	for _, sa := range lookup.ServiceAccounts() {
		if used != nil && !used[types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}] {
			continue
		}
		clear(seen)
		// Next to its own Namespace, too: a key on the wrong object is no mistake where
		// the right one has it.
		for _, ns := range []*corev1.Namespace{namespaces[sa.Namespace], enabled} {
			add("ServiceAccount", sa, rrsa.LevelServiceAccount, rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: ns})
		}
	}
	return out
}
