package cluster

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

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

// of is a pod of a workload: of a Deployment's ReplicaSet, or what else is named.
func of(p corev1.Pod, kind, name string, labels map[string]string) corev1.Pod {
	p.OwnerReferences = []metav1.OwnerReference{{Kind: kind, Name: name, Controller: new(true)}}
	p.Labels = labels
	return p
}

// TestWeigh: a pod's variables may be its author's own, from another cluster. They count
// if other workloads say them and all agree, and nothing of a pod does that contradicts
// what is known.
func TestWeigh(t *testing.T) {
	a, b := pod("a", "1", idA, "cn-hangzhou"), pod("b", "1", idA, "cn-hangzhou")
	own := pod("own", "1", idB, "cn-hangzhou")
	own.Spec.Containers[0].VolumeMounts = nil
	named := pod("named", "1", idA, "")
	named.Spec.Containers[0].Env[0].Value = "acs:ram::1:oidc-provider/ours"
	named2 := named
	named2.Name = "named2"
	over, going := pod("over", "1", idA, "cn-hangzhou"), pod("going", "1", idA, "cn-hangzhou")
	over.Status.Phase = corev1.PodFailed
	going.DeletionTimestamp = new(at(1))
	hash := map[string]string{"pod-template-hash": "7d4b9c6f5"}
	cart1, cart2 := of(pod("cart-7d4b9c6f5-x", "1", idA, "cn-hangzhou"), "ReplicaSet", "cart-7d4b9c6f5", hash), of(pod("cart-7d4b9c6f5-y", "1", idA, "cn-hangzhou"), "ReplicaSet", "cart-7d4b9c6f5", hash)
	acsPod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "acs", Labels: map[string]string{acsClusterLabel: idA}, Annotations: map[string]string{acsUserAnnotation: "1"},
	}}

	ours := "acs:ram::1:oidc-provider/ours"
	from := "environment of the pod shop/a"
	all := []Answer{{AccountID, "1", from}, {ClusterID, idA, from}, {Region, "cn-hangzhou", from}}
	by := func(source string, answers ...Answer) []Answer {
		out := append([]Answer(nil), answers...)
		for i := range out {
			out[i].Source = source
		}
		return out
	}
	alone := func(field Field, value, source string) string {
		return string(field) + ` is "` + value + `" by the ` + source + ", and by no other workload, so that it isn't believed"
	}
	disagree := func(field Field, one, other string) string {
		return "pods disagree on " + string(field) + `: "` + one + `" by the environment of the pod shop/a, "` + other + `" by the environment of the pod shop/b`
	}
	arn := func(account, id string) string { return "acs:ram::" + account + ":oidc-provider/ack-rrsa-" + id }
	shop := func(name string) []types.NamespacedName {
		return []types.NamespacedName{{Namespace: "shop", Name: name}}
	}
	for _, tt := range []struct {
		name  string
		given []Answer // known without pods
		about []types.NamespacedName
		// twice has another workload say what each one says that isn't under question.
		twice bool
		pods  []corev1.Pod
		all   []Answer
		why   []string
	}{
		{"none", nil, nil, true, nil, nil, nil},
		{"variables without the token", nil, nil, true, []corev1.Pod{own}, nil, nil},
		{"one", nil, nil, true, []corev1.Pod{own, a}, all, nil},
		{"over or about to go", nil, nil, true, []corev1.Pod{over, going}, nil, nil},
		{"the pod under question", nil, shop("a"), true, []corev1.Pod{a}, nil, nil},
		{"the pod under question and another one", nil, shop("b"), true, []corev1.Pod{a, b}, all, nil},
		{"in another namespace", nil, []types.NamespacedName{{Namespace: "other", Name: "a"}}, true, []corev1.Pod{a}, all, nil},
		{"in a namespace that isn't known", nil, []types.NamespacedName{{Name: "a"}}, true, []corev1.Pod{a}, nil, nil},
		{"another pod of the workload", nil, shop("cart"), true, []corev1.Pod{cart1, cart2}, nil, nil},
		{"one workload for a question about all pods", nil, nil, false, []corev1.Pod{cart1, cart2}, nil, []string{
			alone(AccountID, "1", "environment of the pod shop/cart-7d4b9c6f5-x"), alone(ClusterID, idA, "environment of the pod shop/cart-7d4b9c6f5-x"),
			alone(Region, "cn-hangzhou", "environment of the pod shop/cart-7d4b9c6f5-x"),
		}},
		{"two workloads for a question about all pods", nil, nil, false, []corev1.Pod{a, cart1}, all, nil},
		{"two that agree", nil, nil, true, []corev1.Pod{a, pod("b", "1", idA, "")}, all, nil},
		{"two clusters", nil, nil, true, []corev1.Pod{a, pod("b", "1", idB, "cn-hangzhou")}, []Answer{all[0], all[2]}, []string{
			disagree(ClusterID, idA, idB), disagree(OIDCProviderARN, arn("1", idA), arn("1", idB)),
		}},
		// Whose cluster is it then?
		{"two accounts", nil, nil, true, []corev1.Pod{a, pod("b", "2", idA, "cn-hangzhou")}, all[2:], []string{
			disagree(AccountID, "1", "2"), disagree(OIDCProviderARN, arn("1", idA), arn("2", idA)),
		}},
		{
			"a provider with a name of its own", nil, nil, true, []corev1.Pod{named, named2},
			by("environment of the pod shop/named", Answer{Field: AccountID, Value: "1"}, Answer{Field: OIDCProviderARN, Value: ours}), nil,
		},
		{"two providers", nil, nil, true, []corev1.Pod{a, named}, []Answer{all[0], all[2]}, []string{
			`pods disagree on oidcProviderARN: "` + arn("1", idA) + `" by the environment of the pod shop/a, "` + ours + `" by the environment of the pod shop/named`,
		}},
		{"no region", nil, nil, true, []corev1.Pod{pod("a", "1", idA, "Hangzhou!")}, all[:2], nil},
		{"ACS", nil, nil, true, []corev1.Pod{acsPod}, by("labels of the pod shop/acs", Answer{Field: ClusterID, Value: idA}, Answer{Field: AccountID, Value: "1"}), nil},
		{"ACS and another account", nil, nil, true, []corev1.Pod{acsPod, pod("b", "2", idA, "cn-hangzhou")}, []Answer{
			{ClusterID, idA, "labels of the pod shop/acs"}, {Region, "cn-hangzhou", "environment of the pod shop/b"},
		}, []string{`pods disagree on accountID: "1" by the labels of the pod shop/acs, "2" by the environment of the pod shop/b`}},
		{"of the cluster that is known", []Answer{{ClusterID, idA, ""}}, nil, true, []corev1.Pod{a}, []Answer{all[0], all[2]}, nil},
		{"of another cluster than is known", []Answer{{ClusterID, idA, ""}}, nil, true, []corev1.Pod{pod("a", "1", idB, "cn-hangzhou"), pod("b", "1", idB, "")}, nil, []string{
			`clusterID is "` + idA + `", and "` + idB + `" by the environment of the pod shop/a, which isn't believed`,
		}},
		{"of another account than the given provider's", []Answer{{OIDCProviderARN, arn("2", idA), ""}}, nil, true, []corev1.Pod{a}, nil, []string{
			`accountID is "2", and "1" by the environment of the pod shop/a, which isn't believed`,
		}},
		{"of the given provider's account", []Answer{{OIDCProviderARN, arn("1", idA), ""}}, nil, true, []corev1.Pod{a}, all, nil},
		{"a provider that isn't the known cluster's", []Answer{{ClusterID, idA, ""}, {AccountID, "1", ""}}, nil, true, []corev1.Pod{named}, nil, []string{
			`oidcProviderARN is "` + arn("1", idA) + `", and "` + ours + `" by the environment of the pod shop/named, which isn't believed`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := (Question{Given: tt.given}).withImplied().weighedBy(Identity{})
			e.about = tt.about
			pods := tt.pods
			for _, p := range tt.pods {
				w := WorkloadOf("Pod", &p)
				if tt.twice && !slices.ContainsFunc(tt.about, func(q types.NamespacedName) bool {
					return q.Name == w.Name && (q.Namespace == w.Namespace || q.Namespace == "")
				}) {
					p.Name, p.OwnerReferences = w.Name+"-twin", nil
					pods = append(pods[:len(pods):len(pods)], p)
				}
			}
			got, why := e.weigh(pods)
			if diff := cmp.Diff(tt.all, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.why, why); diff != "" {
				t.Errorf("doubts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWorkloadOf(t *testing.T) {
	hash, rollout := map[string]string{"pod-template-hash": "7d4b"}, map[string]string{"rollouts-pod-template-hash": "7d4b"}
	for _, tt := range []struct {
		name, kind, owner, controller string
		labels                        map[string]string
		want                          string
	}{
		{"cart-7d4b-x", "Pod", "ReplicaSet", "cart-7d4b", hash, "cart"},
		{"cart-7d4b-x", "Pod", "ReplicaSet", "cart-7d4b", rollout, "cart"},
		{"cart-7d4b-x", "Pod", "ReplicaSet", "cart-7d4b", nil, "cart-7d4b"}, // a ReplicaSet of its own
		{"cart-7d4b", "ReplicaSet", "Deployment", "cart", hash, "cart"},
		{"cart-7d4b", "ReplicaSet", "", "", hash, "cart"},
		{"cart-0", "Pod", "StatefulSet", "cart", hash, "cart"},
		{"cart-29000000-x", "Pod", "Job", "cart-29000000", nil, "cart"},
		{"cart-29000000", "Job", "CronJob", "cart", nil, "cart"},
		{"import-2", "Job", "", "", nil, "import"},
		{"cart-2", "CronJob", "", "", nil, "cart-2"},
		{"cart", "Pod", "", "", hash, "cart"},
		{"cart", "Deployment", "", "", nil, "cart"},
	} {
		meta := &metav1.ObjectMeta{Namespace: "shop", Name: tt.name, Labels: tt.labels}
		if tt.owner != "" {
			meta.OwnerReferences = []metav1.OwnerReference{{Kind: "Cluster", Name: "other"}, {Kind: tt.owner, Name: tt.controller, Controller: new(true)}}
		}
		if diff := cmp.Diff(types.NamespacedName{Namespace: "shop", Name: tt.want}, WorkloadOf(tt.kind, meta)); diff != "" {
			t.Errorf("%s %s of %s (-want +got):\n%s", tt.kind, tt.name, tt.controller, diff)
		}
	}
}

// at is a minute of one day.
func at(minute int) metav1.Time { return metav1.Date(2026, 3, 1, 8, minute, 0, 0, time.UTC) }
