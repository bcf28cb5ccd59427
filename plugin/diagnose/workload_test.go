package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// TestReplaces: the command that replaces a workload's pods, or how that is done and why no
// command does it.
func TestReplaces(t *testing.T) {
	for _, tt := range []struct {
		name, object string
		pods         []string
		command, how string
		why          string
	}{
		{"a Deployment", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}", nil, "kubectl rollout restart deployment/web -n shop --context=prod", "", ""},
		{"a paused one", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {paused: true}}", nil, "", "kubectl rollout resume deployment/web -n shop --context=prod", "paused"},
		{"one that is being deleted", `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, deletionTimestamp: "2026-03-01T08:00:00Z"}}`, nil, "", "create it again", "being deleted"},
		{"a name that a shell would run", "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: $(reboot)}}", nil, "", "delete its pods", "doesn't know it"},
		{"a StatefulSet", "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}}", []string{"db-0"}, "kubectl rollout restart statefulset/db -n shop --context=prod", "", ""},
		{"OnDelete", "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {updateStrategy: {type: OnDelete}}}", nil, "", "one by one", "OnDelete"},
		{"a DaemonSet with OnDelete", "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: db}, spec: {updateStrategy: {type: OnDelete}}}", nil, "", "one by one", "OnDelete"},
		{"a pod below the partition", "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {updateStrategy: {rollingUpdate: {partition: 2}}}}", []string{"db-3", "db-1"}, "", "partition to 0", "partition 2"},
		{"pods from the partition on", "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {updateStrategy: {rollingUpdate: {partition: 2}}}}", []string{"db-3", "db-2"}, "kubectl rollout restart statefulset/db -n shop --context=prod", "", ""},
		{"another API's StatefulSet", "{apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, metadata: {name: db}}", nil, "", "delete its pods", "doesn't know it"},
		{"an Argo Rollout", "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web}}", nil, "", "kubectl argo rollouts restart web -n shop", "doesn't know it"},
		{"a Rollout whose name a shell would run", "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: $(reboot)}}", nil, "", "kubectl argo rollouts restart NAME -n shop", "doesn't know it"},
		{"a CronJob", "{apiVersion: batch/v1, kind: CronJob, metadata: {name: night}}", nil, "", "its next Job", "not replaced"},
		{"a Job", "{apiVersion: batch/v1, kind: Job, metadata: {name: night}}", nil, "", "create the Job again", "not replaced"},
		{"a ReplicaSet", "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web}}", nil, "", "delete its pods", "doesn't know it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			object := &unstructured.Unstructured{}
			data, err := yaml.YAMLToJSON([]byte(tt.object))
			if err == nil {
				err = object.UnmarshalJSON(data) // whole numbers, as the API server's answer is read
			}
			if err != nil {
				t.Fatal(err)
			}
			object.SetNamespace("shop")
			command, how, why := NewWorkload(object).replaces(tt.pods, " --context=prod")
			if diff := cmp.Diff(tt.command, command); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
			if !strings.Contains(how, tt.how) || !strings.Contains(why, tt.why) || (command == "") == (how == "") || (command == "") == (why == "") {
				t.Errorf("want %q because %q, got %q because %q", tt.how, tt.why, how, why)
			}
		})
	}
}
