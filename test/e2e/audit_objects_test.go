package e2e

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// account makes a ServiceAccount with annotations, given as key and value in turn.
func (c *cluster) account(t testing.TB, namespace, name string, annotations ...string) {
	t.Helper()
	sa := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{}}}
	for i := 0; i+1 < len(annotations); i += 2 {
		sa.Annotations[annotations[i]] = annotations[i+1]
	}
	if _, err := c.client(t).CoreV1().ServiceAccounts(namespace).Create(t.Context(), sa, metav1.CreateOptions{}); err != nil {
		t.Fatalf("making the ServiceAccount %s/%s: %v", namespace, name, err)
	}
}

// pod is a pod with one container.
func pod(name, account string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": name}},
		Spec: corev1.PodSpec{
			ServiceAccountName: account,
			Containers:         []corev1.Container{{Name: "main", Image: "app:1"}},
		},
	}
}

// owned gives a pod a controller, which needn't exist.
func owned(p *corev1.Pod, apiVersion, kind, name string) *corev1.Pod {
	yes := true
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, UID: types.UID("uid-of-" + kind + "-" + name), Controller: &yes}}
	return p
}

// hashed is a pod of a Deployment's ReplicaSet.
func hashed(p *corev1.Pod, deployment, hash string) *corev1.Pod {
	p.Labels["pod-template-hash"] = hash
	return owned(p, "apps/v1", "ReplicaSet", deployment+"-"+hash)
}

// injected is a pod as an injection with a role makes it.
func injected(p *corev1.Pod, role string) *corev1.Pod {
	const dir = "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"
	lifetime := int64(3600)
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "rrsa-oidc-token", VolumeSource: corev1.VolumeSource{
		Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
			Audience: "sts.aliyuncs.com", ExpirationSeconds: &lifetime, Path: "token",
		}}}},
	}})
	c := &p.Spec.Containers[0]
	c.Env = append(c.Env,
		corev1.EnvVar{Name: "ALIBABA_CLOUD_ROLE_ARN", Value: "acs:ram::" + accountID + ":role/" + role},
		corev1.EnvVar{Name: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", Value: "acs:ram::" + accountID + ":oidc-provider/ack-rrsa-" + clusterID},
		corev1.EnvVar{Name: "ALIBABA_CLOUD_OIDC_TOKEN_FILE", Value: dir + "/token"},
		corev1.EnvVar{Name: "ALIBABA_CLOUD_STS_ENDPOINT", Value: "sts-vpc.cn-hangzhou.aliyuncs.com"},
		corev1.EnvVar{Name: "ALIBABA_CLOUD_STS_REGION", Value: "cn-hangzhou"},
		corev1.EnvVar{Name: "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", Value: "true"},
	)
	c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: dir, ReadOnly: true})
	return p
}

// pods creates pods.
func (c *cluster) pods(t testing.TB, namespace string, pods ...*corev1.Pod) {
	t.Helper()
	for _, p := range pods {
		if _, err := c.client(t).CoreV1().Pods(namespace).Create(t.Context(), p, metav1.CreateOptions{}); err != nil {
			t.Fatalf("making the pod %s/%s: %v", namespace, p.Name, err)
		}
	}
}
