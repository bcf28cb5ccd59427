package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// A key where nothing reads it, or that nothing reads: the reason tells the place
// and what to do.
func TestLint(t *testing.T) {
	const prefix = "pod-identity.alibabacloud.com/"
	const label, note = "metadata.labels[", "metadata.annotations["
	const injectionHint = "make it a label of the pod"
	for _, tt := range []struct {
		name  string
		edits []edit
		code  rrsa.Code
		level rrsa.Level
		field string
		hint  string
	}{
		{"§5: the label as an annotation", []edit{podNote(prefix+"injection", "on"), nsNoLabel}, rrsa.CodeKeyMisplaced, rrsa.LevelPod, note + prefix + "injection]", injectionHint},
		{"§5: the label as the namespace's annotation", []edit{nsNote(prefix+"injection", "on"), nsNoLabel}, rrsa.CodeKeyMisplaced, rrsa.LevelNamespace, note + prefix + "injection]", "make it a label of the Namespace"},
		{"§5: the label on the Deployment", []edit{workloadLabel(prefix+"injection", "on"), nsNoLabel}, rrsa.CodeKeyMisplaced, rrsa.LevelWorkload, label + prefix + "injection]", injectionHint},
		{"§5: role-name on the pod", []edit{podNote(prefix+"role-name", "other")}, rrsa.CodeKeyMisplaced, rrsa.LevelPod, note + prefix + "role-name]", "make it an annotation of the ServiceAccount"},
		{"§5: skip-containers on the ServiceAccount", []edit{saNote(prefix+"skip-containers", "app")}, rrsa.CodeKeyMisplaced, rrsa.LevelServiceAccount, note + prefix + "skip-containers]", "make it an annotation of the pod"},
		{"§5: only-containers on the Deployment", []edit{workloadNote(prefix+"only-containers", "app")}, rrsa.CodeKeyMisplaced, rrsa.LevelWorkload, note + prefix + "only-containers]", "make it an annotation of the pod"},
		{"§3: the expiration as a label", []edit{saLabel(prefix+"service-account-token-expiration", "900")}, rrsa.CodeKeyMisplaced, rrsa.LevelServiceAccount, label + prefix + "service-account-token-expiration]", "make it an annotation of the ServiceAccount"},
		{"§3: override-env on the ServiceAccount", []edit{saNote(prefix+"override-env", "true")}, rrsa.CodeKeyMisplaced, rrsa.LevelServiceAccount, note + prefix + "override-env]", "make it an annotation of the pod or a label of the Namespace"},
		{"§5: a misspelt key", []edit{podNote(prefix+"skip-container", "app")}, rrsa.CodeKeyUnknown, rrsa.LevelPod, note + prefix + "skip-container]", `did you mean "pod-identity.alibabacloud.com/skip-containers"?`},
		{"§5: capitals in a key", []edit{nsLabel(prefix+"Injection", "on")}, rrsa.CodeKeyUnknown, rrsa.LevelNamespace, label + prefix + "Injection]", `did you mean "pod-identity.alibabacloud.com/injection"?`},
		{"§5: a misspelt prefix", []edit{saNote("pod-identity.alibabacloud.io/role-name", "r")}, rrsa.CodeKeyUnknown, rrsa.LevelServiceAccount, note + "pod-identity.alibabacloud.io/role-name]", `did you mean "pod-identity.alibabacloud.com/role-name"?`},
		{"§5: our name under another prefix of the vendor", []edit{saNote("ack.aliyun.com/role-name", "r")}, rrsa.CodeKeyUnknown, rrsa.LevelServiceAccount, note + "ack.aliyun.com/role-name]", `did you mean "pod-identity.alibabacloud.com/role-name"?`},
		{"§5: a key of ours like none", []edit{podNote(prefix+"something-else-altogether", "x")}, rrsa.CodeKeyUnknown, rrsa.LevelPod, note + prefix + "something-else-altogether]", ""},
		{"§5: AutoInjectSTSEnvVars taken for the gate", []edit{nsLabel(prefix+"AutoInjectSTSEnvVars", "true")}, rrsa.CodeAutoInjectNotGate, rrsa.LevelNamespace, label + prefix + "AutoInjectSTSEnvVars]", "injection is enabled by the label pod-identity.alibabacloud.com/injection=on"},
		{"§5: an EKS key", []edit{saNoNote, saNoteNew("eks.amazonaws.com/role-arn", "arn")}, rrsa.CodeOtherCloudKey, rrsa.LevelServiceAccount, note + "eks.amazonaws.com/role-arn]", "RRSA reads pod-identity.alibabacloud.com/role-name"},
		{"§5: a GKE key", []edit{saNoNote, saNoteNew("iam.gke.io/gcp-service-account", "x")}, rrsa.CodeOtherCloudKey, rrsa.LevelServiceAccount, note + "iam.gke.io/gcp-service-account]", "RRSA reads pod-identity.alibabacloud.com/role-name"},
		{"§5: an AKS key", []edit{saNoNote, saNoteNew("azure.workload.identity/client-id", "x")}, rrsa.CodeOtherCloudKey, rrsa.LevelServiceAccount, note + "azure.workload.identity/client-id]", "RRSA reads pod-identity.alibabacloud.com/role-name"},
		{"§5: the AKS label", []edit{nsNoLabel, podLabel("azure.workload.identity/use", "true")}, rrsa.CodeOtherCloudKey, rrsa.LevelPod, label + "azure.workload.identity/use]", "RRSA reads pod-identity.alibabacloud.com/injection"},
		{"§5: a pod's off taken for an opt-out", []edit{podLabel(prefix+"injection", "off")}, rrsa.CodePodLabelNoOptOut, rrsa.LevelPod, label + prefix + "injection]", "to leave a pod out, list its containers in pod-identity.alibabacloud.com/skip-containers or give it another ServiceAccount"},
		{"§5: off where nothing is injected needs no advice", []edit{nsNoLabel, podLabel(prefix+"injection", "off")}, rrsa.CodePodLabelNoOptOut, rrsa.LevelPod, label + prefix + "injection]", ""},
		{"§1: a value that was meant to be on", []edit{nsNoLabel, podLabel(prefix+"injection", "true")}, rrsa.CodePodLabelNoOptOut, rrsa.LevelPod, label + prefix + "injection]", `write "on", or remove it`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := reason(t, plan(tt.edits...), tt.code)
			got.Message = "" // the goldens hold the sentences
			want := rrsa.Reason{Code: tt.code, Severity: rrsa.Warning, Level: tt.level, Field: tt.field, Hint: tt.hint}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
}

func saNoteNew(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Annotations = map[string]string{key: value} }
}

// What misleads nobody is not talked about.
func TestLintQuiet(t *testing.T) {
	check(t, []row{
		{"§5: the Deployment repeats the label of its template", []edit{podLabel(rrsa.InjectionKey, "on"), workloadLabel(rrsa.InjectionKey, "on")}, rrsa.Injected, nil},
		{"§5: the Deployment repeats the label of its Namespace", []edit{workloadLabel(rrsa.InjectionKey, "on")}, rrsa.Injected, nil},
		{"§5: the pod repeats the role of its ServiceAccount", []edit{podNote(rrsa.RoleNameKey, "demo-role")}, rrsa.Injected, nil},
		{"§5: but another value misleads", []edit{podNote(rrsa.RoleNameKey, "other")}, rrsa.Injected, []string{"warning KeyMisplaced"}},
		{
			"§5: and so does one whose right place isn't known", []edit{podNote(rrsa.RoleNameKey, "demo-role"), noServiceAccount},
			rrsa.Unknown, []string{"!warning ServiceAccountUnknown", "warning KeyMisplaced"},
		},
		{
			"§5: nor for a Namespace", []edit{noNamespace, workloadLabel(rrsa.InjectionKey, "on")},
			rrsa.Unknown, []string{"!warning NamespaceUnknown", "warning KeyMisplaced"},
		},
		{"§5: another cloud's key beside ours is a pod for several clouds", []edit{saNote("eks.amazonaws.com/role-arn", "arn")}, rrsa.Injected, nil},
		{"§5: other keys of the vendor", []edit{podNote("k8s.aliyun.com/eci-use-specs", "2-4Gi"), podLabel("alibabacloud.com/acs", "true")}, rrsa.Injected, nil},
		{"§5: our name under a foreign prefix", []edit{podLabel("example.com/injection", "on"), podNote("sidecar.istio.io/inject", "true")}, rrsa.Injected, nil},
		{"§5: a key without a prefix", []edit{podLabel("injection", "on"), podNote("role-name", "r")}, rrsa.Injected, nil},
		{
			"§5: each place is looked at, in one order", []edit{
				nsNote(rrsa.RoleNameKey, "r"), saLabel(rrsa.RoleNameKey, "r"), workloadNote(rrsa.RoleNameKey, "r"),
				workloadLabel(rrsa.OnlyContainersKey, "app"), podNote(rrsa.KeyPrefix+"role", "r"), podLabel(rrsa.RoleNameKey, "r"),
			},
			rrsa.Injected,
			[]string{"warning KeyMisplaced", "warning KeyUnknown", "warning KeyMisplaced", "warning KeyMisplaced", "warning KeyMisplaced", "warning KeyMisplaced"},
		},
	})
}
