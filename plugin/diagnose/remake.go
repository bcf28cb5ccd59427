package diagnose

import (
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// remade is how a pod comes out that is made of a template now.
type remade struct {
	// state is that of the new pod; unknown where that can't be said.
	state rrsa.State
	// refused tells that the API server makes no pod at all.
	refused bool
	// why is the first thing that keeps the new pod from credentials, or from being
	// known to have them; zero if it is ok.
	why Finding
}

// remake says how a pod comes out that is made of a template now, by the webhook as it is
// and whatever the settings are that couldn't be read.
func remake(l Live, namespace string, around Around, template *corev1.PodTemplateSpec, w *Workload) remade {
	acts, judged := l.Acts(around, namespace, template)
	by := l.By(judged)
	var out remade
	for i, v := range by.variants(template) {
		one := remadeIn(by.chain(v), around.Input(namespace, template, w), acts, judged)
		switch {
		case i == 0:
			out = one
		case one.state != out.state:
			settled := by.Examine(around.Input(namespace, template, w))
			return remade{state: rrsa.StateUnknown, why: Finding{Reason: settled.Reason}}
		}
	}
	return out
}

// remadeIn is the same for the configs that are to act one after the other.
func remadeIn(chain []rrsa.Config, in rrsa.Input, acts Acts, judged Judgement) remade {
	d := rrsa.PlanChain(in, chain...)
	pod := in.Template.DeepCopy()
	policyAlone := judged.Policy.Call == Called && judged.blocked()
	switch {
	case d.Verdict == rrsa.Unknown, d.Verdict == rrsa.Refused && !d.ValuesUnknown():
		return remade{state: rrsa.StateUnknown, why: Finding{Reason: d.Reasons[0]}}
	case d.Verdict == rrsa.NotInjected:
	case acts == ActsUnknown && d.Verdict == rrsa.Injected && d.Mutation.Empty():
	case acts == ActsUnknown:
		return remade{state: rrsa.StateUnknown, why: judged.Why()}
	case acts == ActsNot && refuses(judged):
		return remade{state: rrsa.StateMissing, refused: true, why: judged.Why()}
	case acts == ActsYes && d.Verdict == rrsa.Refused && !rrsa.Touched(pod):
		return remade{state: rrsa.StateOK} // with the values of the webhook, whatever they are
	case acts == ActsYes && policyAlone:
		rrsa.Plan(judged.Policy.Policy.Settings.Config, in).Mutation.Apply(pod)
	case acts == ActsYes:
		d.Mutation.Apply(pod)
	}
	in.Template = pod
	e := rrsa.ExamineChain(in, chain...)
	out := remade{state: e.State, why: Finding{Reason: e.Reason}}
	switch {
	case e.State == rrsa.StateOK:
		out.why = Finding{}
	case e.State == rrsa.StateMissing && acts == ActsNot, e.State == rrsa.StateStale && policyAlone && judged.Call != Skipped:
		out.why = judged.Why()
	case e.State == rrsa.StateStale:
		out.why = ownInjection(e, d)
	}
	return out
}

// refuses tells whether the API server makes no pod while the webhook doesn't answer.
func refuses(j Judgement) bool {
	return j.Call == Called && j.Hook.Failure() == admissionregistrationv1.Fail
}

// first is the first finding that blocks, or else the first one.
func first(findings []Finding) Finding {
	if i := slices.IndexFunc(findings, func(f Finding) bool { return f.Blocking }); i >= 0 {
		return findings[i]
	}
	if len(findings) > 0 {
		return findings[0]
	}
	return Finding{}
}
