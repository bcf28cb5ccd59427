package cluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const (
	idA = "cbec9a1f7b433470ebe4c900552000000"
	idB = "c00000000000000000000000000000000"
)

// pod is a pod that was injected.
func pod(name, account, cluster, region string) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Env: []corev1.EnvVar{
				{Name: rrsa.EnvOIDCProviderARN, Value: "acs:ram::" + account + ":oidc-provider/ack-rrsa-" + cluster},
				{Name: rrsa.EnvSTSRegion, Value: region},
			},
			VolumeMounts: []corev1.VolumeMount{{Name: rrsa.VolumeName, MountPath: rrsa.TokenDir}},
		}}},
	}
}

// A pod's variables may be its author's own, from another cluster: pods that
// disagree are not believed, in just what they disagree on.
func TestInjectedPods(t *testing.T) {
	a := pod("a", "1", idA, "cn-hangzhou")
	own := pod("own", "1", idB, "cn-hangzhou")
	own.Spec.Containers[0].VolumeMounts = nil
	named := pod("named", "1", idA, "")
	named.Spec.Containers[0].Env[0].Value = "acs:ram::1:oidc-provider/ours"
	from := "environment of the pod shop/a"
	all := []Answer{{AccountID, "1", from}, {ClusterID, idA, from}, {Region, "cn-hangzhou", from}}
	for _, tt := range []struct {
		name string
		pods []corev1.Pod
		want []Answer
		err  string
	}{
		{"none", nil, nil, "no such pod among the first 0"},
		{"variables without the token", []corev1.Pod{own}, nil, "no such pod among the first 1"},
		{"one", []corev1.Pod{own, a}, all, ""},
		{"two that agree", []corev1.Pod{a, pod("b", "1", idA, "")}, all, ""},
		{
			"two clusters", []corev1.Pod{a, pod("b", "1", idB, "cn-hangzhou")}, []Answer{all[0], all[2]},
			`pods disagree on clusterID: "` + idA + `" by the environment of the pod shop/a, "` + idB + `" by the environment of the pod shop/b`,
		},
		{"a provider with a name of its own", []corev1.Pod{named}, []Answer{{OIDCProviderARN, "acs:ram::1:oidc-provider/ours", "environment of the pod shop/named"}}, ""},
		{"no region", []corev1.Pod{pod("a", "1", idA, "Hangzhou!")}, all[:2], `checking region "Hangzhou!": want a region id such as "cn-hangzhou"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := agreed(tt.pods, "environment of the pod", injected)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || said != tt.err {
				t.Errorf("answers (-want +got):\n%s%s", diff, cmp.Diff(tt.err, said))
			}
		})
	}
}

func TestACSPods(t *testing.T) {
	p := corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "a", Labels: map[string]string{acsClusterLabel: idA}, Annotations: map[string]string{acsUserAnnotation: "1"},
	}}
	got, err := agreed([]corev1.Pod{{}, p}, "labels of the pod", acs)
	from := "labels of the pod shop/a"
	if diff := cmp.Diff([]Answer{{ClusterID, idA, from}, {AccountID, "1", from}}, got); diff != "" || err != nil {
		t.Errorf("answers (-want +got):\n%s%v", diff, err)
	}
}
