package admissionpolicy

import (
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// ReadWarnings is a policy that warns as a cluster has it, without what the API server has
// added. It is nil if the policy carries no settings. Nothing relies on what it says, so
// that it isn't held to that.
func ReadWarnings(policy admissionregistrationv1.ValidatingAdmissionPolicy, bindings []admissionregistrationv1.ValidatingAdmissionPolicyBinding) *WarningPolicy {
	text, ok := policy.Annotations[SettingsAnnotation]
	if !ok {
		return nil
	}
	settings, _ := parseSettings(text) // the text shows what can't be read
	out := &WarningPolicy{Settings: settings}
	out.Validating = admissionregistrationv1.ValidatingAdmissionPolicy{TypeMeta: typeMeta("ValidatingAdmissionPolicy"), ObjectMeta: bareMeta(policy.ObjectMeta)}
	policy.Spec.DeepCopyInto(&out.Validating.Spec)
	bareMatch(out.Validating.Spec.MatchConstraints)
	for _, b := range bindings {
		if b.Spec.PolicyName != policy.Name {
			continue
		}
		add := admissionregistrationv1.ValidatingAdmissionPolicyBinding{TypeMeta: typeMeta("ValidatingAdmissionPolicyBinding"), ObjectMeta: bareMeta(b.ObjectMeta)}
		b.Spec.DeepCopyInto(&add.Spec)
		bareMatch(add.Spec.MatchResources)
		out.Bindings = append(out.Bindings, add)
	}
	slices.SortFunc(out.Bindings, func(a, b admissionregistrationv1.ValidatingAdmissionPolicyBinding) int {
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
