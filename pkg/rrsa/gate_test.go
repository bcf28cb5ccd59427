package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestGateLabels(t *testing.T) {
	const key = rrsa.InjectionKey
	closed := []string{"!warning NamespaceNotEnabled"}
	check(t, []row{
		{"§1: the namespace label opens the gate", nil, rrsa.Injected, nil},
		{"§1: no label at all", []edit{nsNoLabel}, rrsa.NotInjected, []string{"!info NamespaceNotEnabled"}},
		{"§1: the namespace value is case-sensitive", []edit{nsLabel(key, "On")}, rrsa.NotInjected, closed},
		{"§1: the namespace value is not trimmed", []edit{nsLabel(key, " on")}, rrsa.NotInjected, closed},
		{"§1: true is not on", []edit{nsLabel(key, "true")}, rrsa.NotInjected, closed},
		{"§1: an empty namespace value is not on", []edit{nsLabel(key, "")}, rrsa.NotInjected, closed},
		{"§1: the pod label opens the gate alone", []edit{nsNoLabel, podLabel(key, "on")}, rrsa.Injected, nil},
		{"§1: the pod label opens it against the namespace", []edit{nsLabel(key, "off"), podLabel(key, "on")}, rrsa.Injected, nil},
		{
			"§1: the pod value is case-sensitive",
			[]edit{nsNoLabel, podLabel(key, "ON")},
			rrsa.NotInjected, []string{"!info NamespaceNotEnabled", "warning PodLabelNoOptOut"},
		},
		{"§1: the pod value is not trimmed", []edit{nsLabel(key, "off"), podLabel(key, "on ")}, rrsa.NotInjected, []string{"!info NamespaceNotEnabled", "warning PodLabelNoOptOut"}},
		{"§1: a pod's off is no opt-out", []edit{podLabel(key, "off")}, rrsa.Injected, []string{"warning PodLabelNoOptOut"}},
		{
			"§4: the pod label does nothing before 0.2.0",
			[]edit{webhook("0.1.1"), nsNoLabel, podLabel(key, "on")},
			rrsa.NotInjected, []string{"!info NamespaceNotEnabled", "warning NewerWebhookNeeded"},
		},
		{"§4: before 0.2.0 a pod's off is as unread as its on", []edit{webhook("0.1.1"), podLabel(key, "off")}, rrsa.Injected, nil},
		{"§4: 0.2.0 has the pod label", []edit{webhook("0.2.0"), nsNoLabel, podLabel(key, "on")}, rrsa.Injected, nil},
		{
			"§1: an annotation is not a label",
			[]edit{nsNoLabel, podNote(key, "on")},
			rrsa.NotInjected, []string{"!info NamespaceNotEnabled", "warning KeyMisplaced"},
		},
		{"§1: kube-system is a namespace like others", []edit{func(_ *rrsa.Config, in *rrsa.Input) {
			in.NamespaceName, in.Namespace.Name = "kube-system", "kube-system"
		}}, rrsa.Injected, nil},
	})
}

func TestGateUnknown(t *testing.T) {
	check(t, []row{
		{"§1: an unknown namespace is no guess", []edit{noNamespace}, rrsa.Unknown, []string{"!warning NamespaceUnknown"}},
		{"§1: the pod label needs no namespace", []edit{noNamespace, podLabel(rrsa.InjectionKey, "on")}, rrsa.Injected, nil},
		{"§1: an unknown ServiceAccount is no guess", []edit{noServiceAccount}, rrsa.Unknown, []string{"!warning ServiceAccountUnknown"}},
		{
			"§1: neither is known", []edit{noNamespace, noServiceAccount},
			rrsa.Unknown, []string{"!warning NamespaceUnknown", "!warning ServiceAccountUnknown"},
		},
		{
			"§1: no role outweighs an unknown namespace", []edit{noNamespace, saNoNote},
			rrsa.NotInjected, []string{"!info RoleNameMissing", "warning NamespaceUnknown"},
		},
		{
			"§1: a closed namespace outweighs an unknown ServiceAccount", []edit{nsNoLabel, noServiceAccount},
			rrsa.NotInjected, []string{"!info NamespaceNotEnabled", "warning ServiceAccountUnknown"},
		},
		{
			"§1: a pod that exists outweighs both",
			[]edit{noNamespace, noServiceAccount, phase(corev1.PodRunning)},
			rrsa.NotInjected, []string{"!info PodExists", "warning NamespaceUnknown", "warning ServiceAccountUnknown"},
		},
	})
}

func TestGateAdmission(t *testing.T) {
	const mirror, source = "kubernetes.io/config.mirror", "kubernetes.io/config.source"
	uid := func(_ *rrsa.Config, in *rrsa.Input) { in.Template.UID = "0a1b" }
	node := spec(func(s *corev1.PodSpec) { s.NodeName = "node-1" })
	static, exists := []string{"!info MirrorPod"}, []string{"!info PodExists"}
	check(t, []row{
		{"§1: a mirror pod", []edit{podNote(mirror, "5f3a")}, rrsa.NotInjected, static},
		{"§1: the mirror annotation counts without a value", []edit{podNote(mirror, "")}, rrsa.NotInjected, static},
		{"§1: a pod from a file", []edit{podNote(source, "file")}, rrsa.NotInjected, static},
		{"§1: a pod from a URL", []edit{podNote(source, "http")}, rrsa.NotInjected, static},
		{"§1: a pod from the API", []edit{podNote(source, "api")}, rrsa.Injected, nil},
		{"§1: status.phase is set", []edit{phase(corev1.PodPending)}, rrsa.NotInjected, exists},
		{"§1: a uid and a node", []edit{uid, node}, rrsa.NotInjected, exists},
		{"§1: a uid alone", []edit{uid}, rrsa.Injected, nil},
		{"§1: a node alone, as for a pod bound by hand", []edit{node}, rrsa.Injected, nil},
	})
}

