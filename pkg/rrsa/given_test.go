package rrsa_test

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const (
	account = "1488999589000000"
	cluster = "c0123456789abcdef0123456789abcdef"

	roleARN     = "acs:ram::1488999589000000:role/demo-role"
	providerARN = "acs:ram::1488999589000000:oidc-provider/ack-rrsa-c0123456789abcdef0123456789abcdef"
)

// edit changes one thing of a configuration or an input, so that a row of a table
// says only what is special about it.
type edit func(*rrsa.Config, *rrsa.Input)

// given is an input whose gate is open through its Namespace, and whose one
// container has nothing yet, with edits.
func given(edits ...edit) (rrsa.Config, rrsa.Input) {
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region = account, cluster, "cn-hangzhou"
	in := rrsa.Input{
		NamespaceName: "demo",
		Namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: "demo", Labels: map[string]string{rrsa.InjectionKey: "on"}, Annotations: map[string]string{},
		}},
		ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
			Name: "app-sa", Labels: map[string]string{}, Annotations: map[string]string{rrsa.RoleNameKey: "demo-role"},
		}},
		Template: &corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{}, Annotations: map[string]string{}},
			Spec:       corev1.PodSpec{ServiceAccountName: "app-sa", Containers: []corev1.Container{{Name: "app"}}},
		},
	}
	for _, e := range edits {
		e(&cfg, &in)
	}
	return cfg, in
}

func plan(edits ...edit) rrsa.Decision { return rrsa.Plan(given(edits...)) }

func nsLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Labels[key] = value }
}

func nsNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Annotations[key] = value }
}

func nsNoLabel(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Labels = nil }

func noNamespace(_ *rrsa.Config, in *rrsa.Input) { in.Namespace = nil }

func saLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Labels[key] = value }
}

func saNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Annotations[key] = value }
}

func saNoNote(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Annotations = nil }

func noServiceAccount(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount = nil }

func podLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Template.Labels[key] = value }
}

func podNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Template.Annotations[key] = value }
}

func webhook(version string) edit {
	return func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.WebhookVersion = version }
}

func noAutoInject(cfg *rrsa.Config, _ *rrsa.Input) { cfg.AutoInjectSTSEnvVars = false }

// spec changes the pod's spec.
func spec(change func(*corev1.PodSpec)) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { change(&in.Template.Spec) }
}

// app changes the one container.
func app(change func(*corev1.Container)) edit {
	return spec(func(s *corev1.PodSpec) { change(&s.Containers[0]) })
}

// env gives the one container variables of its own.
func env(vars ...corev1.EnvVar) edit { return app(func(c *corev1.Container) { c.Env = vars }) }

func volumes(v ...corev1.Volume) edit {
	return spec(func(s *corev1.PodSpec) { s.Volumes = v })
}

func sidecar(_ *rrsa.Config, in *rrsa.Input) {
	in.Template.Spec.Containers = append(in.Template.Spec.Containers, corev1.Container{Name: "log"})
}

func phase(p corev1.PodPhase) edit { return func(_ *rrsa.Config, in *rrsa.Input) { in.Phase = p } }

func noInit(cfg *rrsa.Config, _ *rrsa.Input) { cfg.InitContainers = false }

func workloadLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) {
		in.Workload = append(in.Workload, metav1.ObjectMeta{Labels: map[string]string{key: value}})
	}
}

func workloadNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) {
		in.Workload = append(in.Workload, metav1.ObjectMeta{Annotations: map[string]string{key: value}})
	}
}

// noNamespaceName leaves the name of the namespace open.
func noNamespaceName(_ *rrsa.Config, in *rrsa.Input) { in.NamespaceName = "" }
