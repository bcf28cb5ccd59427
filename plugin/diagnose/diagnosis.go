package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Diagnosis says how a pod is, why, and what helps.
type Diagnosis struct {
	rrsa.Examination
	// Cause is why it isn't as it should be; its Hint is what to do next. It is zero if
	// nothing is wrong.
	Cause Finding
	// Own is the cause of a stale pod if its pod template holds an injection itself.
	Own Finding
	// Later is what is newer than the pod.
	Later []Finding
	// Judged is what the webhook is to the pod, made now.
	Judged Judgement
}

// Pod examines a pod that exists and finds the cause of its state. workload is what
// made it; nil if it has no controller.
func (l Live) Pod(pod *corev1.Pod, around Around, workload *Workload) Diagnosis {
	in := around.Input(pod.Namespace, Template(pod), workload)
	in.Phase = pod.Status.Phase
	acts, judged := l.Acts(around, pod.Namespace, in.Template)
	out := Diagnosis{Examination: l.By(judged).Examine(in), Judged: judged}
	around.explain(&out.Examination)
	s := Subject{Namespace: pod.Namespace, Around: around, Decision: out.Decision, Workload: workload, Object: "pod/" + pod.Name}
	if Broken(out.State) || out.State == rrsa.StateUnknown {
		out.Later = append(Later(pod.ObjectMeta, around.namespaceMeta(), around.accountMeta(), out.Judged.Hook),
			laterThanPolicy(pod.ObjectMeta, around.accountMeta(), out.Judged.Policy)...)
	}
	if out.State == rrsa.StateStale {
		out.Own = ownInjection(out.Examination, out.Decision)
	}
	switch out.State {
	case rrsa.StateNotApplicable:
		out.Cause = s.finding(out.Reason)
		if out.Decision.Verdict == rrsa.NotInjected && slices.ContainsFunc(out.Decision.Reasons, func(r rrsa.Reason) bool { return r == out.Reason }) {
			out.Cause = s.gate(l.Connection)
		}
	case rrsa.StateMistake:
		out.Cause = s.gate(l.Connection)
		if out.Reason.Code == rrsa.CodeContainerNotFound || out.Reason.Code == rrsa.CodeContainerListSeparator {
			out.Cause = s.finding(out.Reason)
		}
	case rrsa.StateOrphaned:
		out.Cause = s.gate(l.Connection)
		out.Cause.Message += "; the pod has an injection all the same, which works until it is made again"
	case rrsa.StateUnknown:
		// What isn't known here is no cause of anything in the cluster.
		if out.Cause = s.trap(); out.Cause.Code == "" {
			out.Cause = s.finding(out.Reason)
		}
	case rrsa.StateOK:
		out.Cause = s.trap()
	default:
		out.Cause = l.broken(pod, s, out, acts)
	}
	switch would := out.State == rrsa.StateOK || out.State == rrsa.StateMissing || out.State == rrsa.StateStale; {
	case len(l.Faults) == 0 || !would:
	case l.Faults[0].Code == CodeRRSANotEnabled:
		out.Cause = l.Faults[0] // no token of this cluster counts
	case out.State == rrsa.StateOK && l.foreign(judged).Code != "":
		out.Cause = l.foreign(judged)
	}
	return out
}

// foreign is the fault of a policy that acts on a pod, if it injects for another cluster.
func (l Live) foreign(j Judgement) Finding {
	i := slices.IndexFunc(l.Faults, func(f Finding) bool { return f.Code == CodePolicySettingsDiffer })
	if i < 0 || j.Policy.Call != Called {
		return Finding{}
	}
	return l.Faults[i]
}

