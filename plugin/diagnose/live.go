package diagnose

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Live is what is the same for all pods of a cluster.
type Live struct {
	Settings
	// Webhook is what the cluster has of it; nil where no cluster is asked.
	Webhook *Webhook
	// Faults keep every pod of the cluster from credentials, such as a webhook that isn't
	// ready. While there is one nothing is restarted.
	Faults []Finding
	// Answered is the newest pod that is known to have been injected by the webhook, not by
	// its manifest; nil if there is none.
	Answered *corev1.Pod
	// Connection has the flags that lead kubectl to the cluster.
	Connection string
}

// Around is what is next to a pod; nil is what isn't known.
type Around struct {
	Namespace      *corev1.Namespace
	ServiceAccount *corev1.ServiceAccount
	// NoNamespace and NoServiceAccount say why they aren't known; zero where nothing does.
	NoNamespace, NoServiceAccount rrsa.Reason
}

// explain puts why an object isn't known in the place of the engine's reason, which can
// only say that it isn't.
func (a Around) explain(e *rrsa.Examination) {
	for i, r := range e.Decision.Reasons {
		why := map[rrsa.Code]rrsa.Reason{rrsa.CodeNamespaceUnknown: a.NoNamespace, rrsa.CodeServiceAccountUnknown: a.NoServiceAccount}[r.Code]
		if why.Code == "" {
			continue
		}
		why.Blocking = r.Blocking
		if e.Reason == r {
			e.Reason = why
		}
		e.Decision.Reasons[i] = why
	}
}

// Known is what a lookup has found, as the engine takes it: nil for what isn't known.
func Known(namespace, account *metav1.ObjectMeta) Around {
	var out Around
	if namespace != nil {
		out.Namespace = &corev1.Namespace{ObjectMeta: *namespace}
	}
	if account != nil {
		out.ServiceAccount = &corev1.ServiceAccount{ObjectMeta: *account}
	}
	return out
}

func (a Around) namespaceMeta() *metav1.ObjectMeta {
	if a.Namespace == nil {
		return nil
	}
	return &a.Namespace.ObjectMeta
}

func (a Around) accountMeta() *metav1.ObjectMeta {
	if a.ServiceAccount == nil {
		return nil
	}
	return &a.ServiceAccount.ObjectMeta
}

// Input is a pod, or a pod template of a workload, as the engine takes it.
func (a Around) Input(namespace string, template *corev1.PodTemplateSpec, w *Workload) rrsa.Input {
	in := rrsa.Input{NamespaceName: namespace, Namespace: a.Namespace, ServiceAccount: a.ServiceAccount, Template: template}
	if w != nil && w.Meta != nil {
		in.Workload, in.TemplatePath, in.Claims = []metav1.ObjectMeta{*w.Meta}, w.Path, w.Claims
	}
	return in
}

// target is a pod as selectors see it; nil for one of which nothing is known.
func (a Around) target(namespace string, pod *corev1.PodTemplateSpec) Target {
	out := Target{Namespace: namespace, Account: a.ServiceAccount, Pod: pod}
	if pod != nil {
		out.Labels = pod.Labels
	}
	if a.Namespace != nil {
		out.NamespaceKnown, out.NamespaceLabels = true, a.Namespace.Labels
	}
	return out
}

// Acts says whether pods that are made now are injected: that the webhook is called, runs
// and answers, as far as the cluster tells, or that a policy selects them.
type Acts int

// The answers of [Live.Acts], from the worst one.
const (
	ActsNot Acts = iota
	ActsUnknown
	ActsYes
)

// Acts judges the webhook and the policy for a pod in a namespace. (§1)
func (l Live) Acts(around Around, namespace string, pod *corev1.PodTemplateSpec) (Acts, Judgement) {
	if l.Webhook == nil {
		return ActsUnknown, Judgement{Call: CallUnknown}
	}
	j := l.Webhook.Judge(around.target(namespace, pod), l.Config.WebhookVersion)
	switch {
	case j.blocked() && refuses(j):
		return ActsNot, j
	case j.Policy.Call == Called:
		return ActsYes, j
	case j.Policy.Call == CallUnknown:
		return ActsUnknown, j // it may inject something else before the webhook does
	case j.blocked():
		return ActsNot, j
	case j.Call == CallUnknown, l.silent(j):
		return ActsUnknown, j
	}
	return ActsYes, j
}

// silent tells that nothing says that a webhook which is called runs.
func (l Live) silent(j Judgement) bool {
	return j.Call == Called && !j.Hook.Deployment.Found && l.Answered == nil
}

// By are the settings by which a pod is made: those of the policy, which are known for sure,
// or those of the webhook, or both, one after the other.
func (l Live) By(j Judgement) Settings {
	if j.Policy.Call != Called {
		return l.Settings
	}
	policy := j.Policy.Policy.Settings
	if j.Call == Skipped {
		return Settings{Config: policy.Config}
	}
	out := l.Settings
	out.Before = &Before{Config: policy.Config, Maybe: j.Call == CallUnknown || l.silent(j)}
	if policy.Reinvocation == admissionregistrationv1.IfNeededReinvocationPolicy {
		out.Before.Rounds = 1
		if j.Hook != nil && j.Hook.ReinvocationPolicy != nil && *j.Hook.ReinvocationPolicy == policy.Reinvocation {
			out.Before.Rounds = 2
		}
	}
	return out
}
