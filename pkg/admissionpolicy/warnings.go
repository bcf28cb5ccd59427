package admissionpolicy

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// WarningsName is the name of the policy that warns, and of its binding.
const WarningsName = "warn-rrsa"

// WarningPolicy is a policy that says what would be passed over in silence, with its
// bindings. It denies nothing.
type WarningPolicy struct {
	// Settings are those that it is made from, with their defaults in place.
	Settings   Settings
	Validating admissionregistrationv1.ValidatingAdmissionPolicy
	Bindings   []admissionregistrationv1.ValidatingAdmissionPolicyBinding

	comments map[string]string
}

// Warnings makes the policy that warns. It needs none of the values to inject. It fails,
// with all faults at once, on settings whose form is wrong.
func Warnings(s Settings) (*WarningPolicy, error) {
	s, err := s.complete()
	if err != nil {
		return nil, fmt.Errorf("checking the policy's settings: %w", err)
	}
	rules, err := warningVariables(s)
	if err != nil {
		return nil, err
	}
	p := &WarningPolicy{Settings: s, comments: map[string]string{}}
	p.Validating = admissionregistrationv1.ValidatingAdmissionPolicy{
		TypeMeta:   typeMeta("ValidatingAdmissionPolicy"),
		ObjectMeta: s.metadata(WarningsName),
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: s.warned(),
			MatchConditions:  []admissionregistrationv1.MatchCondition{{Name: p.note(uncontrolled()).name, Expression: uncontrolled().expression}},
			FailurePolicy:    new(admissionregistrationv1.Ignore),
			Validations: []admissionregistrationv1.Validation{{
				Expression: "size(variables.warnings) == 0",
				// In place of a message that can't be made: the API server would print the expression.
				Message:           "a label or annotation of RRSA, or something that is in its way, needs a look",
				MessageExpression: warningMessage(),
			}},
		},
	}
	for _, r := range rules {
		p.Validating.Spec.Variables = append(p.Validating.Spec.Variables,
			admissionregistrationv1.Variable{Name: p.note(r).name, Expression: r.expression})
	}
	p.Bindings = []admissionregistrationv1.ValidatingAdmissionPolicyBinding{{
		TypeMeta:   typeMeta("ValidatingAdmissionPolicyBinding"),
		ObjectMeta: s.metadata(WarningsName),
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName:        WarningsName,
			ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn, admissionregistrationv1.Audit},
		},
	}}
	return p, nil
}

func (p *WarningPolicy) note(r rule) rule {
	p.comments[r.name] = r.comment
	return r
}

// YAML writes the policy for people, as [Policy.YAML] writes the one that injects.
func (p *WarningPolicy) YAML(apiVersion string) (string, error) {
	head := fmt.Sprintf("# Warnings of what ack-pod-identity-webhook %s passes over silently. Nothing is denied.\n", p.Settings.Config.WebhookVersion)
	return write(head, apiVersion, p.Validating, p.Bindings, p.comments)
}

// Commented is as for the policy that injects.
func (p *WarningPolicy) Commented(like *WarningPolicy) *WarningPolicy {
	out := *p
	out.comments = like.comments
	return &out
}

// warned selects what people write: of pods only the creation, as a person changes none.
// Subresources, such as a status, aren't in it.
func (s Settings) warned() *admissionregistrationv1.MatchResources {
	rule := func(scope admissionregistrationv1.ScopeType, group string, resources []string, operations ...admissionregistrationv1.OperationType) admissionregistrationv1.NamedRuleWithOperations {
		return admissionregistrationv1.NamedRuleWithOperations{RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: operations,
			Rule:       admissionregistrationv1.Rule{APIGroups: []string{group}, APIVersions: []string{"v1"}, Resources: resources, Scope: &scope},
		}}
	}
	const create, update = admissionregistrationv1.Create, admissionregistrationv1.Update
	const namespaced, cluster = admissionregistrationv1.NamespacedScope, admissionregistrationv1.ClusterScope
	return &admissionregistrationv1.MatchResources{
		NamespaceSelector: s.namespaceSelector(),
		ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{
			rule(namespaced, "", []string{"pods"}, create),
			rule(namespaced, "", []string{"serviceaccounts", "replicationcontrollers"}, create, update),
			rule(cluster, "", []string{"namespaces"}, create, update),
			rule(namespaced, "apps", []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, create, update),
			rule(namespaced, "batch", []string{"jobs", "cronjobs"}, create, update),
		},
	}
}

// uncontrolled leaves out what a controller makes: its warning reaches nobody.
func uncontrolled() rule {
	return rule{
		"without-controller",
		"§5: a warning about what a controller makes reaches nobody; one about its owner does",
		"!dyn(object).metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))",
	}
}

// Limits of a message: the API server drops one of more than 5 KiB, and cuts off all of a
// request's warnings that are too long together.
const (
	mostWarnings = 10
	mostBytes    = 3000
)

// warningMessage is all warnings in one line, cut where it gets too long. Letters of other
// scripts have up to four bytes.
func warningMessage() string {
	return lines(
		fmt.Sprintf("[variables.warnings.transformList(i, w, i < %d, w).join('; ') +", mostWarnings),
		fmt.Sprintf("  (size(variables.warnings) > %d ? '; and more' : '')]", mostWarnings),
		fmt.Sprintf(".map(m, size(bytes(m)) <= %d ? m :", mostBytes),
		fmt.Sprintf("  m.substring(0, size(bytes(m)) == size(m) ? %d : %d) + '...')[0]", mostBytes, mostBytes/4),
	)
}
