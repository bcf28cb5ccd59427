package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policy gives a world a policy of its settings, changed, that is as old as the webhook.
func (w *world) policy(t *testing.T, changes ...func(*admissionpolicy.Settings)) {
	t.Helper()
	settings := admissionpolicy.Settings{Config: w.live.Config}
	for _, change := range changes {
		change(&settings)
	}
	made, err := admissionpolicy.Make(settings)
	if err != nil {
		t.Fatal(err)
	}
	w.policies = PoliciesOf([]admissionregistrationv1.MutatingAdmissionPolicy{made.Mutating}, made.Bindings)
	if w.policies.Acting() == nil {
		t.Fatalf("want a policy that acts, got %+v", w.policies)
	}
	w.policies.All[0].Written = w.hook.CreationTimestamp
}

func (w *world) noWebhook() { w.hook.Webhooks = nil }

func (w *world) failure(policy admissionregistrationv1.FailurePolicyType) {
	w.hook.Webhooks[0].FailurePolicy = &policy
}

// by gives the pod what configs make of it, one after the other.
func (w *world) by(configs ...rrsa.Config) {
	of := withoutUID(&corev1.PodTemplateSpec{ObjectMeta: w.pod.ObjectMeta, Spec: w.pod.Spec})
	rrsa.PlanChain(rrsa.Input{NamespaceName: "shop", Namespace: w.namespace, ServiceAccount: w.account, Template: of}, configs...).Mutation.Apply(of)
	w.pod.Spec = of.Spec
}

// settled has all that the pod depends on be from long before it.
func (w *world) settled() {
	before := metav1.NewTime(w.pod.CreationTimestamp.Add(-time.Hour))
	for _, meta := range []*metav1.ObjectMeta{&w.namespace.ObjectMeta, &w.account.ObjectMeta} {
		meta.CreationTimestamp = before
		for i := range meta.ManagedFields {
			meta.ManagedFields[i].Time = &before
		}
	}
}

