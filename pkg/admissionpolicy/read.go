package admissionpolicy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Read tells what the objects of a cluster are as a policy of this package: the settings
// that the policy carries, its objects without what the API server has added to them, and
// in what they differ from the policy of these settings.
//
// It is nil if the policy carries no settings. Nobody has to believe what a policy says of
// itself: as long as altered is empty, it does what its settings say.
func Read(policy admissionregistrationv1.MutatingAdmissionPolicy, bindings []admissionregistrationv1.MutatingAdmissionPolicyBinding) (found *Policy, altered []string) {
	text, ok := policy.Annotations[SettingsAnnotation]
	if !ok {
		return nil, nil
	}
	found = &Policy{Mutating: bare(policy)}
	found.Bindings = bareBindings(policy.Name, bindings)
	settings, err := parseSettings(text)
	if err != nil {
		return found, []string{fmt.Sprintf("the annotation %s can't be read: %v", SettingsAnnotation, err)}
	}
	found.Settings = settings
	want, err := Make(settings)
	if err != nil {
		return found, []string{fmt.Sprintf("the annotation %s has settings without a policy: %v", SettingsAnnotation, err)}
	}
	found.comments = want.comments
	return found, want.differs(found)
}

// differs names the objects and fields of another policy that are not as in this one.
func (p *Policy) differs(other *Policy) []string {
	var out []string
	if !reflect.DeepEqual(p.Mutating.Spec, other.Mutating.Spec) {
		out = append(out, "the policy's spec")
	}
	for _, want := range p.Bindings {
		i := slices.IndexFunc(other.Bindings, func(b admissionregistrationv1.MutatingAdmissionPolicyBinding) bool { return b.Name == want.Name })
		switch {
		case i < 0:
			out = append(out, fmt.Sprintf("the binding %q, which isn't there", want.Name))
		case !reflect.DeepEqual(want.Spec, other.Bindings[i].Spec):
			out = append(out, fmt.Sprintf("the binding %q", want.Name))
		}
	}
	for _, has := range other.Bindings {
		if !slices.ContainsFunc(p.Bindings, func(b admissionregistrationv1.MutatingAdmissionPolicyBinding) bool { return b.Name == has.Name }) {
			out = append(out, fmt.Sprintf("the binding %q, which isn't its own", has.Name))
		}
	}
	return out
}

// bare is a policy without what the API server has added.
func bare(policy admissionregistrationv1.MutatingAdmissionPolicy) admissionregistrationv1.MutatingAdmissionPolicy {
	out := admissionregistrationv1.MutatingAdmissionPolicy{TypeMeta: typeMeta("MutatingAdmissionPolicy"), ObjectMeta: bareMeta(policy.ObjectMeta)}
	policy.Spec.DeepCopyInto(&out.Spec)
	bareMatch(out.Spec.MatchConstraints)
	return out
}

// bareBindings are the bindings of a policy in the same way, in the order of their names.
func bareBindings(policy string, bindings []admissionregistrationv1.MutatingAdmissionPolicyBinding) []admissionregistrationv1.MutatingAdmissionPolicyBinding {
	var out []admissionregistrationv1.MutatingAdmissionPolicyBinding
	for _, b := range bindings {
		if b.Spec.PolicyName != policy {
			continue
		}
		add := admissionregistrationv1.MutatingAdmissionPolicyBinding{TypeMeta: typeMeta("MutatingAdmissionPolicyBinding"), ObjectMeta: bareMeta(b.ObjectMeta)}
		b.Spec.DeepCopyInto(&add.Spec)
		bareMatch(add.Spec.MatchResources)
		out = append(out, add)
	}
	slices.SortFunc(out, func(a, b admissionregistrationv1.MutatingAdmissionPolicyBinding) int {
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

func bareMeta(m metav1.ObjectMeta) metav1.ObjectMeta {
	out := metav1.ObjectMeta{Name: m.Name, Labels: m.Labels, Annotations: map[string]string{}}
	for key, value := range m.Annotations {
		if key != "kubectl.kubernetes.io/last-applied-configuration" {
			out.Annotations[key] = value
		}
	}
	return out
}

// bareMatch takes out what the API server puts where nothing is written.
func bareMatch(m *admissionregistrationv1.MatchResources) {
	if m == nil {
		return
	}
	if m.MatchPolicy != nil && *m.MatchPolicy == admissionregistrationv1.Equivalent {
		m.MatchPolicy = nil
	}
	for _, s := range []**metav1.LabelSelector{&m.NamespaceSelector, &m.ObjectSelector} {
		if *s != nil && len((*s).MatchLabels) == 0 && len((*s).MatchExpressions) == 0 {
			*s = nil
		}
	}
}
