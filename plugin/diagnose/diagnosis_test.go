package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Outcomes of a table, for what each kind of workload makes of them.
const (
	helps   = "helps"
	nothing = ""
)

// TestCauses runs every cause against every target: the code of the cause, words that its
// message and its next step have, and what a restart does.
func TestCauses(t *testing.T) {
	static := corev1.EnvVar{Name: "ALIBABA_CLOUD_ACCESS_KEY_ID", Value: "LTAI"}
	other := corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "acs:ram::1999999999999999:role/cart-oss"}
	for _, tt := range []struct {
		name                      string
		spoil                     func(*testing.T, *world)
		state                     rrsa.State
		code                      rrsa.Code
		says, next, outcome, bare string
		// owned is for pods that a workload makes.
		owned bool
	}{
		{"a late ServiceAccount", func(_ *testing.T, w *world) {
			w.account.CreationTimestamp = metav1.NewTime(w.pod.CreationTimestamp.Add(60e9))
		}, rrsa.StateMissing, CodeServiceAccountNewer, `ServiceAccount "cart" was created at`, "", helps, "fixes-otherwise", false},
		{"a late role", func(_ *testing.T, w *world) { w.late(&w.account.ObjectMeta) },
			rrsa.StateMissing, CodeRoleNameMaybeNewer, "may have got its role-name", "", helps, "fixes-otherwise", false},
		{"a late label", func(_ *testing.T, w *world) { w.late(&w.namespace.ObjectMeta) },
			rrsa.StateMissing, CodeInjectionLabelMaybeNewer, `Namespace "shop"`, "", helps, "fixes-otherwise", false},
		{"a changed role", func(_ *testing.T, w *world) {
			w.inject()
			w.account.Annotations[rrsa.RoleNameKey] = "bill-oss"
			w.late(&w.account.ObjectMeta)
		}, rrsa.StateStale, CodeRoleNameMaybeNewer, "may have got its role-name", "", helps, "unproven", false},
		{"a label on the workload", func(_ *testing.T, w *world) {
			delete(w.namespace.Labels, rrsa.InjectionKey)
			if w.workload != nil {
				w.workload.SetLabels(map[string]string{rrsa.InjectionKey: rrsa.On})
			} else {
				w.pod.Annotations = map[string]string{rrsa.InjectionKey: rrsa.On}
			}
		}, rrsa.StateMistake, rrsa.CodeKeyMisplaced, "does nothing as", "make it a label of the pod", nothing, nothing, false},
		{"a label as an annotation of the Namespace", func(_ *testing.T, w *world) {
			delete(w.namespace.Labels, rrsa.InjectionKey)
			w.namespace.Annotations = map[string]string{rrsa.InjectionKey: rrsa.On}
		}, rrsa.StateMistake, rrsa.CodeKeyMisplaced, "does nothing as an annotation of the Namespace", "make it a label of the Namespace", nothing, nothing, false},
		{"a misspelt key", func(_ *testing.T, w *world) {
			w.account.Annotations = map[string]string{rrsa.KeyPrefix + "rolename": "cart-oss"}
		}, rrsa.StateMistake, rrsa.CodeKeyUnknown, "rolename", "rename it to " + rrsa.RoleNameKey, nothing, nothing, false},
		{"an ARN as the role", func(_ *testing.T, w *world) {
			w.account.Annotations[rrsa.RoleNameKey] = "acs:ram::1:role/cart-oss"
		}, rrsa.StateMistake, rrsa.CodeRoleNameInvalid, "which is not a valid role name", `"cart-oss"`, nothing, nothing, false},
		{"neither label nor role", func(_ *testing.T, w *world) {
			delete(w.namespace.Labels, rrsa.InjectionKey)
			delete(w.account.Annotations, rrsa.RoleNameKey)
		}, rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled, `; and ServiceAccount "shop/cart" has no annotation`, "kubectl annotate serviceaccount cart", nothing, nothing, false},
		{"a label on the workload, and no role", func(_ *testing.T, w *world) {
			w.namespace.Labels[rrsa.InjectionKey] = "true"
			delete(w.account.Annotations, rrsa.RoleNameKey)
		}, rrsa.StateMistake, rrsa.CodeNamespaceNotEnabled, `"true"; only "on" counts; and ServiceAccount`, "--overwrite; and annotate it", nothing, nothing, false},
		{"no webhook", func(_ *testing.T, w *world) { w.hook.Webhooks = nil },
			rrsa.StateMissing, CodeWebhookNotInstalled, "isn't installed", "install the component", "does-not-fix", "does-not-fix", false},
		{"a webhook that isn't ready", func(_ *testing.T, w *world) { w.ready = 0 },
			rrsa.StateMissing, CodeWebhookNotReady, "none of 1 pods", "kubectl describe deployment", "does-not-fix", "does-not-fix", false},
		{"a webhook that isn't ready, and a pod that works with its old role", func(_ *testing.T, w *world) {
			w.inject()
			w.account.Annotations[rrsa.RoleNameKey], w.ready = "bill-oss", 0
		}, rrsa.StateStale, CodeWebhookNotReady, "none of 1 pods", "kubectl describe deployment", "takes-away", "takes-away", false},
		{"the same, and no pod is made meanwhile", func(_ *testing.T, w *world) {
			w.inject()
			w.account.Annotations[rrsa.RoleNameKey], w.ready = "bill-oss", 0
			w.hook.Webhooks[0].FailurePolicy = new(admissionregistrationv1.Fail)
		}, rrsa.StateStale, CodeWebhookNotReady, "can't be created meanwhile", "kubectl describe deployment", "takes-away", "takes-away", false},
		{"a webhook that answers errors though it is ready", func(*testing.T, *world) {},
			rrsa.StateMissing, CodeWebhookFails, "it did not answer when the pod was made", "--dry-run=server", "unproven", "unproven", false},
		{"the same, and pods made before are injected", func(_ *testing.T, w *world) {
			w.live.Answered = &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "older", CreationTimestamp: metav1.NewTime(w.pod.CreationTimestamp.Add(-60e9))}}
		}, rrsa.StateMissing, CodeWebhookFails, "it did not answer when the pod was made", "--dry-run=server", "unproven", "unproven", false},
		{"a webhook that failed and is back", func(_ *testing.T, w *world) {
			w.live.Answered = &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "newer", CreationTimestamp: metav1.NewTime(w.pod.CreationTimestamp.Add(60e9))}}
		}, rrsa.StateMissing, CodeWebhookMissedPod, "it has answered since, for pod", "", helps, "fixes-otherwise", false},
		{"a namespace that the webhook skips", func(_ *testing.T, w *world) {
			w.hook.Webhooks[0].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "pay"}}
		}, rrsa.StateMissing, CodeWebhookSkipsNamespace, `only in namespaces with "team=pay"`, "so that the selector matches", "does-not-fix", "does-not-fix", false},
		{"a pod that the webhook skips", func(_ *testing.T, w *world) {
			w.hook.Webhooks[0].ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "pay"}}
		}, rrsa.StateMissing, CodeWebhookSkipsPod, `only on pods with "team=pay"`, "change the pod's labels", "does-not-fix", "does-not-fix", false},
		{"an injection in the template", func(t *testing.T, w *world) {
			w.edit(t, func(of *corev1.PodTemplateSpec) {
				rrsa.Plan(w.live.Config, rrsa.Input{NamespaceName: "shop", Namespace: w.namespace, ServiceAccount: w.account, Template: withoutUID(of)}).Mutation.Apply(of)
				of.Spec.Containers[0].Env[0] = other
			})
		}, rrsa.StateStale, CodeInjectionInTemplate, "1999999999999999", "uninject --unmarked", "does-not-fix", "", true},
		{"an injection in the template, and no webhook", func(t *testing.T, w *world) {
			w.edit(t, func(of *corev1.PodTemplateSpec) {
				rrsa.Plan(w.live.Config, rrsa.Input{NamespaceName: "shop", Namespace: w.namespace, ServiceAccount: w.account, Template: withoutUID(of)}).Mutation.Apply(of)
				of.Spec.Containers[0].Env[0] = other
			})
			w.hook.Webhooks = nil
		}, rrsa.StateStale, CodeInjectionInTemplate, "1999999999999999", "kubectl rrsa preview", "does-not-fix", "", true},
		{"a label that was taken off", func(_ *testing.T, w *world) {
			w.inject()
			delete(w.namespace.Labels, rrsa.InjectionKey)
		}, rrsa.StateOrphaned, rrsa.CodeNamespaceNotEnabled, "which works until it is made again", "kubectl label namespace shop", "takes-away", "takes-away", false},
		{"a role that was taken off", func(_ *testing.T, w *world) {
			w.inject()
			delete(w.account.Annotations, rrsa.RoleNameKey)
		}, rrsa.StateOrphaned, rrsa.CodeRoleNameMissing, "which works until it is made again", "kubectl annotate serviceaccount cart", "takes-away", "takes-away", false},
		{"a static AccessKey", func(_ *testing.T, w *world) {
			w.inject()
			w.pod.Spec.Containers[0].Env = append(w.pod.Spec.Containers[0].Env, static)
		}, rrsa.StateOK, rrsa.CodeStaticAccessKey, "static AccessKey", "remove", nothing, nothing, false},
		{"a token that is overlaid", func(_ *testing.T, w *world) {
			w.inject()
			w.pod.Spec.Containers[0].VolumeMounts = append(w.pod.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "x", MountPath: rrsa.TokenFile})
		}, rrsa.StateOK, rrsa.CodeTokenHidden, "hides the token", "move that mount", nothing, nothing, false},
		{"RRSA that isn't enabled", func(_ *testing.T, w *world) {
			w.late(&w.account.ObjectMeta)
			w.live.Faults = []Finding{{Reason: rrsa.Reason{Code: CodeRRSANotEnabled, Message: "off", Hint: "enable it"}}}
		}, rrsa.StateMissing, CodeRRSANotEnabled, "off", "enable it", "unproven", "unproven", false},
		{"a version that nobody could read", func(_ *testing.T, w *world) {
			w.live.Config.WebhookVersion = "0.3.1"
			w.inject()
			w.live.Config.WebhookVersion, w.live.Unread = rrsa.LatestVersion, []Setting{WebhookVersion}
		}, rrsa.StateUnknown, CodeSettingNotKnown, "depends on webhookVersion", "--webhook-version", nothing, nothing, false},
		{"all is well", func(_ *testing.T, w *world) { w.inject() }, rrsa.StateOK, "", "", "", nothing, nothing, false},
	} {
		for _, target := range targets() {
			if target == "pod" && tt.owned {
				continue
			}
			t.Run(tt.name+"/"+target, func(t *testing.T) {
				w := newWorld(t, target)
				tt.spoil(t, w)
				d, outcome := w.diagnose()
				if d.State != tt.state || d.Cause.Code != tt.code || !strings.Contains(d.Cause.Message, tt.says) || !strings.Contains(d.Cause.Hint, tt.next) {
					t.Errorf("want %s because %s with %q and %q, got %s because %s", tt.state, tt.code, tt.says, tt.next, d.State, d.Cause.Reason)
				}
				want := tt.outcome
				switch {
				case target == "pod":
					want = tt.bare
				case want == helps:
					want = map[string]string{
						"deployment": "kubectl rollout restart deployment/deployment -n shop", "statefulset": "kubectl rollout restart statefulset/statefulset -n shop",
						"daemonset": "kubectl rollout restart daemonset/daemonset -n shop",
					}[target]
					if want == "" {
						want = "fixes-otherwise"
					}
				}
				if diff := cmp.Diff(want, outcome); diff != "" {
					t.Errorf("a restart (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTemplateCauses: what is said of a workload before there is any pod.
func TestTemplateCauses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*world)
		code  rrsa.Code
		says  string
	}{
		{"pods that the API server refuses", func(w *world) {
			w.hook.Webhooks[0].FailurePolicy, w.ready = new(admissionregistrationv1.Fail), 0
			condition := map[string]any{"type": "ReplicaFailure", "status": "True", "message": "failed calling webhook"}
			_ = unstructured.SetNestedSlice(w.workload.Object, []any{condition}, "status", "conditions")
		}, CodePodsRefused, "failed calling webhook; the webhook's failurePolicy is Fail"},
		{"a label on the workload", func(w *world) {
			delete(w.namespace.Labels, rrsa.InjectionKey)
			w.workload.SetLabels(map[string]string{rrsa.InjectionKey: rrsa.On})
		}, rrsa.CodeKeyMisplaced, "a label of the workload"},
		{"no webhook", func(w *world) { w.hook.Webhooks = nil }, CodeWebhookNotInstalled, "isn't installed"},
		{"a setting that isn't known is no cause", func(w *world) { w.live.Config.AccountID = "" }, "", ""},
		{"all is well", func(*world) {}, "", ""},
	} {
		for _, target := range targets()[1:] {
			t.Run(tt.name+"/"+target, func(t *testing.T) {
				w := newWorld(t, target)
				tt.spoil(w)
				if got := w.template(t); got.Code != tt.code || !strings.Contains(got.Message, tt.says) {
					t.Errorf("want %s with %q, got %s", tt.code, tt.says, got.Reason)
				}
			})
		}
	}
}
