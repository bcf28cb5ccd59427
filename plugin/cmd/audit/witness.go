package audit

import (
	"context"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// maxWitnesses bounds how many pods are looked at for one that the webhook has injected.
const maxWitnesses = 20

// witnesses are pods that may show that the webhook answers, the newest first, and the
// newest pod that it should have injected and has not.
type witnesses struct {
	injected []*corev1.Pod
	missed   *corev1.Pod
	why      diagnose.Finding
}

// witness notes a pod for what it shows of the webhook.
func (w *witnesses) witness(pod *corev1.Pod, d diagnose.Diagnosis) {
	switch {
	case d.Cause.Code == diagnose.CodeWebhookFails && (w.missed == nil || pod.CreationTimestamp.After(w.missed.CreationTimestamp.Time)):
		w.missed, w.why = brief(pod), d.Cause
	case d.State == rrsa.StateOK && metav1.GetControllerOfNoCopy(pod) != nil:
		i, _ := slices.BinarySearchFunc(w.injected, pod, func(one, p *corev1.Pod) int {
			return p.CreationTimestamp.Compare(one.CreationTimestamp.Time)
		})
		if i < maxWitnesses {
			w.injected = slices.Insert(w.injected, i, brief(pod))
			w.injected = w.injected[:min(len(w.injected), maxWitnesses)]
		}
	}
}

// brief is what is kept of a pod: its page is let go.
func brief(pod *corev1.Pod) *corev1.Pod {
	out := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, CreationTimestamp: pod.CreationTimestamp}}
	if ref := metav1.GetControllerOf(pod); ref != nil {
		out.OwnerReferences = []metav1.OwnerReference{*ref}
		out.Labels = map[string]string{appsv1.DefaultDeploymentUniqueLabelKey: pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]}
	}
	return out
}

// answered finds the newest pod that the webhook has injected, by what makes it. While a
// newer one shows that it fails, that keeps every new pod from credentials.
func (w *witnesses) answered(ctx context.Context, c *cluster.Cluster, live *diagnose.Live) error {
	byWebhook := make([]bool, len(w.injected))
	reads := make([]func() error, len(w.injected))
	for i, pod := range w.injected {
		reads[i] = func() error {
			top, err := c.Top(ctx, pod)
			if err == nil && top != nil && top.Object != nil {
				byWebhook[i] = diagnose.WorkloadOf(*top).Plain()
			}
			return err
		}
	}
	if err := cluster.Together(reads...); err != nil {
		return err
	}
	if i := slices.Index(byWebhook, true); i >= 0 {
		live.Answered = w.injected[i]
	}
	if w.missed != nil && (live.Answered == nil || !live.Answered.CreationTimestamp.After(w.missed.CreationTimestamp.Time)) {
		live.Faults = append(live.Faults, w.why)
	}
	return nil
}
