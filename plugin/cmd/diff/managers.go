package diff

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// Field managers that GitOps tools apply as on the server side.
const (
	fluxKustomize = "kustomize-controller"
	fluxHelm      = "helm-controller"
	argoCD        = "argocd-controller"
)

// forcedBy names the tool that applies as a manager and forces conflicts whenever it
// does; empty for anybody else.
func forcedBy(manager string) string {
	switch manager {
	case fluxKustomize, fluxHelm:
		return "Flux"
	case argoCD:
		return "Argo CD"
	}
	return ""
}

// howApplied is how the objects are applied, by the flags and the manager.
func (o *options) howApplied() cluster.Apply {
	how := o.apply
	if !o.set.Changed("force-conflicts") {
		how.ForceConflicts = forcedBy(how.FieldManager) != ""
	}
	return how
}

// tellManagers says which fields an apply on the server side takes from other
// managers, and what a dry run can't show of it.
func tellManagers(s *session.Session, name string, how cluster.Apply, live, applied *unstructured.Unstructured) error {
	taken, err := takenOver(how.FieldManager, live.GetManagedFields(), applied.GetManagedFields())
	if err != nil {
		return fmt.Errorf("comparing %s: %w", name, err)
	}
	if len(taken) > 0 {
		why := ""
		if tool := forcedBy(how.FieldManager); tool != "" {
			why = fmt.Sprintf(", as %s forces conflicts (--force-conflicts=false makes them an error)", tool)
		}
		say(s, "%s: %q takes over what others manage%s: %s", name, how.FieldManager, why, strings.Join(taken, "; "))
	}
	left, err := onlyKubectl(applied.GetManagedFields())
	if err != nil {
		return fmt.Errorf("comparing %s: %w", name, err)
	}
	if how.FieldManager == fluxKustomize && left {
		say(s, "%s: Flux also removes what only kubectl has set and the manifest doesn't have, which a dry run can't show", name)
	}
	return nil
}

// takenOver lists each manager that loses fields to the one that applies, with them. A
// field that both set to the same value is lost by none.
func takenOver(manager string, before, after []metav1.ManagedFieldsEntry) ([]string, error) {
	ours, err := fieldsOf(after, func(e metav1.ManagedFieldsEntry) bool { return appliedBy(e, manager) })
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range before {
		if appliedBy(b, manager) || b.Subresource != "" {
			continue
		}
		same := func(e metav1.ManagedFieldsEntry) bool {
			return e.Manager == b.Manager && e.Operation == b.Operation && e.APIVersion == b.APIVersion && e.Subresource == b.Subresource
		}
		had, err := fieldsOf(before, same)
		if err != nil {
			return nil, err
		}
		has, err := fieldsOf(after, same)
		if err != nil {
			return nil, err
		}
		var lost []string
		had.Difference(has).Intersection(ours).Leaves().Iterate(func(p fieldpath.Path) { lost = append(lost, p.String()) })
		if len(lost) > 0 {
			out = append(out, fmt.Sprintf("from %q %s", b.Manager, strings.Join(lost, ", ")))
		}
	}
	return out, nil
}

func appliedBy(e metav1.ManagedFieldsEntry, manager string) bool {
	return e.Manager == manager && e.Operation == metav1.ManagedFieldsOperationApply && e.Subresource == ""
}

// fieldsOf are the fields in the entries that are wanted.
func fieldsOf(entries []metav1.ManagedFieldsEntry, wanted func(metav1.ManagedFieldsEntry) bool) (*fieldpath.Set, error) {
	out := fieldpath.NewSet()
	for _, e := range entries {
		if e.FieldsV1 == nil || !wanted(e) {
			continue
		}
		one := fieldpath.NewSet()
		if err := one.FromJSON(e.FieldsV1.GetRawReader()); err != nil {
			return nil, fmt.Errorf("reading the fields that %q manages: %w", e.Manager, err)
		}
		out = out.Union(one)
	}
	return out, nil
}

// onlyKubectl tells whether there are fields that only kubectl manages, by the names
// whose fields Flux takes for its own before it applies.
func onlyKubectl(entries []metav1.ManagedFieldsEntry) (bool, error) {
	kubectl := func(e metav1.ManagedFieldsEntry) bool {
		return e.Subresource == "" && (strings.HasPrefix(e.Manager, "kubectl") || strings.HasPrefix(e.Manager, "before-first-apply"))
	}
	theirs, err := fieldsOf(entries, kubectl)
	if err != nil {
		return false, err
	}
	others, err := fieldsOf(entries, func(e metav1.ManagedFieldsEntry) bool { return !kubectl(e) })
	if err != nil {
		return false, err
	}
	// What kubectl notes for itself is no part of the comparison.
	noted := fieldpath.NewSet(fieldpath.MakePathOrDie("metadata", "annotations"),
		fieldpath.MakePathOrDie("metadata", "annotations", corev1.LastAppliedConfigAnnotation))
	return !theirs.Difference(others).Difference(noted).Empty(), nil
}