// TestPolicyCauses: what a pod is, why, and what making it again does, where a policy injects,
// alone, before a webhook, or not known how.
func TestPolicyCauses(t *testing.T) {
	version := func(v string) func(*admissionpolicy.Settings) {
		return func(s *admissionpolicy.Settings) { s.Config.WebhookVersion = v }
	}
	selector := func(s *admissionpolicy.Settings) { s.Selector = "rrsa=yes" }
	excludes := func(s *admissionpolicy.Settings) { s.ExcludeNamespaces = []string{"shop"} }
	older := func(w *world) rrsa.Config {
		out := w.live.Config
		out.WebhookVersion = "0.3.1"
		return out
	}
	const restart = "kubectl rollout restart deployment/deployment -n shop"
	for _, tt := range []struct {
		name  string
		spoil func(*testing.T, *world)
		state rrsa.State
		code  rrsa.Code
		fix   string
	}{
		{"alone, and the pod has it", func(t *testing.T, w *world) { w.policy(t); w.noWebhook(); w.by(w.live.Config) }, rrsa.StateOK, "", ""},
		{"alone, by its own settings", func(t *testing.T, w *world) { w.policy(t, version("0.3.1")); w.noWebhook(); w.by(older(w)) }, rrsa.StateOK, "", ""},
		{"alone, whatever is not known of a webhook", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.by(w.live.Config)
			w.live.Unread = []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}
		}, rrsa.StateOK, "", ""},
		{"alone, and a late role", func(t *testing.T, w *world) { w.policy(t); w.noWebhook(); w.late(&w.account.ObjectMeta) }, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"a later policy", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.policies.All[0].Written = metav1.NewTime(w.pod.CreationTimestamp.Add(time.Minute))
		}, rrsa.StateMissing, CodePolicyNewer, restart},
		{"a policy with other settings than before", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.by(older(w))
			w.policies.All[0].Written = metav1.NewTime(w.pod.CreationTimestamp.Add(time.Minute))
		}, rrsa.StateStale, CodePolicyNewer, restart},
		{"right behind its ServiceAccount", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.settled()
			w.account.CreationTimestamp = metav1.NewTime(w.pod.CreationTimestamp.Add(-time.Second))
		}, rrsa.StateMissing, CodePolicyTooEarly, restart},
		{"in the same second as the label", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.settled()
			w.namespace.ManagedFields[0].Time = &w.pod.CreationTimestamp
		}, rrsa.StateMissing, CodePolicyTooEarly, restart},
		{"long after all of it", func(t *testing.T, w *world) { w.policy(t); w.noWebhook(); w.settled() }, rrsa.StateMissing, rrsa.CodeInjectionMissing, restart},
		{"an excluded namespace", func(t *testing.T, w *world) { w.policy(t, excludes); w.noWebhook() }, rrsa.StateMissing, CodePolicyExcludesNamespace, "does-not-fix"},
		{"a ServiceAccount without the label", func(t *testing.T, w *world) { w.policy(t, selector); w.noWebhook() }, rrsa.StateMissing, CodeServiceAccountNotSelected, "does-not-fix"},
		{"a ServiceAccount with another value", func(t *testing.T, w *world) {
			w.policy(t, selector)
			w.noWebhook()
			w.account.Labels = map[string]string{"rrsa": "no"}
		}, rrsa.StateMissing, CodeServiceAccountNotSelected, "does-not-fix"},
		{"a ServiceAccount with the label", func(t *testing.T, w *world) {
			w.policy(t, selector)
			w.noWebhook()
			w.account.Labels = map[string]string{"rrsa": "yes"}
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"a ServiceAccount without the label that had it", func(t *testing.T, w *world) { w.policy(t, selector); w.noWebhook(); w.by(w.live.Config) }, rrsa.StateOK, "", ""},
		{"a mount path with ..", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.edit(t, func(of *corev1.PodTemplateSpec) {
				of.Spec.Containers[0].VolumeMounts = append(of.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "x", MountPath: "/x/../rrsa-tokens"})
			})
		}, rrsa.StateMissing, CodePolicyLeavesPod, "does-not-fix"},
		{"such a path in a container that is skipped", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.late(&w.account.ObjectMeta)
			w.edit(t, func(of *corev1.PodTemplateSpec) {
				other := corev1.Container{Name: "other", VolumeMounts: []corev1.VolumeMount{{Name: "x", MountPath: "/x/../rrsa-tokens"}}}
				of.Spec.Containers = append(of.Spec.Containers, other)
				metav1.SetMetaDataAnnotation(&of.ObjectMeta, rrsa.SkipContainersKey, "other")
			})
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"another account", func(t *testing.T, w *world) {
			other := w.live.Config
			other.AccountID = "2"
			w.policy(t, func(s *admissionpolicy.Settings) { s.Config = other })
			w.noWebhook()
			w.by(other)
			w.live.Faults = w.policies.Acting().Foreign(w.live.Config)
		}, rrsa.StateOK, CodePolicySettingsDiffer, ""},
		{"altered", func(t *testing.T, w *world) {
			w.policy(t)
			w.noWebhook()
			w.policies.All[0].Altered = []string{"the policy's spec"}
		}, rrsa.StateMissing, CodePolicyAltered, "unproven"},
		{"altered, before a webhook", func(t *testing.T, w *world) {
			w.policy(t)
			w.policies.All[0].Altered = []string{"the policy's spec"}
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodePolicyAltered, "unproven"},
		{"not readable", func(_ *testing.T, w *world) {
			w.policies.Unreadable = "forbidden"
			w.noWebhook()
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, "unproven"},
		{"not readable, before a webhook", func(_ *testing.T, w *world) { w.policies.Unreadable = "forbidden"; w.late(&w.account.ObjectMeta) }, rrsa.StateMissing, CodeRoleNameMaybeNewer, "unproven"},
		{"not readable, before a webhook that isn't ready", func(_ *testing.T, w *world) { w.policies.Unreadable = "forbidden"; w.ready = 0 }, rrsa.StateMissing, CodeWebhookNotReady, "unproven"},

		{"both alike", func(t *testing.T, w *world) { w.policy(t); w.late(&w.account.ObjectMeta) }, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"both, and the webhook adds", func(t *testing.T, w *world) { w.policy(t, version("0.3.1")); w.by(older(w), w.live.Config) }, rrsa.StateOK, "", ""},
		{"both, and the pod has the policy's alone", func(t *testing.T, w *world) { w.policy(t, version("0.3.1")); w.by(older(w)); w.settled() }, rrsa.StateStale, rrsa.CodeInjectionStale, restart},
		{"both, and the webhook has less", func(t *testing.T, w *world) {
			newer := w.live.Config
			w.live.Config = older(w)
			w.policy(t, func(s *admissionpolicy.Settings) { s.Config = newer })
			w.by(newer)
		}, rrsa.StateOK, "", ""},
		{"both, and the policy leaves the pod to the webhook", func(t *testing.T, w *world) {
			w.policy(t, excludes, version("0.3.1"))
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"both alike, and the webhook isn't ready", func(t *testing.T, w *world) {
			w.policy(t)
			w.ready = 0
			w.failure(admissionregistrationv1.Ignore)
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"both, and the webhook that adds isn't ready", func(t *testing.T, w *world) {
			w.policy(t, version("0.3.1"))
			w.ready = 0
			w.failure(admissionregistrationv1.Ignore)
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, "does-not-fix"},
		{"both, and the webhook has pods refused", func(t *testing.T, w *world) {
			w.policy(t)
			w.ready = 0
			w.failure(admissionregistrationv1.Fail)
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeWebhookNotReady, "does-not-fix"},
		{"both leave the namespace alone", func(t *testing.T, w *world) {
			w.policy(t, excludes)
			w.hook.Webhooks[0].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"no": "such"}}
		}, rrsa.StateMissing, CodeWebhookSkipsNamespace, "does-not-fix"},
		{"both, and conditions decide whether the webhook adds", func(t *testing.T, w *world) {
			w.policy(t, version("0.3.1"))
			w.hook.Webhooks[0].MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "some", Expression: "true"}}
			w.by(older(w))
		}, rrsa.StateUnknown, CodeInjectorsDiffer, ""},
		{"both alike, and conditions that don't matter", func(t *testing.T, w *world) {
			w.policy(t)
			w.hook.Webhooks[0].MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "some", Expression: "true"}}
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateMissing, CodeRoleNameMaybeNewer, restart},
		{"both, and settings of the webhook that may add", func(t *testing.T, w *world) {
			w.policy(t, version("0.3.1"))
			w.by(older(w))
			w.live.Unread = []Setting{AutoInjectSTSEnvVars}
		}, rrsa.StateUnknown, CodeSettingNotKnown, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "deployment")
			tt.spoil(t, w)
			d, fix := w.diagnose()
			if d.State != tt.state || d.Cause.Code != tt.code || fix != tt.fix {
				t.Errorf("want %s, %q, %q, got %s, %+v, %q", tt.state, tt.code, tt.fix, d.State, d.Cause, fix)
			}
		})
	}
}

