package cluster

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// WorkloadOf names what makes the pods of an object of a kind, or a pod itself: its
// topmost controller, as far as the object shows it. A ReplicaSet of a Deployment or an
// Argo Rollout, and a Job of a CronJob, have its name and an ending. Kinds are left out:
// two of one name are taken for one.
func WorkloadOf(kind string, object metav1.Object) types.NamespacedName {
	out := types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
	if ref := metav1.GetControllerOfNoCopy(object); ref != nil {
		kind, out.Name = ref.Kind, ref.Name
	}
	switch kind {
	case "ReplicaSet":
		for _, label := range []string{appsv1.DefaultDeploymentUniqueLabelKey, rolloutsHashLabel} {
			hash := object.GetLabels()[label]
			if name, ok := strings.CutSuffix(out.Name, "-"+hash); ok && hash != "" && name != "" {
				out.Name = name
			}
		}
	case "Job":
		if at := strings.LastIndex(out.Name, "-"); at > 0 && strings.Trim(out.Name[at+1:], "0123456789") == "" {
			out.Name = out.Name[:at]
		}
	}
	return out
}

// rolloutsHashLabel is to Argo Rollouts what pod-template-hash is to Deployments.
const rolloutsHashLabel = "rollouts-pod-template-hash"
