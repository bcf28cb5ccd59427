package diagnose

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// LintNamespace says what is wrong with the labels and annotations of a Namespace,
// whatever its pods are. (§5)
func LintNamespace(cfg rrsa.Config, ns *corev1.Namespace) []rrsa.Reason {
	// A role opens the gate, so that each setting is read.
	return lints(cfg, rrsa.LevelNamespace, rrsa.Input{NamespaceName: ns.Name, Namespace: ns, ServiceAccount: AnyAccount(ns.Name)})
}

// LintServiceAccount says what is wrong with the labels and annotations of a
// ServiceAccount. ns is its Namespace, as a key on the wrong object is no mistake where the
// right one has it; nil if that isn't known. (§5)
func LintServiceAccount(cfg rrsa.Config, sa *corev1.ServiceAccount, ns *corev1.Namespace) []rrsa.Reason {
	return lints(cfg, rrsa.LevelServiceAccount,
		rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: ns},
		rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: enabled(sa.Namespace)})
}

func lints(cfg rrsa.Config, level rrsa.Level, inputs ...rrsa.Input) []rrsa.Reason {
	var out []rrsa.Reason
	for _, in := range inputs {
		for _, r := range rrsa.Plan(cfg, in).Reasons {
			if r.Level == level && r.Severity != rrsa.Info && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// enabled is a Namespace that opens the gate.
func enabled(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}}
}

// AccountGives are the settings that a ServiceAccount gives a pod without settings of its
// own, in a Namespace that opens the gate. Without a valid role there are none.
func AccountGives(cfg rrsa.Config, sa *corev1.ServiceAccount) []rrsa.Setting {
	return rrsa.Plan(cfg, rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: enabled(sa.Namespace), Template: AnyPod(sa.Name)}).Settings
}

// NamespaceGives are the settings that a Namespace gives such a pod, if it has a role.
func NamespaceGives(cfg rrsa.Config, ns *corev1.Namespace) []rrsa.Setting {
	open := ns.DeepCopy()
	metav1.SetMetaDataLabel(&open.ObjectMeta, rrsa.InjectionKey, rrsa.On)
	return rrsa.Plan(cfg, rrsa.Input{NamespaceName: ns.Name, ServiceAccount: AnyAccount(ns.Name), Namespace: open, Template: AnyPod("")}).Settings
}

// RoleOf is the ARN of a ServiceAccount's role, and whether the annotation names a role;
// why says why there is no ARN. (§1)
func RoleOf(cfg rrsa.Config, sa *corev1.ServiceAccount) (arn string, valid bool, why rrsa.Reason) {
	d := rrsa.Plan(cfg, rrsa.Input{NamespaceName: sa.Namespace, ServiceAccount: sa, Namespace: enabled(sa.Namespace), Template: AnyPod(sa.Name)})
	at := func(codes ...rrsa.Code) int {
		return slices.IndexFunc(d.Reasons, func(r rrsa.Reason) bool { return r.Blocking && slices.Contains(codes, r.Code) })
	}
	if i := at(rrsa.CodeRoleNameMissing, rrsa.CodeRoleNameInvalid); i >= 0 {
		return "", false, d.Reasons[i]
	}
	arn, err := cfg.RoleARN(sa.Annotations[rrsa.RoleNameKey])
	if i := at(rrsa.CodeAccountIDUnknown); err != nil && i >= 0 {
		return "", true, d.Reasons[i]
	}
	return arn, true, rrsa.Reason{}
}

// AnyAccount is a ServiceAccount with a role.
func AnyAccount(namespace string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Annotations: map[string]string{rrsa.RoleNameKey: "any"}}}
}

// AnyPod is a pod template that runs as a ServiceAccount and sets nothing.
func AnyPod(account string) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: account, Containers: []corev1.Container{{Name: "app"}}}}
}
