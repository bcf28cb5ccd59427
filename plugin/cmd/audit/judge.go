package audit

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// judge examines a pod.
func (a *auditor) judge(t *tally, pod *corev1.Pod) error {
	template := diagnose.Template(pod)
	around, err := a.around(pod.Namespace, rrsa.ServiceAccountName(template))
	if err != nil {
		return err
	}
	d := a.live.Pod(pod, around, nil)
	row := a.row(t, pod, d)
	t.count(pod, d)
	if diagnose.Broken(d.State) && metav1.GetControllerOfNoCopy(pod) == nil {
		t.bare = append(t.bare, a.live.Remake(diagnose.Made{
			Namespace: row.Namespace, Around: around, States: map[rrsa.State]int{d.State: 1}, Pods: []string{row.Name}, Bare: rrsa.Uninjected(template),
		}))
	}
	if a.all || diagnose.IsFinding(d.State) {
		t.rows = append(t.rows, row)
	}
	return nil
}

// row counts a pod, and is what the report may have of it.
func (a *auditor) row(t *tally, pod *corev1.Pod, d diagnose.Diagnosis) cliapi.PodAudit {
	row := cliapi.PodAudit{
		APIVersion: cliapi.Version, Kind: "PodAudit", Namespace: *once(a.names, pod.Namespace), Name: pod.Name, State: d.State,
		ServiceAccount: *once(a.names, rrsa.ServiceAccountName(diagnose.Template(pod))),
	}
	if t.counts[row.Namespace] == nil {
		t.counts[row.Namespace] = map[rrsa.State]int{}
	}
	t.counts[row.Namespace][d.State]++
	a.used[types.NamespacedName{Name: row.Namespace}] = true
	a.used[types.NamespacedName{Namespace: row.Namespace, Name: row.ServiceAccount}] = true
	if owner := ownerOf(pod); owner != nil {
		row.Owner = once(a.owners, *owner)
	}
	if d.State != rrsa.StateOK {
		reason := session.Reason(d.Reason)
		if diagnose.Broken(d.State) {
			reason.Hint = "" // the fixes say what helps, where that is proven
		}
		row.Reason = once(a.reasons, reason)
	}
	return row
}

// ownerOf is the pod's controller, and for a Deployment's ReplicaSet the Deployment, by
// the hash that the pods have as a label; nil without a controller. It is for the report:
// before anything is restarted, what makes the pods is read.
func ownerOf(pod *corev1.Pod) *cliapi.Owner {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil {
		return nil
	}
	o := &cliapi.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name}
	hash := pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if name, ok := strings.CutSuffix(o.Name, "-"+hash); ok && hash != "" && name != "" && diagnose.IsKind(*o, appsv1.GroupName, "ReplicaSet") {
		o.Kind, o.Name = "Deployment", name
	}
	return o
}

// surrounding asks the cluster, and for what may not be read there the config.
func surrounding[T any](a *auditor, find func(inject.Lookup) (*inject.Known[T], error)) (*inject.Known[T], error) {
	live, err := find(a.Lookup)
	if err != nil || live.Object != nil || live.Reasons[0].Code != cluster.CodeNotReadable {
		return live, err
	}
	given, err := find(a.context)
	if err != nil || given == nil {
		return live, err
	}
	return given, nil
}

// why is why an object isn't known; zero if it is.
func why[T any](known *inject.Known[T]) rrsa.Reason {
	if known.Object != nil || len(known.Reasons) == 0 {
		return rrsa.Reason{}
	}
	return known.Reasons[0]
}

// once is where the value is kept, equal ones in one place.
func once[T comparable](kept map[T]*T, value T) *T {
	if kept[value] == nil {
		kept[value] = &value
	}
	return kept[value]
}

// lints are what is wrong with the Namespaces and ServiceAccounts that were found,
// or only with those that the pods use.
func (a *auditor) lints(onlyUsed bool) []cliapi.ObjectLint {
	out := []cliapi.ObjectLint{}
	lint := func(kind string, level rrsa.Level, object metav1.Object, inputs ...rrsa.Input) {
		if onlyUsed && !a.used[types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}] {
			return
		}
		seen := map[rrsa.Reason]bool{}
		for _, in := range inputs {
			for _, r := range rrsa.Plan(a.Injector.Config, in).Reasons {
				if r.Level != level || r.Severity == rrsa.Info || seen[r] {
					continue
				}
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
	for _, ns := range a.Lookup.Namespaces() {
		namespaces[ns.Name] = ns
		lint("Namespace", rrsa.LevelNamespace, ns, rrsa.Input{NamespaceName: ns.Name, Namespace: ns, ServiceAccount: role})
	}
	for _, sa := range a.Lookup.ServiceAccounts() {
		// Next to its own Namespace, too: a key on the wrong object is no mistake where
		// the right one has it.
		lint("ServiceAccount", rrsa.LevelServiceAccount, sa,
			rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: namespaces[sa.Namespace]},
			rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: enabled})
	}
	return out
}
