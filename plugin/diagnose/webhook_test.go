package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestInVain(t *testing.T) {
	found := Deployment{NamespacedName: types.NamespacedName{Namespace: "kube-system", Name: "webhook"}, Found: true}
	for _, tt := range []struct {
		name   string
		policy *admissionregistrationv1.FailurePolicyType
		runs   Deployment
		want   string
	}{
		{"passed over", new(admissionregistrationv1.Ignore), Deployment{}, "the API server calls it for the pod; its failurePolicy is Ignore, so it may fail or not answer at all"},
		{"passed over, and its logs", new(admissionregistrationv1.Ignore), found, "the API server calls it for the pod; its failurePolicy is Ignore, so it may fail or not answer at all: see kubectl logs deployment/webhook -n kube-system"},
		{"answers", new(admissionregistrationv1.Fail), found, "the API server calls it for the pod, and it answers without an injection: its settings or version may be others: see kubectl logs deployment/webhook -n kube-system"},
		{"answers, by default", nil, Deployment{}, "the API server calls it for the pod, and it answers without an injection: its settings or version may be others"},
	} {
		h := &Hook{MutatingWebhook: admissionregistrationv1.MutatingWebhook{FailurePolicy: tt.policy}, Deployment: tt.runs}
		if diff := cmp.Diff(tt.want, h.InVain()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