// §5: a hint says what to do, ready to be run where a command does it.
func TestGateHints(t *testing.T) {
	const label = `label it pod-identity.alibabacloud.com/injection: "on" in its manifest, or run: kubectl label namespace demo pod-identity.alibabacloud.com/injection=on`
	checkHints(t, []hint{
		{"§1: label the namespace", []edit{nsNoLabel}, rrsa.CodeNamespaceNotEnabled, label},
		{"§1: replace the namespace's label", []edit{nsLabel(rrsa.InjectionKey, "off")}, rrsa.CodeNamespaceNotEnabled, label + " --overwrite"},
		{"§1: give the Namespace", []edit{noNamespace}, rrsa.CodeNamespaceUnknown, "add the Namespace object to the input, or to the config's context"},
		{"§1: name the Namespace first", []edit{noNamespace, noNamespaceName}, rrsa.CodeNamespaceUnknown, "set metadata.namespace, or the setting namespace"},
		{"§1: recreate a pod that exists", []edit{phase(corev1.PodRunning)}, rrsa.CodePodExists, "recreate the pod, for example with kubectl rollout restart on its workload"},
	})
}

func TestRoleName(t *testing.T) {
	const valid, invalid, missing = "", "RoleNameInvalid", "RoleNameMissing"
	for _, tt := range []struct {
		name, role string
		want       rrsa.Code
	}{
		{"§1: letters of both cases, digits, dot and hyphen", "Demo-role.V2", valid},
		{"§1: one character", "r", valid},
		{"§1: 64 characters", strings.Repeat("r", 64), valid},
		{"§1: 65 characters", strings.Repeat("r", 65), invalid},
		{"§1: empty", "", missing},
		{"§1: an underscore", "demo_role", invalid},
		{"§1: a slash", "team/demo", invalid},
		{"§1: a colon", "demo:role", invalid},
		{"§1: an at sign", "demo@team", invalid},
		{"§1: an ARN", roleARN, invalid},
		{"§1: white space before", " demo-role", invalid},
		{"§1: a line end after", "demo-role\n", invalid},
		{"§1: a letter that isn't ASCII", "démo", invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(saNote(rrsa.RoleNameKey, tt.role))
			var got rrsa.Code
			for _, r := range d.Reasons {
				if r.Blocking {
					got = r.Code
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("blocking code (-want +got):\n%s", diff)
			}
			if tt.want != valid {
				return
			}
			want := "acs:ram::" + account + ":role/" + tt.role
			if diff := cmp.Diff(want, d.Mutation.Containers[0].Env[0].Value); diff != "" {
				t.Errorf("§2: the ARN keeps the name's case (-want +got):\n%s", diff)
			}
		})
	}
	check(t, []row{{
		"§1: a label is not an annotation", []edit{saNoNote, saLabel(rrsa.RoleNameKey, "demo-role")},
		rrsa.NotInjected, []string{"!info RoleNameMissing", "warning KeyMisplaced"},
	}})
}

func TestServiceAccountName(t *testing.T) {
	for _, tt := range []struct{ name, field, deprecated, want string }{
		{"§1: none is default", "", "", "default"},
		{"§1: the field", "app-sa", "", "app-sa"},
		{"§1: the deprecated field alone", "", "old-sa", "old-sa"},
		{"§1: the field before the deprecated one", "app-sa", "old-sa", "app-sa"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pod := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: tt.field, DeprecatedServiceAccount: tt.deprecated}}
			if diff := cmp.Diff(tt.want, rrsa.ServiceAccountName(pod)); diff != "" {
				t.Errorf("name (-want +got):\n%s", diff)
			}
		})
	}
}

// §5: a hint says what to do, ready to be run where a command does it.
func TestRoleHints(t *testing.T) {
	const note = "annotate it with the role's name in its manifest, or run: kubectl annotate serviceaccount app-sa pod-identity.alibabacloud.com/role-name=ROLE_NAME"
	checkHints(t, []hint{
		{"§1: annotate the ServiceAccount", []edit{saNoNote}, rrsa.CodeRoleNameMissing, note + " -n demo"},
		{"§1: annotate it in a namespace that isn't named", []edit{saNoNote, noNamespaceName}, rrsa.CodeRoleNameMissing, note},
		{"§1: replace an empty role-name", []edit{saNote(rrsa.RoleNameKey, "")}, rrsa.CodeRoleNameMissing, note + " -n demo --overwrite"},
		{"§5: an ARN as role-name", []edit{saNote(rrsa.RoleNameKey, roleARN)}, rrsa.CodeRoleNameInvalid, `write the role's name alone, not its ARN: "demo-role"`},
		{"§1: role-name with white space", []edit{saNote(rrsa.RoleNameKey, "demo-role ")}, rrsa.CodeRoleNameInvalid, `remove the white space around the name: "demo-role"`},
		{"§1: another bad role-name", []edit{saNote(rrsa.RoleNameKey, "a_b")}, rrsa.CodeRoleNameInvalid, "a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens"},
		{"§1: give the ServiceAccount", []edit{noServiceAccount}, rrsa.CodeServiceAccountUnknown, "add the ServiceAccount object to the input, or to the config's context"},
	})
}
