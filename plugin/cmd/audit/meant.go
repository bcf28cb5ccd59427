package audit

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// readMeant finds the workloads with a label or annotation that does nothing there and is
// meant for their pods. The answer has them by the UIDs of what makes the pods: theirs, and
// those of the ReplicaSets and Jobs between. The pods themselves don't show it.
func readMeant(ctx context.Context, c *cluster.Cluster, namespace string) (map[types.UID]*diagnose.Workload, error) {
	var found []diagnose.Controller
	// What can't be read is noted: a pod is then judged by what it shows itself.
	_, err := cluster.Workloads(ctx, c, namespace, func(w diagnose.Controller) {
		if diagnose.Meant(w) {
			found = append(found, w)
		}
	})
	if err != nil {
		return nil, err
	}
	out := map[types.UID]*diagnose.Workload{}
	for _, one := range found {
		w := &diagnose.Workload{
			Owner: cliapi.Owner{APIVersion: one.APIVersion, Kind: one.Kind, Name: one.Name}, Namespace: one.Namespace, Path: "spec.template",
			Meta: &metav1.ObjectMeta{Name: one.Name, Namespace: one.Namespace, Labels: one.Object.GetLabels(), Annotations: one.Object.GetAnnotations()},
		}
		if one.Kind == "CronJob" {
			w.Path = "spec.jobTemplate.spec.template"
		}
		out[one.UID] = w
		between, err := cluster.Children(ctx, c, one)
		if err != nil {
			return nil, err
		}
		for _, b := range between {
			out[b.UID] = w
		}
	}
	return out, nil
}
