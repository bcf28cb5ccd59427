package diagnose

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The containers of a probe, each of which shows one thing.
const (
	probeApp       = "app"       // has a variable of its own
	probeInit      = "init"      // an init container
	probeSidecar   = "sidecar"   // a native sidecar
	probeValue     = "value"     // sets a variable that is injected
	probeReference = "reference" // the same with valueFrom
	probeSkipped   = "skipped"   // is in skip-containers, with white space around it
)

// ProbeRole is a role that a container of a probe sets itself.
const ProbeRole = "acs:ram::1:role/rrsa-check"

// Probe is a pod that shows by what comes back what the webhook does, and the same pod with
// override-env. They are to be sent as a dry run: no node runs them. The API server takes
// them under the Pod Security Standard "restricted". Without sidecar they have no native
// sidecar, which an API server before 1.28 doesn't know.
func Probe(namespace, account string, sidecar bool) (plain, override *corev1.Pod) {
	plain = &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, GenerateName: "rrsa-check-",
			Annotations: map[string]string{rrsa.SkipContainersKey: " " + probeSkipped + " , ,"},
		},
		Spec: corev1.PodSpec{
			ServiceAccountName: account, AutomountServiceAccountToken: new(false), RestartPolicy: corev1.RestartPolicyNever,
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: new(true), RunAsUser: new(int64(65534)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			InitContainers: []corev1.Container{probeContainer(probeInit)},
			Containers: []corev1.Container{
				probeContainer(probeApp, corev1.EnvVar{Name: "RRSA_CHECK", Value: "1"}),
				probeContainer(probeValue, corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: ProbeRole}, corev1.EnvVar{Name: "RRSA_CHECK", Value: "1"}),
				probeContainer(probeReference, corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: &corev1.EnvVarSource{
					FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"},
				}}),
				probeContainer(probeSkipped),
			},
		},
	}
	if sidecar {
		c := probeContainer(probeSidecar)
		c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		plain.Spec.InitContainers = append(plain.Spec.InitContainers, c)
	}
	override = plain.DeepCopy()
	override.Annotations[rrsa.OverrideEnvKey] = rrsa.True
	return plain, override
}

// probeContainer asks for little, and for as much as a quota wants to be told.
func probeContainer(name string, env ...corev1.EnvVar) corev1.Container {
	little := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("10m"), corev1.ResourceMemory: resource.MustParse("16Mi")}
	return corev1.Container{
		Name: name, Image: "pause:3.10", Env: env,
		Resources: corev1.ResourceRequirements{Requests: little, Limits: little},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
}