// broken finds the cause for a pod that should be injected, and is not or otherwise. What
// its pod template sets itself comes first, as that wins over any webhook; then what keeps
// the webhook from acting now, as nothing else helps as long as it lasts.
func (l Live) broken(pod *corev1.Pod, s Subject, d Diagnosis, acts Acts) Finding {
	out := s.finding(d.Reason)
	switch {
	case d.State == rrsa.StateStale && s.Workload.Injects():
		d.Own.Object = s.Workload.String()
		return d.Own
	case acts == ActsNot, acts == ActsUnknown && d.Judged.keeps():
		return d.Judged.Why()
	case len(d.Later) > 0:
		return d.Later[0]
	case d.State == rrsa.StateStale && len(d.Differences) > 0:
		out.Message = Summary(d.Differences)
		return out
	case d.State == rrsa.StateStale || l.Webhook == nil:
		return out
	case d.Judged.Policy.Call == Called:
		if early := tooEarly(pod.ObjectMeta, s.Around.namespaceMeta(), s.Around.accountMeta()); early.Code != "" {
			return early
		}
		return out
	case wasThere(pod.ObjectMeta, s.Around.namespaceMeta(), s.Around.accountMeta(), d.Judged.Hook):
		return l.missed(pod, s, out, d.Judged.Hook)
	}
	return out
}

// missed says that the webhook should have injected a pod, as everything was there before.
func (l Live) missed(pod *corev1.Pod, s Subject, out Finding, hook *Hook) Finding {
	out.Object = hook.Object()
	out.Code, out.Level = CodeWebhookFails, rrsa.LevelComponent
	out.Message = fmt.Sprintf("the webhook selects the pod, and label and role were there before it: it did not answer when the pod was made (failurePolicy %s)", hook.Failure())
	target := s.Object
	if s.Workload != nil && len(validation.IsDNS1123Subdomain(s.Workload.Name)) == 0 {
		target = s.Workload.String()
	}
	out.Hint = fmt.Sprintf("see whether it answers now, which stores nothing: kubectl rrsa preview %s -n %s --dry-run=server%s", target, pod.Namespace, l.Connection)
	if a := l.Answered; a != nil && a.CreationTimestamp.After(pod.CreationTimestamp.Time) {
		out.Code = CodeWebhookMissedPod
		out.Message += fmt.Sprintf("; it has answered since, for pod %s/%s", a.Namespace, a.Name)
		out.Hint = remakeHint
	}
	return out
}

// Refused is the cause for a workload whose pods the API server doesn't take; zero if it
// takes them.
func (l Live) Refused(w *Workload, judged Judgement) Finding {
	if w == nil || w.Fails == "" {
		return Finding{}
	}
	out := Finding{Object: w.String(), Reason: rrsa.Reason{
		Code: CodePodsRefused, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelWorkload, Field: "status.conditions[ReplicaFailure]",
		Message: "the API server refuses its pods: " + w.Fails, Hint: "see to what it says",
	}}
	if f := judged.Why(); judged.Hook != nil && refuses(judged) {
		out.Message += "; the webhook's failurePolicy is Fail, so no pod is made while it doesn't answer"
		out.Hint = cmp.Or(f.Hint, "see why the webhook doesn't answer: kubectl describe deployment "+judged.Hook.Deployment.Name+" -n "+judged.Hook.Deployment.Namespace)
	}
	return out
}

// Template finds the cause for pods that a template makes: what the API server says of
// them, what the rules do, or else the webhook. has tells that the template holds the
// injection already. own settings that aren't known are no cause.
func (l Live) Template(s Subject, judged Judgement, has bool) Finding {
	if refused := l.Refused(s.Workload, judged); refused.Code != "" {
		return refused
	}
	switch s.Decision.Verdict {
	case rrsa.Injected:
		if len(l.Faults) > 0 && l.Faults[0].Code == CodeRRSANotEnabled {
			return l.Faults[0]
		}
		if foreign := l.foreign(judged); foreign.Code != "" {
			return foreign
		}
	case rrsa.NotInjected:
		return s.gate(l.Connection)
	case rrsa.Unknown, rrsa.Refused:
		if s.Decision.ValuesUnknown() {
			return Finding{}
		}
		return s.finding(s.Decision.Reasons[0])
	}
	if judged.keeps() && !has {
		return judged.Why()
	}
	return s.trap()
}

// remakeHint is the next step where nothing says how a pod is made again.
const remakeHint = "make the pod again"

// Next is what to do about a cause, as an action: a command that is proven to help, or
// else what the cause says.
func Next(cause Finding, fix *cliapi.Fix) string {
	switch {
	case fix == nil || fix.Outcome == "":
		return cause.Hint
	case fix.Command != "":
		return fix.Command
	}
	return cmp.Or(fix.Instead, cause.Hint)
}
