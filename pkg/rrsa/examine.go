package rrsa

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// State says how a pod that exists compares with an injection now.
type State string

const (
	// StateOK means that the pod has exactly what it would get now.
	StateOK State = "ok"
	// StateMissing means that the pod would be injected now and has nothing of it.
	StateMissing State = "missing"
	// StateStale means that the pod was injected, and would get something else now.
	StateStale State = "stale"
	// StateOrphaned means that the pod was injected and would not be now.
	StateOrphaned State = "orphaned"
	// StateUnknown means that it can't be said what the pod would get now.
	StateUnknown State = "unknown"
	// StateMistake means that the pod has no injection and would get none, and that
	// something shows that somebody meant it to have one. See [Decision.Mistake].
	StateMistake State = "mistake"
	// StateNotApplicable means that the pod correctly has no injection, or can't
	// have one any more.
	StateNotApplicable State = "not-applicable"
)

// Examination is the answer of [Examine].
type Examination struct {
	State State
	// Reason explains the State; it is the zero Reason if that is StateOK.
	Reason Reason
	// Decision is what Plan says of the same pod as if it were created now and had
	// never been injected. Its fields are paths in the pod as it is.
	Decision Decision
	// Differences holds what sets the pod apart from one that is created now: the
	// volume, then each container's variables and mount in the pod's order. There
	// is none unless the State is missing, stale or orphaned, nor where a pod is
	// missing an injection whose values aren't known.
	Differences []Difference
}

// Examine compares a pod that exists with what an injection would make of it now,
// only in the fields of §2: what else is in the pod isn't a difference, and
// neither are the order of variables and what the API server fills in. It is a
// pure function and changes no argument.
//
// The token volume shows that a pod was injected. A container that mounts it at
// the token directory has its variables from the injection; in any other
// container they are its own. A variable with valueFrom is always the
// container's own, and one with another value than the injected one can't be told
// from what an earlier injection left, see [Difference]. All of this is our
// decision. (§9)
func Examine(cfg Config, in Input) Examination { return ExamineChain(in, cfg) }

// ExamineChain is [Examine] for several configs that act on a pod one after the other, see
// [PlanChain].
func ExamineChain(in Input, configs ...Config) Examination {
	if in.Template == nil {
		in.Template = &corev1.PodTemplateSpec{}
	}
	phase, pod := in.Phase, in.Template
	bare, injected := uninjected(pod)
	in.Phase, in.Template = "", bare
	e := Examination{Decision: PlanChain(in, configs...)}
	switch {
	case phase == corev1.PodSucceeded || phase == corev1.PodFailed:
		e.Reason = blocking(CodePodFinished, Info, LevelPod, "status.phase", "the pod has run to its end", "")
	case pod.DeletionTimestamp != nil:
		e.Reason = blocking(CodePodTerminating, Info, LevelPod, "metadata.deletionTimestamp", "the pod is being deleted", "")
	case mirror(pod):
		e.Reason = mirrorReason()
	}
	if e.Reason.Code != "" {
		e.State = StateNotApplicable
		return e
	}
	switch e.Decision.Verdict {
	case Injected:
		e.compare(pod, bare)
		switch {
		case len(e.Differences) == 0:
			e.State = StateOK
		case injected:
			e.State, e.Reason = StateStale, warning(CodeInjectionStale, LevelPod, e.Differences[0].Field,
				"the pod's injection is not what it would get if it were created now", recreateHint+renderHint)
		default:
			e.State, e.Reason = StateMissing, missingReason()
		}
	case NotInjected:
		e.State, e.Reason = StateNotApplicable, e.Decision.Reasons[0]
		if mistake, ok := e.Decision.Mistake(); ok {
			e.State, e.Reason = StateMistake, mistake
		}
		if injected {
			e.Reason = e.Decision.Reasons[0]
			e.State = StateOrphaned
			e.compare(pod, bare)
			e.Reason.Severity = Warning
			e.Reason.Message += "; the pod has an injection all the same"
			if e.Reason.Hint != "" {
				e.Reason.Hint = "; or, to keep the injection, " + e.Reason.Hint
			}
			e.Reason.Hint = recreateHint + renderHint + e.Reason.Hint
		}
	default:
		e.State, e.Reason = StateUnknown, e.Decision.Reasons[0]
		if e.Decision.ValuesUnknown() && !Touched(pod) {
			e.State, e.Reason = StateMissing, missingReason()
		}
	}
	return e
}

// renderHint is for an injection that a manifest brings along.
const renderHint = ", after rendering its manifest again if that holds the injection"

func missingReason() Reason {
	return warning(CodeInjectionMissing, LevelPod, "", "the pod has no injection, and would get one if it were created now", recreateHint)
}

// ValuesUnknown tells whether a pod is to be injected and nothing but the values
// to inject is missing.
func (d Decision) ValuesUnknown() bool {
	values := []Code{CodeAccountIDUnknown, CodeClusterIDUnknown, CodeRegionUnknown}
	other := func(r Reason) bool { return r.Blocking && !slices.Contains(values, r.Code) }
	return d.Verdict == Refused && !slices.ContainsFunc(d.Reasons, other)
}

// Touched tells whether a pod has anything that an injection puts there, or that
// is in its way.
func Touched(pod *corev1.PodTemplateSpec) bool {
	for sel := range containers(pod) {
		if slices.ContainsFunc(sel.container.VolumeMounts, atTokenDir) {
			return true
		}
	}
	return slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == VolumeName })
}
