package diagnose

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestGathering: pods are sorted by what makes them, and of one owner by state and cause.
// Pods without an owner stay apart.
func TestGathering(t *testing.T) {
	web := &Workload{Owner: cliapi.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"}}
	cron := &Workload{Owner: cliapi.Owner{APIVersion: "batch/v1", Kind: "CronJob", Name: "cron"}}
	finding := func(code rrsa.Code) Finding { return Finding{Reason: rrsa.Reason{Code: code}} }
	var g Gathering
	for i, p := range []struct {
		name  string
		uid   types.UID
		of    *Workload
		state rrsa.State
		code  rrsa.Code
	}{
		{"web-1", "w", web, rrsa.StateMissing, CodeWebhookFails},
		{"bare-b", "", nil, rrsa.StateMissing, CodeServiceAccountNewer},
		{"web-2", "w", web, rrsa.StateOK, ""},
		{"cron-1", "c", cron, rrsa.StateOrphaned, rrsa.CodeRoleNameMissing},
		{"web-3", "w", web, rrsa.StateMissing, CodeWebhookFails},
		{"web-4", "w", web, rrsa.StateMissing, CodeServiceAccountNewer},
		{"bare-a", "", nil, rrsa.StateOK, ""},
	} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: p.name, Namespace: "shop", UID: types.UID(fmt.Sprint("pod-", i))}}
		g.Add(pod, Diagnosis{Examination: rrsa.Examination{State: p.state}, Cause: finding(p.code)}, p.uid, p.of, Around{})
	}
	var got []string
	for _, of := range g.Owners() {
		owner := "none"
		if of.Workload != nil {
			owner = of.Workload.String()
		}
		for _, group := range of.Groups {
			got = append(got, fmt.Sprint(owner, " ", group.State, " ", group.Cause.Code, " ", group.Pods, " ", group.Example, " ", of.Pods, of.Bare != nil, of.Doubt.Code != ""))
		}
	}
	want := []string{
		"cronjob/cron orphaned RoleNameMissing 1 cron-1 [cron-1] false false",
		"deployment/web missing WebhookFails 2 web-1 [web-1 web-3 web-4] false true",
		"deployment/web ok  1 web-2 [web-1 web-3 web-4] false true",
		"deployment/web missing ServiceAccountNewer 1 web-4 [web-1 web-3 web-4] false true",
		"none ok  1 bare-a [] false false",
		"none missing ServiceAccountNewer 1 bare-b [bare-b] true false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, of := range g.Owners() {
		if of.Workload == nil && of.States[rrsa.StateOK] > 0 && (Live{}).Remake(of.Made).Outcome != "" {
			t.Error("want nothing to fix for a pod that is ok, and has no owner")
		}
	}
	if !g.Owns("w") || g.Owns("other") {
		t.Error("want the owner of the pods, and no other")
	}
}

// TestMadeNow: what a workload without pods would make, and what speaks against it.
func TestMadeNow(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*world, *Made)
		state rrsa.State
		code  rrsa.Code
	}{
		{"nothing is wrong", func(*world, *Made) {}, rrsa.StateOK, ""},
		{"no label", func(w *world, _ *Made) { delete(w.namespace.Labels, rrsa.InjectionKey) }, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled},
		{"no role", func(w *world, _ *Made) { delete(w.account.Annotations, rrsa.RoleNameKey) }, rrsa.StateNotApplicable, rrsa.CodeRoleNameMissing},
		{"a webhook that isn't ready", func(w *world, _ *Made) { w.ready = 0 }, rrsa.StateMissing, CodeWebhookNotReady},
		{"a webhook that leaves the namespace out", func(w *world, _ *Made) {
			w.hook.Webhooks[0].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"no": "such"}}
		}, rrsa.StateMissing, CodeWebhookSkipsNamespace},
		{"a pod that the webhook didn't answer for", func(_ *world, m *Made) { m.Doubt = Finding{Reason: rrsa.Reason{Code: CodeWebhookFails}} }, rrsa.StateUnknown, CodeWebhookFails},
		{"pods that are refused", func(_ *world, m *Made) { m.Workload.Fails = "quota" }, rrsa.StateUnknown, CodePodsRefused},
		{"a ServiceAccount that isn't known", func(_ *world, m *Made) {
			m.Around.ServiceAccount, m.Around.NoServiceAccount = nil, rrsa.Reason{Code: "NotReadable", Message: "no"}
		}, rrsa.StateUnknown, "NotReadable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "deployment")
			made := Made{Namespace: "shop", Workload: new(NewWorkload(w.workload)), Around: Around{Namespace: w.namespace, ServiceAccount: w.account}}
			tt.spoil(w, &made)
			state, why := w.judged().MadeNow(made)
			if state != tt.state || why.Code != tt.code {
				t.Errorf("want %s because %q, got %s because %+v", tt.state, tt.code, state, why)
			}
		})
	}
}

// TestAnyPod: whatever labels the webhook wants of pods, what it says of the namespace
// stays.
func TestAnyPod(t *testing.T) {
	w := newWorld(t, "deployment")
	w.hook.Webhooks[0].ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"wants": "this"}}
	l, around := w.judged(), Around{Namespace: w.namespace, ServiceAccount: w.account}
	if acts, _ := l.Acts(around, "shop", nil); acts != ActsNot {
		t.Fatalf("want a pod that is left out, got %v", acts)
	}
	if l.Webhook = l.Webhook.AnyPod(); l.Webhook.Hooks[0].ObjectSelector != nil || w.hook.Webhooks[0].ObjectSelector == nil {
		t.Error("want the selector out of the copy alone")
	}
	if acts, _ := l.Acts(around, "shop", nil); acts != ActsYes {
		t.Errorf("want pods with those labels, got %v", acts)
	}
	if (*Webhook)(nil).AnyPod() != nil {
		t.Error("want nothing where no webhook was read")
	}
}

// TestEnded: a Job that is over makes no more pods.
func TestEnded(t *testing.T) {
	for target, ends := range map[string]bool{"job": true, "deployment": false} {
		w := newWorld(t, target)
		for _, condition := range []string{"Complete", "Failed", "Suspended"} {
			object := w.workload.DeepCopy()
			object.Object["status"] = map[string]any{"conditions": []any{map[string]any{"type": condition, "status": "True"}}}
			if got, want := NewWorkload(object).Ended, ends && condition != "Suspended"; got != want {
				t.Errorf("%s, %s: want %t, got %t", target, condition, want, got)
			}
		}
		w.workload.Object["status"] = map[string]any{"conditions": []any{map[string]any{"type": "Complete", "status": "False"}}}
		if NewWorkload(w.workload).Ended {
			t.Errorf("%s: want one that goes on", target)
		}
	}
}
