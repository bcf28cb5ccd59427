package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestMistake: a pod that gets nothing is a mistake only if something shows that somebody
// meant it to get something.
func TestMistake(t *testing.T) {
	const prefix = rrsa.KeyPrefix
	for _, tt := range []struct {
		name  string
		edits []edit
		want  rrsa.State
		code  rrsa.Code
	}{
		{"§9: no label", []edit{nsNoLabel}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"§9: no role", []edit{saNoNote}, rrsa.StateNotApplicable, rrsa.CodeRoleNameMissing},
		{"§9: neither", []edit{nsNoLabel, saNoNote}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"§9: switched off", []edit{nsLabel(rrsa.InjectionKey, "off")}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"§9: switched off in another word", []edit{nsLabel(rrsa.InjectionKey, "False")}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"§9: a pod that is switched off", []edit{nsNoLabel, podLabel(rrsa.InjectionKey, "off")}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"§9: all containers are left out", []edit{podNote(rrsa.SkipContainersKey, "app")}, rrsa.StateNotApplicable, rrsa.CodeNoContainerSelected},
		{"§9: another cloud's key, and nothing of ours", []edit{nsNoLabel, saNoNote, saNoteNew("eks.amazonaws.com/role-arn", "arn")}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},

		{"§9: a label that doesn't count", []edit{nsLabel(rrsa.InjectionKey, "true")}, rrsa.StateMistake, rrsa.CodeNamespaceNotEnabled},
		{"§9: a pod's label that doesn't count", []edit{nsNoLabel, podLabel(rrsa.InjectionKey, "ON")}, rrsa.StateMistake, rrsa.CodePodLabelNoOptOut},
		{"§9: an annotation for a label", []edit{nsNoLabel, podNote(rrsa.InjectionKey, "on")}, rrsa.StateMistake, rrsa.CodeKeyMisplaced},
		{"§9: the role on the pod", []edit{saNoNote, podNote(rrsa.RoleNameKey, "x")}, rrsa.StateMistake, rrsa.CodeKeyMisplaced},
		{"§9: a misspelt role", []edit{saNoNote, saNoteNew(prefix+"rolename", "x")}, rrsa.StateMistake, rrsa.CodeKeyUnknown},
		{"§9: an ARN", []edit{saNote(rrsa.RoleNameKey, "acs:ram::1:role/x")}, rrsa.StateMistake, rrsa.CodeRoleNameInvalid},
		{"§9: an empty role", []edit{saNote(rrsa.RoleNameKey, "")}, rrsa.StateMistake, rrsa.CodeRoleNameMissing},
		{"§9: a label of the pod, too new", []edit{webhook("0.1.1"), nsNoLabel, podLabel(rrsa.InjectionKey, "on")}, rrsa.StateMistake, rrsa.CodeNewerWebhookNeeded},
		{"§9: a label of the pod, and no role", []edit{saNoNote, podLabel(rrsa.InjectionKey, "on")}, rrsa.StateMistake, rrsa.CodeRoleNameMissing},
		{"§9: another cloud's key in an enabled namespace", []edit{saNoNote, saNoteNew("eks.amazonaws.com/role-arn", "arn")}, rrsa.StateMistake, rrsa.CodeOtherCloudKey},
		{"§9: only a container that isn't there", []edit{podNote(rrsa.OnlyContainersKey, "ap")}, rrsa.StateMistake, rrsa.CodeContainerNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, in := given(tt.edits...)
			in.Template.UID, in.Template.Spec.NodeName, in.Phase = "0a1b", "node-1", corev1.PodRunning
			e := examine(t, cfg, in)
			if diff := cmp.Diff(examined{State: tt.want, Code: tt.code}, examinedOf(e)); diff != "" {
				t.Errorf("the state (-want +got):\n%s", diff)
			}
			if _, mistake := e.Decision.Mistake(); mistake != (tt.want == rrsa.StateMistake) {
				t.Errorf("want the decision to agree, got %+v", e.Decision.Reasons)
			}
			// One that has an injection works all the same.
			cfg, in = live(nil, tt.edits)
			if got := rrsa.Examine(cfg, in).State; got != rrsa.StateOrphaned {
				t.Errorf("want an injected pod orphaned, got %s", got)
			}
		})
	}
}
