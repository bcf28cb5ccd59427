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
	want := `AdvancedCronJob.apps.kruise.io Agent.agent.k8s.elastic.co AnalysisRun.argoproj.io AnalysisTemplate.argoproj.io
ApmServer.apm.k8s.elastic.co AppWrapper.workload.codeflare.dev Beat.beat.k8s.elastic.co BroadcastJob.apps.kruise.io
CloneSet.apps.kruise.io Configuration.serving.knative.dev CronJob.batch CronJob.batch.volcano.sh DaemonSet.apps
DaemonSet.apps.kruise.io Deployment.apps DeploymentConfig.apps.openshift.io ElasticMapsServer.maps.k8s.elastic.co
Elasticsearch.elasticsearch.k8s.elastic.co EnterpriseSearch.enterprisesearch.k8s.elastic.co Experiment.argoproj.io
FlinkBlueGreenDeployment.flink.apache.org FlinkDeployment.flink.apache.org InferenceService.serving.kserve.io JAXJob.kubeflow.org
Job.batch Job.batch.volcano.sh JobSet.jobset.x-k8s.io JobTemplate.flow.volcano.sh Kibana.kibana.k8s.elastic.co
LeaderWorkerSet.leaderworkerset.x-k8s.io Logstash.logstash.k8s.elastic.co MPIJob.kubeflow.org MXJob.kubeflow.org
Notebook.kubeflow.org PackageRegistry.packageregistry.k8s.elastic.co PaddleJob.kubeflow.org Pod PodTemplate
PyTorchJob.kubeflow.org RayCluster.ray.io RayCronJob.ray.io RayJob.ray.io RayService.ray.io ReplicaSet.apps ReplicationController
Rollout.argoproj.io ScaledJob.keda.sh Service.serving.knative.dev StatefulSet.apps StatefulSet.apps.kruise.io
StrimziPodSet.core.strimzi.io TFJob.kubeflow.org TrainingRuntime.trainer.kubeflow.org UnitedDeployment.apps.kruise.io
XGBoostJob.kubeflow.org`
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
		{"none", Path{Kind: "A", None: true}, ""},
		{"none and a path", Path{Kind: "A", Path: "spec", None: true}, "a kind with none makes no pods"},
		{"none and a ServiceAccount", Path{Kind: "A", ServiceAccountPath: "spec.account", None: true}, "a kind with none makes no pods"},
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

// TestPathsTogether: a kind has paths, or none.
func TestPathsTogether(t *testing.T) {
	path, none := Path{Group: "example.com", Kind: "A", Path: "spec.template"}, Path{Group: "example.com", Kind: "A", None: true}
	for name, before := range map[string]Path{"none behind a path": path, "a path behind none": none} {
		after := none
		if before.None {
			after = path
		}
		if err := after.Validate(before); err == nil || !strings.Contains(err.Error(), "keep one of them") {
			t.Errorf("%s: got %v", name, err)
		}
		if err := before.Validate(before, Path{Kind: "A", None: after.None}); err != nil {
			t.Errorf("twice the same, and another group: %v", err)
		}
	}
}

// TestNone: which kinds make no pods, and that the settings can say so of any.
func TestNone(t *testing.T) {
	table := NewTable([]Path{{Group: "apps", Kind: "Deployment", None: true}, {Group: "example.com", Kind: "Quiet", None: true}, {Group: "kyverno.io", Kind: "Policy", Path: "spec.pod"}})
	for kind, want := range map[[2]string]bool{
		{"kyverno.io", "ClusterPolicy"}:                             true,
		{"kyverno.io", "Policy"}:                                    false, // a path wins over what is known
		{"policies.kyverno.io", "NamespacedMutatingPolicy"}:         true,
		{"constraints.gatekeeper.sh", "K8sRequiredLabels"}:          true,
		{"mutations.gatekeeper.sh", "AssignImage"}:                  true,
		{"helm.toolkit.fluxcd.io", "HelmRelease"}:                   true,
		{"kustomize.toolkit.fluxcd.io", "Kustomization"}:            true,
		{"argoproj.io", "ApplicationSet"}:                           true,
		{"argoproj.io", "Workflow"}:                                 false,
		{"apps.kruise.io", "SidecarSet"}:                            true,
		{"apps.kruise.io", "CloneSet"}:                              false,
		{"apps", "ControllerRevision"}:                              true,
		{"admissionregistration.k8s.io", "MutatingAdmissionPolicy"}: true,
		{"", "ConfigMap"}:                                           true,
		{"", "Pod"}:                                                 false,
		{"apps", "Deployment"}:                                      true,
		{"example.com", "Quiet"}:                                    true,
		{"example.com", "Other"}:                                    false,
	} {
		if got := table.None(kind[0], kind[1]); got != want {
			t.Errorf("%v: want %v", kind, want)
		}
		if table.Has(kind[0], kind[1]) && want {
			t.Errorf("%v makes pods and none", kind)
		}
	}
}
