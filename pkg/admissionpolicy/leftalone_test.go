package admissionpolicy_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestLeftAlone(t *testing.T) {
	mount := func(path string) *corev1.PodTemplateSpec {
		return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "setup"}},
			Containers:     []corev1.Container{{Name: "app", VolumeMounts: []corev1.VolumeMount{{MountPath: "/first"}, {MountPath: path}}}},
		}}
	}
	variables := func(n int) *corev1.PodTemplateSpec {
		return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Env: make([]corev1.EnvVar, n)}}}}
	}
	list := func(list string) *corev1.PodTemplateSpec {
		pod := variables(0)
		pod.ObjectMeta = metav1.ObjectMeta{Annotations: map[string]string{rrsa.OnlyContainersKey: list}}
		return pod
	}
	inits := variables(5000)
	inits.Spec.InitContainers = variables(5000).Spec.Containers
	for _, tt := range []struct {
		name     string
		pod      *corev1.PodTemplateSpec
		selected string
		want     string
	}{
		{"the token directory itself", mount(rrsa.TokenDir), "app", ""},
		{"out of it", mount(rrsa.TokenDir + "/.."), "app", "can't tell where the mount path"},
		{"by another way", mount("/a/../rrsa-tokens"), "app", "of container \"app\" leads"},
		{"of a container that isn't selected", mount("/a/../rrsa-tokens"), "setup", ""},
		{"without its name", mount("/data/.."), "app", ""},
		{"two dots in a name", mount("/rrsa-tokens/..data"), "app", ""},
		{"longer than a path may be", mount("/rrsa-tokens" + strings.Repeat("/x", 4096)), "app", "can't tell where the mount path"},
		{"most variables", variables(5990), "app", ""},
		{"more variables", variables(5991), "app", "more containers, variables and mounts"},
		{"init containers count", inits, "app", "more containers"},
		{"longest list", list(strings.Repeat("容", 16384)), "app", ""},
		{"longer list", list(strings.Repeat(",", 16385)), "app", "more containers"},
	} {
		got := admissionpolicy.LeftAlone(config(), tt.pod, func(name string) bool { return name == tt.selected })
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: want %q, got %q", tt.name, tt.want, got)
		}
	}
	c := config()
	c.InitContainers = false
	if got := admissionpolicy.LeftAlone(c, inits, func(string) bool { return true }); got != "" {
		t.Errorf("init containers that aren't injected don't count, got %q", got)
	}
}
