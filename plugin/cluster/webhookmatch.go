package cluster

import (
	"fmt"
	"maps"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// createsPods tells whether a rule is about the creation of pods. A resource with
// a subresource of "*" has the pods themselves among them.
func createsPods(r admissionregistrationv1.RuleWithOperations) bool {
	one := func(list []string, want ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(want, s) })
	}
	operation := slices.Contains(r.Operations, admissionregistrationv1.Create) || slices.Contains(r.Operations, admissionregistrationv1.OperationAll)
	scope := r.Scope == nil || *r.Scope != admissionregistrationv1.ClusterScope
	return operation && scope && one(r.APIGroups, "", "*") && one(r.APIVersions, "v1", "*") &&
		one(r.Resources, "pods", "pods/*", "*", "*/*")
}

// matches applies a selector; one that isn't there, or that is empty, matches
// everything.
func matches(s *metav1.LabelSelector, have map[string]string) (bool, error) {
	if s == nil {
		return true, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return false, fmt.Errorf("reading the selector: %w", err)
	}
	return selector.Matches(labels.Set(have)), nil
}

func isEmpty(s *metav1.LabelSelector) bool { return len(s.MatchLabels)+len(s.MatchExpressions) == 0 }

// namespaceLabels are the Namespace's, with the one that the API server gives each.
func namespaceLabels(t Target) map[string]string {
	out := map[string]string{}
	maps.Copy(out, t.NamespaceLabels)
	if t.Namespace != "" {
		out[corev1.LabelMetadataName] = t.Namespace
	}
	return out
}

func formatLabels(have map[string]string) string {
	if len(have) == 0 {
		return "{}"
	}
	return fmt.Sprintf("%q", labels.FormatLabels(have))
}
