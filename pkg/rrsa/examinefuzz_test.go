package rrsa_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// FuzzExamine holds Examine to what must be true of any pod, and to Plan: what
// Plan injects, Examine finds in order.
func FuzzExamine(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s.data, s.word, s.more)
	}
	f.Fuzz(func(t *testing.T, data []byte, word, more string) {
		s := seed{data, word, more}
		cfg, in := s.input()
		if in.Template == nil {
			return
		}
		e := examine(t, cfg, in)
		_, same := s.input()
		mustEqual(t, "an argument after Examine", same, in)
		checkInjected(t, cfg, in)

		// The same once more, of a pod that has nothing of an injection yet.
		clean(in.Template)
		d := rrsa.Plan(cfg, in)
		if d.Verdict != rrsa.Injected {
			return
		}
		e = examine(t, cfg, in)
		mustEqual(t, "the state before an injection", rrsa.StateMissing, e.State)
		mustEqual(t, "the decision", d, e.Decision)
		if e = checkInjected(t, cfg, in); e.State != rrsa.StateOK {
			t.Fatalf("injected a moment ago and %s: %+v", e.State, e.Differences)
		}
	})
}

// clean takes out of a pod whatever has an injection's name.
func clean(t *corev1.PodTemplateSpec) {
	t.Spec.Volumes = slices.DeleteFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName })
	for _, list := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for i := range list {
			list[i].VolumeMounts = slices.DeleteFunc(list[i].VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName })
			list[i].Env = slices.DeleteFunc(list[i].Env, func(e corev1.EnvVar) bool { return slices.Contains(rrsa.EnvNames(), e.Name) })
		}
	}
}

// checkInjected: after an injection a pod is as expected, but for what it had
// itself under an injection's names.
func checkInjected(t *testing.T, cfg rrsa.Config, in rrsa.Input) rrsa.Examination {
	t.Helper()
	d := rrsa.Plan(cfg, in)
	if d.Verdict != rrsa.Injected {
		return rrsa.Examination{}
	}
	before := in.Template
	in.Template = before.DeepCopy()
	d.Mutation.Apply(in.Template)
	in.Template.UID, in.Template.Spec.NodeName, in.Phase = "0a1b", "node-1", corev1.PodRunning
	e := examine(t, cfg, in)
	for _, d := range e.Differences {
		if !owned(before, d) {
			t.Fatalf("%s after an injection: %+v", e.State, d)
		}
	}
	return e
}

// owned tells whether the pod had something itself where a difference is now.
func owned(before *corev1.PodTemplateSpec, d rrsa.Difference) bool {
	if d.Container == "" {
		return slices.ContainsFunc(before.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName })
	}
	for i, list := range [][]corev1.Container{before.Spec.InitContainers, before.Spec.Containers} {
		for j, c := range list {
			at := fmt.Sprintf("spec.%s[%d].", []string{"initContainers", "containers"}[i], j)
			if !strings.HasPrefix(d.Field, at) {
				continue
			}
			return slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return d.Field == at+"env["+e.Name+"]" }) ||
				strings.Contains(d.Field, ".volumeMounts[") && slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName })
		}
	}
	return false
}

// examine does so, and holds every Examination to what must be true of any.
func examine(t *testing.T, cfg rrsa.Config, in rrsa.Input) rrsa.Examination {
	t.Helper()
	before := in.Template.DeepCopy()
	e := rrsa.Examine(cfg, in)
	mustEqual(t, "the pod after Examine", before, in.Template)
	checkExamination(t, cfg, in, e)
	mustEqual(t, "the pod after Expected", before, in.Template)
	return e
}

func checkExamination(t *testing.T, cfg rrsa.Config, in rrsa.Input, e rrsa.Examination) {
	t.Helper()
	switch e.State {
	case rrsa.StateStale, rrsa.StateOrphaned:
		if len(e.Differences) == 0 {
			t.Fatalf("%s without a difference: %+v", e.State, e.Reason)
		}
	case rrsa.StateMissing:
	default:
		mustEqual(t, "the differences of a pod that is "+string(e.State), nil, e.Differences)
	}
	if (e.State == rrsa.StateOK) != (e.Reason == rrsa.Reason{}) {
		t.Fatalf("%s with the reason %+v", e.State, e.Reason)
	}
	if in.Template == nil {
		return
	}
	expected := e.Expected(in.Template)
	if len(e.Differences) == 0 {
		mustEqual(t, "what is expected of a pod without differences", in.Template, expected)
		return
	}
	before := in.Template
	in.Template = expected
	fixed := rrsa.Examine(cfg, in)
	if e.State == rrsa.StateOrphaned {
		if fixed.State != rrsa.StateNotApplicable && fixed.State != rrsa.StateMistake {
			t.Fatalf("the expected pod is %s: %+v", fixed.State, fixed.Reason)
		}
		return
	}
	// Only what may be the container's own is left, and that says so. Mounts of a
	// volume that isn't there, which no API server takes, count once it is.
	for _, d := range fixed.Differences {
		if d.Note == "" && (e.State != rrsa.StateMissing || !owned(before, d)) {
			t.Fatalf("the expected pod is %s: %+v", fixed.State, fixed.Differences)
		}
	}
	if fixed.State != rrsa.StateOK && len(fixed.Differences) == 0 {
		t.Fatalf("the expected pod is %s: %+v", fixed.State, fixed.Reason)
	}
}
