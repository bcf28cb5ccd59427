package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestWebhook pins the stand-in for the webhook: where it acts, with which
// settings, and that a dry run answers as a creation does.
func TestWebhook(t *testing.T) {
	c := controlPlane(t)
	w := c.webhook(t)
	core := c.client(t).CoreV1()
	create := func(ns string, dryRun ...string) *corev1.Pod {
		t.Helper()
		pod, err := core.Pods(ns).Create(t.Context(), &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"pod-identity.alibabacloud.com/injection": "on"}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "web:1"}}},
		}, metav1.CreateOptions{DryRun: dryRun})
		if err != nil {
			t.Fatal(err)
		}
		return pod
	}
	region := func(pod *corev1.Pod) string {
		for _, e := range pod.Spec.Containers[0].Env {
			if e.Name == "ALIBABA_CLOUD_STS_REGION" {
				return e.Value
			}
		}
		return ""
	}
	namespace := func(webhook string) string {
		ns := c.namespace(t, webhookLabel, webhook)
		patch := []byte(`{"metadata":{"annotations":{"pod-identity.alibabacloud.com/role-name":"web"}}}`)
		if _, err := core.ServiceAccounts(ns).Patch(t.Context(), "default", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		return ns
	}

	ns := namespace("on")
	dry := create(ns, metav1.DryRunAll)
	create(ns)
	made, err := core.Pods(ns).Get(t.Context(), "web", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := region(made); got != "cn-hangzhou" {
		t.Errorf("want the cluster's region, got %q", got)
	}
	comparable(dry)
	comparable(made)
	if diff := cmp.Diff(made, dry); diff != "" {
		t.Errorf("a dry run isn't as a creation (-creation +dry run):\n%s", diff)
	}

	other := namespace("on")
	config := componentConfig()
	config.Region = "cn-beijing"
	w.configure(other, config)
	if got := region(create(other)); got != "cn-beijing" {
		t.Errorf("want the region that the test has set, got %q", got)
	}
	if got := region(create(namespace("off"))); got != "" {
		t.Errorf("want nothing injected where the webhook doesn't act, got region %q", got)
	}
}
