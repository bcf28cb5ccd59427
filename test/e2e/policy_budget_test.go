package e2e

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policyBudget creates pods that are as expensive as the policy allows, each in its own
// way, and pods that are beyond that: the API server bounds what an expression may cost,
// and no pod may be rejected for it.
func policyBudget(t *testing.T, p *policies) {
	one := func(change func(c *corev1.Container)) *corev1.Pod {
		pod := expensive(1, 0, 0, false)
		pod.Spec.Containers[0].Name = "app"
		change(&pod.Spec.Containers[0])
		return pod
	}
	same := func(name string, n int) *corev1.Pod {
		return one(func(c *corev1.Container) {
			for range n {
				c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: "own"})
			}
		})
	}
	path := func(path string) *corev1.Pod {
		return one(func(c *corev1.Container) {
			c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: path}}
		})
	}
	listing := func(containers int, list string) *corev1.Pod {
		pod := expensive(containers, 0, 0, false)
		pod.Annotations = map[string]string{rrsa.SkipContainersKey: list}
		return pod
	}
	const injected, left = string(rrsa.Injected), "left alone"
	for i, settings := range bothFailurePolicies(componentConfig()) {
		value, err := p.put(t, settings)
		if err != nil {
			t.Fatal(err)
		}
		var world [2]string
		for j, acts := range []string{value, "none"} {
			world[j] = p.namespace(t, map[string]string{policyLabel: acts, rrsa.InjectionKey: rrsa.On, rrsa.OverrideEnvKey: rrsa.True})
			p.account(t, world[j], "web", nil, map[string]string{rrsa.RoleNameKey: "web"})
		}
		shapes := []struct {
			name string
			pod  *corev1.Pod
			want string
		}{
			{"64 containers of 40 variables", expensive(64, 40, 10, false), injected},
			{"64 containers of 40 variables, replaced", expensive(64, 40, 10, true), injected},
			{"64 containers of 80 variables", expensive(64, 80, 3, true), injected},
			{"200 containers of 40 variables", expensive(200, 40, 10, true), left},
			{"most containers", expensive(600, 0, 0, false), injected},
			{"more containers", expensive(601, 0, 0, false), left},
			{"most containers with all variables", expensive(375, 6, 0, true), injected},
			{"most variables", expensive(1, 5990, 0, false), injected},
			{"more variables", expensive(1, 5991, 0, false), left},
			{"most mounts", expensive(1, 0, 5990, false), injected},
			{"more mounts", expensive(1, 0, 5991, false), left},
			{"most of one name", same("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", 5990), injected},
			{"a name without end", one(func(c *corev1.Container) { c.Env = []corev1.EnvVar{{Name: strings.Repeat("A", 500000), Value: "x"}} }), injected},
			{"longest list", listing(1, strings.Repeat(",", 16384)), injected},
			{"list too long", listing(1, strings.Repeat(",", 16385)), left},
			{"most comparisons", listing(80, strings.Repeat("x,", 7500)), injected},
			{"more comparisons", listing(80, strings.Repeat("x,", 7501)), left},
			{"a path without end", path(strings.Repeat("/x", 400000)), injected},
			{"a path that may lead there", path(strings.Repeat("/.", 200000) + rrsa.TokenDir), "Refused"},
			{"a path that can't be told of", path(strings.Repeat("/x", 200000) + "/rrsa-tokens"), left},
		}
		if i > 0 {
			shapes = shapes[:4] // what an error leads to doesn't change what one is
		}
		for _, tt := range shapes {
			t.Run(fmt.Sprint(settings.FailurePolicy, " ", tt.name), func(t *testing.T) {
				if _, err := p.client.CoreV1().Pods(world[0]).Create(t.Context(), tt.pod, dryRunOptions); err != nil {
					t.Fatalf("%.300s … %s", err, err.Error()[max(0, len(err.Error())-300):])
				}
				if got := p.compareGenerated(t, settings, tt.pod, world); got != tt.want {
					t.Errorf("want %s, got %s", tt.want, got)
				}
			})
		}
	}
}

// expensive is a pod with many containers of many variables and mounts; of its own are
// other values of all that is injected, which are replaced.
func expensive(containers, variables, mounts int, own bool) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod"}, Spec: corev1.PodSpec{ServiceAccountName: "web"}}
	pod.Spec.AutomountServiceAccountToken = new(false)
	pod.Spec.Volumes = []corev1.Volume{{Name: "data"}}
	for i := range containers {
		c := corev1.Container{Name: fmt.Sprintf("container-%d", i), Image: "app:1"}
		for j := range variables {
			name := fmt.Sprintf("VARIABLE_OF_THE_POD_ITSELF_%d", j)
			if names := rrsa.EnvNames(); own && j >= variables-len(names) {
				name = names[j-variables+len(names)]
			}
			c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: fmt.Sprintf("a value of some length %d", j)})
		}
		for j := range mounts {
			c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "data", MountPath: fmt.Sprintf("/var/run/secrets/data/%d", j)})
		}
		if i%2 == 0 {
			pod.Spec.Containers = append(pod.Spec.Containers, c)
		} else {
			pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
		}
	}
	return pod
}
