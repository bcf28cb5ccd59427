package podtemplate

import (
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKindTable pins the kinds by name: one that falls out of the table is not
// injected any more.
func TestKindTable(t *testing.T) {
	want := `AdvancedCronJob.apps.kruise.io BroadcastJob.apps.kruise.io CloneSet.apps.kruise.io Configuration.serving.knative.dev
CronJob.batch DaemonSet.apps DaemonSet.apps.kruise.io Deployment.apps FlinkDeployment.flink.apache.org JAXJob.kubeflow.org
Job.batch Job.batch.volcano.sh JobSet.jobset.x-k8s.io LeaderWorkerSet.leaderworkerset.x-k8s.io MPIJob.kubeflow.org
MXJob.kubeflow.org PaddleJob.kubeflow.org Pod PodTemplate PyTorchJob.kubeflow.org RayCluster.ray.io RayJob.ray.io
RayService.ray.io ReplicaSet.apps ReplicationController Rollout.argoproj.io ScaledJob.keda.sh Service.serving.knative.dev
StatefulSet.apps StatefulSet.apps.kruise.io TFJob.kubeflow.org UnitedDeployment.apps.kruise.io XGBoostJob.kubeflow.org`
	var got []string
	for key := range NewTable(nil) {
		got = append(got, strings.TrimSuffix(key[1]+"."+key[0], "."))
	}
	sort.Strings(got)
	if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func TestPathForms(t *testing.T) {
	for _, c := range []struct {
		name string
		path Path
		want string
	}{
		{"a path", Path{Kind: "A", Path: "spec.tasks[].*.template", ServiceAccountPath: "spec.account"}, ""},
		{"the object itself", Path{Kind: "A"}, ""},
		{"no kind", Path{Path: "spec"}, "kind is missing"},
		{"an empty step", Path{Kind: "A", Path: "spec..template"}, "want keys with dots between them"},
		{"an index", Path{Kind: "A", Path: "spec.tasks[0].template"}, "want keys with dots between them"},
		{"JSONPath", Path{Kind: "A", Path: "$.spec.template"}, "want keys with dots between them"},
		{"JSON pointer", Path{Kind: "A", Path: "/spec/template"}, "want keys with dots between them"},
		{"a ServiceAccount in a list", Path{Kind: "A", ServiceAccountPath: "spec.accounts[]"}, "a ServiceAccount path has no lists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.path.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}
