package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestExamineUnread: what hangs on a setting that nobody could read is unknown and says on
// which, and what doesn't is judged.
func TestExamineUnread(t *testing.T) {
	all := []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}
	as := func(version string, auto bool) func(*world) {
		return func(w *world) {
			w.live.Config.WebhookVersion, w.live.Config.AutoInjectSTSEnvVars = version, auto
			w.inject()
			w.live.Config = rrsa.Config{
				AccountID: w.live.Config.AccountID, ClusterID: w.live.Config.ClusterID, Region: w.live.Config.Region,
				WebhookVersion: rrsa.LatestVersion, AutoInjectSTSEnvVars: true, InitContainers: true,
			}
		}
	}
	for _, tt := range []struct {
		name   string
		unread []Setting
		spoil  func(*world)
		state  rrsa.State
		says   []string
		// fields are those of the differences that hold whatever the settings are.
		fields []string
	}{
		{"three variables, all read", nil, as("0.3.1", true), rrsa.StateStale, nil,
			[]string{"env[ALIBABA_CLOUD_STS_ENDPOINT]", "env[ALIBABA_CLOUD_STS_REGION]", "env[ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED]"}},
		{"three variables, no version", []Setting{WebhookVersion}, as("0.3.1", true), rrsa.StateUnknown,
			[]string{"depends on webhookVersion, which could not be read", "ok with 0.1.0, 0.2.0, 0.3.0, and stale with 0.4.0, 0.4.2"}, nil},
		{"three variables, no setting", []Setting{AutoInjectSTSEnvVars}, as("0.4.2", false), rrsa.StateUnknown,
			[]string{"depends on autoInjectSTSEnvVars", "ok with false, and stale with true"}, nil},
		{"three variables, nothing read", all, as("0.4.2", false), rrsa.StateUnknown, []string{"depends on webhookVersion and autoInjectSTSEnvVars"}, nil},
		// It lacks nothing in any case.
		{"six variables, nothing read", all, as("0.4.2", true), rrsa.StateOK, nil, nil},
		{"no injection, nothing read", all, func(*world) {}, rrsa.StateMissing, nil,
			[]string{"volumes[rrsa-oidc-token]", "env[ALIBABA_CLOUD_ROLE_ARN]", "env[ALIBABA_CLOUD_OIDC_PROVIDER_ARN]", "env[ALIBABA_CLOUD_OIDC_TOKEN_FILE]", "volumeMounts[rrsa-oidc-token]"}},
		{"another role, nothing read", all, func(w *world) {
			as("0.4.2", true)(w)
			w.account.Annotations[rrsa.RoleNameKey] = "bill-oss"
		}, rrsa.StateStale, nil, []string{"env[ALIBABA_CLOUD_ROLE_ARN]"}},
		{"a label of the pod, no version", []Setting{WebhookVersion}, func(w *world) {
			delete(w.namespace.Labels, rrsa.InjectionKey)
			w.pod.Labels[rrsa.InjectionKey] = rrsa.On
		}, rrsa.StateUnknown, []string{"missing with 0.2.0, 0.3.0, 0.4.0, 0.4.2", "mistake with 0.1.0"}, nil},
		{"a closed gate, nothing read", all, func(w *world) { delete(w.namespace.Labels, rrsa.InjectionKey) }, rrsa.StateNotApplicable, nil, nil},
		{"an init container without it, nothing read", []Setting{InitContainers}, func(w *world) {
			as("0.4.2", true)(w)
			w.pod.Spec.InitContainers = []corev1.Container{{Name: "init"}}
		}, rrsa.StateUnknown, []string{"depends on initContainers", "ok with false, and stale with true"}, nil},
		{"an init container with it, nothing read", []Setting{InitContainers}, func(w *world) {
			w.pod.Spec.InitContainers = []corev1.Container{{Name: "init"}}
			as("0.4.2", true)(w)
		}, rrsa.StateOK, nil, nil},
		{"a pod that has run to its end, nothing read", all, func(w *world) { w.pod.Status.Phase = corev1.PodSucceeded }, rrsa.StateNotApplicable, nil, nil},
		{"own variables that a newer webhook replaces", []Setting{WebhookVersion}, func(w *world) {
			as("0.4.2", true)(w)
			w.namespace.Labels[rrsa.OverrideEnvKey] = rrsa.True
			w.pod.Spec.Containers[0].VolumeMounts = w.pod.Spec.Containers[0].VolumeMounts[:len(w.pod.Spec.Containers[0].VolumeMounts)-1]
			w.pod.Spec.Containers[0].Env[0].Value = "acs:ram::1:role/own"
		}, rrsa.StateStale, nil, []string{"volumeMounts[rrsa-oidc-token]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "pod")
			tt.spoil(w)
			w.live.Unread = tt.unread
			in := Around{Namespace: w.namespace, ServiceAccount: w.account}.Input("shop", Template(w.pod), nil)
			in.Phase = w.pod.Status.Phase
			e := w.live.Settings.Examine(in)
			if e.State != tt.state {
				t.Errorf("want %s, got %s: %s", tt.state, e.State, e.Reason)
			}
			for _, text := range tt.says {
				if !strings.Contains(e.Reason.Message, text) {
					t.Errorf("want %q in %q", text, e.Reason.Message)
				}
			}
			if (e.Reason.Code == CodeSettingNotKnown) != (tt.state == rrsa.StateUnknown) || tt.state == rrsa.StateUnknown && e.Reason.Hint == "" {
				t.Errorf("want the setting to be named, and how it becomes known, if it decides: got %s", e.Reason)
			}
			var fields []string
			for _, d := range e.Differences {
				list := strings.LastIndex(d.Field[:strings.LastIndex(d.Field, "[")], ".")
				fields = append(fields, d.Field[list+1:])
			}
			if diff := cmp.Diff(tt.fields, fields); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			// What is expected of the pod has no guess in it.
			again := in
			again.Template = e.Expected(in.Template)
			if after := w.live.Settings.Examine(again); len(e.Differences) > 0 && len(after.Differences) > 0 {
				t.Errorf("want the differences gone, got %+v", after.Differences)
			}
		})
	}
}
