package diagnose

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// PolicyJudgement is what a policy of the API server is to a pod.
type PolicyJudgement struct {
	// Call is [Called] if the policy selects the pod; whether that is injected then the rules
	// say, by the policy's own settings.
	Call Call
	// Policy is nil if there is none that does what its settings say.
	Policy *Policy
	// Findings say why it doesn't select the pod, which is blocking, or why that isn't known.
	Findings []Finding
}

// judge applies what the policy selects to a pod as the API server does. What its bindings
// read of the gate's labels the rules say as well, and is left to them. (§1)
func (p *Policies) judge(t Target) PolicyJudgement {
	policy := p.Acting()
	if f, ok := p.unclear(); ok {
		return PolicyJudgement{Call: CallUnknown, Policy: policy, Findings: []Finding{f}}
	}
	if policy == nil {
		return PolicyJudgement{Call: Skipped}
	}
	out := PolicyJudgement{Call: Skipped, Policy: policy}
	skips := func(code rrsa.Code, object string, level rrsa.Level, field, message, hint string) PolicyJudgement {
		out.Findings = []Finding{{Object: object, Reason: rrsa.Reason{
			Code: code, Severity: rrsa.Warning, Blocking: true, Level: level, Field: field, Message: message, Hint: hint,
		}}}
		return out
	}
	if slices.Contains(policy.Settings.ExcludeNamespaces, t.Namespace) {
		return skips(CodePolicyExcludesNamespace, policy.Object(), rrsa.LevelComponent, "spec.matchConstraints.namespaceSelector",
			fmt.Sprintf("the policy leaves the pods of namespace %q alone", t.Namespace), "use another namespace, or make the policy without this one among its excluded namespaces")
	}
	if t.selected(policy) == no {
		return skips(CodeServiceAccountNotSelected, "serviceaccount/"+t.Account.Name, rrsa.LevelServiceAccount, "metadata.labels",
			fmt.Sprintf("the policy acts only for ServiceAccounts with the label %s, and ServiceAccount %q has the labels %s", policy.Settings.Selector, t.Account.Name, formatLabels(t.Account.Labels)),
			"give the ServiceAccount that label")
	}
	if why := leftAlone(policy, t); why != "" {
		return skips(CodePolicyLeavesPod, "", rrsa.LevelPod, "spec", "the policy leaves the pod alone: "+why,
			"write the path without \"..\", or apply the pod's manifest with the injection in it")
	}
	if t.selected(policy) == unclear {
		out.Call = CallUnknown // as is the verdict: the ServiceAccount has the role too
		return out
	}
	out.Call = Called
	return out
}

// selection is an answer that may not be known.
type selection int

const (
	no selection = iota
	unclear
	yes
)

// selected tells whether a policy goes by the pod's ServiceAccount. One without a name stands
// for any.
func (t Target) selected(policy *Policy) selection {
	key, value, _ := strings.Cut(policy.Settings.Selector, "=")
	switch {
	case policy.Settings.Selector == "", t.Account != nil && t.Account.Name == "":
		return yes
	case t.Account == nil:
		return unclear
	}
	if have, ok := t.Account.Labels[key]; !ok || have != value {
		return no
	}
	return yes
}

// leftAlone says why the policy leaves a pod alone that the rules have injected. (§10)
func leftAlone(policy *Policy, t Target) string {
	if t.Pod == nil {
		return ""
	}
	cfg := policy.Settings.Config
	if admissionpolicy.LeftAlone(cfg, t.Pod, func(string) bool { return true }) == "" {
		return "" // as for nearly all pods
	}
	decision := rrsa.Plan(cfg, rrsa.Input{Namespace: enabled(t.Namespace), ServiceAccount: AnyAccount(t.Namespace), Template: t.Pod})
	if decision.Verdict != rrsa.Injected {
		return ""
	}
	return admissionpolicy.LeftAlone(cfg, t.Pod, func(name string) bool { return slices.Contains(decision.Containers, name) })
}

// Chosen is a ServiceAccount with the label that a policy goes by.
func (p *Policy) Chosen(sa *corev1.ServiceAccount) *corev1.ServiceAccount {
	out := sa.DeepCopy()
	if key, value, ok := strings.Cut(p.Settings.Selector, "="); ok {
		if out.Labels == nil {
			out.Labels = map[string]string{}
		}
		out.Labels[key] = value
	}
	return out
}

// chooseHint is the command that gives a ServiceAccount the label that a policy goes by.
func (p *Policy) chooseHint(namespace string, sa *corev1.ServiceAccount, connection string) string {
	key, _, _ := strings.Cut(p.Settings.Selector, "=")
	overwrite := ""
	if _, there := sa.Labels[key]; there {
		overwrite = " --overwrite"
	}
	return fmt.Sprintf("kubectl label serviceaccount %s %s -n %s%s%s", quoted(sa.Name), p.Settings.Selector, namespace, overwrite, connection)
}