// TestPolicyLabelIsProven: the command that has a policy select a ServiceAccount is there only
// if a pod is right with it.
func TestPolicyLabelIsProven(t *testing.T) {
	instead := func(spoil func(*world)) string {
		w := newWorld(t, "deployment")
		w.policy(t, func(s *admissionpolicy.Settings) { s.Selector = "rrsa=yes" })
		w.noWebhook()
		spoil(w)
		l := w.judged()
		made := NewWorkload(w.workload)
		return l.Remake(Made{
			Namespace: "shop", Workload: &made, Around: Around{Namespace: w.namespace, ServiceAccount: w.account},
			States: map[rrsa.State]int{rrsa.StateMissing: 1}, Pods: []string{w.pod.Name},
		}).Instead
	}
	if got, want := instead(func(*world) {}), "label the ServiceAccount first: kubectl label serviceaccount cart rrsa=yes -n shop"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
	if got := instead(func(w *world) { w.account.Labels = map[string]string{"rrsa": "no"} }); !strings.HasSuffix(got, " rrsa=yes -n shop --overwrite") {
		t.Errorf("want the other value to be overwritten, got %q", got)
	}
	if got := instead(func(w *world) {
		w.edit(t, func(of *corev1.PodTemplateSpec) {
			of.Spec.Containers[0].VolumeMounts = append(of.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "x", MountPath: "/x/../rrsa-tokens"})
		})
	}); strings.Contains(got, "kubectl") {
		t.Errorf("want no command that doesn't help, got %q", got)
	}
}

// TestPolicyFaults: a policy does without the webhook, and one of which nobody knows what it
// does is a fault itself.
func TestPolicyFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*world)
		want  []rrsa.Code
	}{
		{"alone", func(w *world) { w.noWebhook() }, nil},
		{"both", func(*world) {}, nil},
		{"both, and the webhook isn't ready", func(w *world) { w.ready = 0; w.failure(admissionregistrationv1.Ignore) }, nil},
		{"both, and the webhook has pods refused", func(w *world) { w.ready = 0; w.failure(admissionregistrationv1.Fail) }, []rrsa.Code{CodeWebhookNotReady}},
		{"both, and the webhook's rules miss pods", func(w *world) { w.hook.Webhooks[0].Rules = nil }, nil},
		{"altered", func(w *world) { w.noWebhook(); w.policies.All[0].Altered = []string{"x"} }, []rrsa.Code{CodePolicyAltered}},
		{"altered, with a webhook that isn't ready", func(w *world) {
			w.ready, w.policies.All[0].Altered = 0, []string{"x"}
			w.failure(admissionregistrationv1.Ignore)
		}, []rrsa.Code{CodePolicyAltered, CodeWebhookNotReady}},
		{"not readable", func(w *world) { w.noWebhook(); w.policies = Policies{Unreadable: "x"} }, []rrsa.Code{CodePolicyNotReadable}},
		{"gone", func(w *world) { w.noWebhook(); w.policies = Policies{} }, []rrsa.Code{CodeWebhookNotInstalled}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "deployment")
			w.policy(t)
			tt.spoil(w)
			var got []rrsa.Code
			for _, f := range w.judged().Faults {
				got = append(got, f.Code)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
