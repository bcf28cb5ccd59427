package admissionpolicy

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Name is the name of the policy, and the start of its bindings' names.
const Name = "inject-rrsa"

// Keys by which a policy is recognised, and read again.
const (
	// VersionLabel has the webhook's version whose rules the policy has.
	VersionLabel = inject.ConfigGroup + "/webhook-version"
	// DigestLabel has a digest of the settings.
	DigestLabel = inject.ConfigGroup + "/settings-digest"
	// SettingsAnnotation has the settings as JSON.
	SettingsAnnotation = inject.ConfigGroup + "/settings"
)

// Policy is a policy with its bindings.
type Policy struct {
	// Settings are those that it is made from, with their defaults in place.
	Settings Settings
	Mutating admissionregistrationv1.MutatingAdmissionPolicy
	Bindings []admissionregistrationv1.MutatingAdmissionPolicyBinding

	comments map[string]string
}

// Make makes the policy of some settings. It fails, with all faults at once, on settings
// whose form is wrong or that lack a value to inject.
func Make(s Settings) (*Policy, error) {
	s, err := s.complete()
	if err != nil {
		return nil, fmt.Errorf("checking the policy's settings: %w", err)
	}
	injected, err := plan(s.Config)
	if err != nil {
		return nil, fmt.Errorf("making the policy: %w", err)
	}
	rules, err := variables(s.Config, injected)
	if err != nil {
		return nil, err
	}
	overrides, err := rrsa.HasRule(s.Config.WebhookVersion, rrsa.RuleOverrideEnv)
	if err != nil {
		return nil, err
	}
	p := &Policy{Settings: s, comments: map[string]string{
		string(admissionregistrationv1.PatchTypeJSONPatch): "§2: one mutation, so that no pod is injected in part; nothing where it is injected already",
	}}
	p.Mutating = admissionregistrationv1.MutatingAdmissionPolicy{
		TypeMeta:   typeMeta("MutatingAdmissionPolicy"),
		ObjectMeta: s.metadata(Name),
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			ParamKind:          &admissionregistrationv1.ParamKind{APIVersion: "v1", Kind: "ServiceAccount"},
			MatchConstraints:   s.constraints(),
			MatchConditions:    []admissionregistrationv1.MatchCondition{{Name: p.note(condition()).name, Expression: condition().expression}},
			FailurePolicy:      &s.FailurePolicy,
			ReinvocationPolicy: s.Reinvocation,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{Expression: patch(overrides, injected.volume)},
			}},
		},
	}
	for _, r := range rules {
		p.Mutating.Spec.Variables = append(p.Mutating.Spec.Variables,
			admissionregistrationv1.Variable{Name: p.note(r).name, Expression: r.expression})
	}
	p.Bindings, err = s.bindings()
	return p, err
}

// note keeps what a reader has to know of a rule.
func (p *Policy) note(r rule) rule {
	p.comments[r.name] = r.comment
	return r
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: admissionregistrationv1.SchemeGroupVersion.String(), Kind: kind}
}

func (s Settings) metadata(name string) metav1.ObjectMeta {
	text := s.text()
	return metav1.ObjectMeta{
		Name:        name,
		Labels:      map[string]string{VersionLabel: s.Config.WebhookVersion, DigestLabel: digest(text)},
		Annotations: map[string]string{SettingsAnnotation: text},
	}
}

// constraints select the creation of pods outside the namespaces that are left alone. They
// are complete, as the API server would have them.
func (s Settings) constraints() *admissionregistrationv1.MatchResources {
	return &admissionregistrationv1.MatchResources{
		NamespaceSelector: s.namespaceSelector(),
		ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
			RuleWithOperations: admissionregistrationv1.RuleWithOperations{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule: admissionregistrationv1.Rule{
					APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"},
					Scope: new(admissionregistrationv1.NamespacedScope),
				},
			},
		}},
	}
}

// namespaceSelector leaves the excluded namespaces out; nil where there are none.
func (s Settings) namespaceSelector() *metav1.LabelSelector {
	if len(s.ExcludeNamespaces) == 0 {
		return nil
	}
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpNotIn, Values: s.ExcludeNamespaces,
	}}}
}

// bindings are where the gate's labels are read: a namespace's, and from 0.2.0 on a pod's.
// Each pod is in one of them at most, and one that asks for nothing is in none, so that it
// costs nothing. (§1)
func (s Settings) bindings() ([]admissionregistrationv1.MutatingAdmissionPolicyBinding, error) {
	on := func() *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{rrsa.InjectionKey: rrsa.On}}
	}
	binding := func(name string, match admissionregistrationv1.MatchResources) admissionregistrationv1.MutatingAdmissionPolicyBinding {
		selector := &metav1.LabelSelector{}
		if s.Selector != "" {
			key, value := s.selector()
			selector.MatchLabels = map[string]string{key: value}
		}
		return admissionregistrationv1.MutatingAdmissionPolicyBinding{
			TypeMeta:   typeMeta("MutatingAdmissionPolicyBinding"),
			ObjectMeta: s.metadata(Name + "-by-" + name),
			Spec: admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{
				PolicyName: Name,
				ParamRef: &admissionregistrationv1.ParamRef{
					Selector: selector, ParameterNotFoundAction: new(admissionregistrationv1.AllowAction),
				},
				MatchResources: &match,
			},
		}
	}
	out := []admissionregistrationv1.MutatingAdmissionPolicyBinding{
		binding("namespace", admissionregistrationv1.MatchResources{NamespaceSelector: on()}),
	}
	labels, err := rrsa.HasRule(s.Config.WebhookVersion, rrsa.RulePodLabel)
	if labels {
		out = append(out, binding("pod", admissionregistrationv1.MatchResources{
			ObjectSelector: on(),
			NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
				Key: rrsa.InjectionKey, Operator: metav1.LabelSelectorOpNotIn, Values: []string{rrsa.On},
			}}},
		}))
	}
	return out, err
}
