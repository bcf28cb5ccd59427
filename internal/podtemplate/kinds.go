package podtemplate

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Row is what is known of a path.
type Row struct {
	Path
	// Form is what the path leads to.
	Form Form
	// Inherits says that a pod gets the labels and annotations of the object, and
	// none of a template.
	Inherits bool
	// Main is the name of the container that the pods are about, which their operator
	// adds to a template that lacks it. Empty where pods are as their template says.
	Main string
	// MainPath leads to that name where the object gives it.
	MainPath string
	// Base is the path of the common template of a group, which the operator merges
	// into the others.
	Base string
	// Elsewhere are keys next to a pod spec's that say that its main container comes
	// from another object. Without such a key any container is the main one.
	Elsewhere []string
	// Hint says what helps where the main container comes from elsewhere.
	Hint string
}

// Form says what a path leads to.
type Form int

// Forms.
const (
	// AnyForm is a pod template or a pod spec: what is there tells.
	AnyForm Form = iota
	// TemplateForm is a pod template, or a Pod.
	TemplateForm
	// SpecForm is a pod spec, which may have other fields next to its own.
	SpecForm
	// ObjectForm is a whole object, with a kind of its own.
	ObjectForm
)

// kinds are the kinds whose pod templates are known: Kubernetes' own, and the
// custom resources that are widely used on ACK.
func kinds() []Row {
	const template = "spec.template"
	var table []Row
	add := func(group, kind string, paths ...string) {
		for _, path := range paths {
			table = append(table, Row{Path: Path{Group: group, Kind: kind, Path: path}, Form: TemplateForm})
		}
	}
	each := func(group string, kinds ...string) {
		for _, kind := range kinds {
			add(group, kind, template)
		}
	}
	add("", "Pod", "")
	add("", "PodTemplate", "template")
	each("", "ReplicationController")
	each("apps", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
	each("batch", "Job")
	add("batch", "CronJob", "spec.jobTemplate.spec.template")

	each("argoproj.io", "Rollout")
	add("argoproj.io", "AnalysisTemplate", "spec.metrics[].provider.job.spec.template")
	add("argoproj.io", "AnalysisRun", "spec.metrics[].provider.job.spec.template")
	add("argoproj.io", "Experiment", "spec.templates[].template")
	each("apps.openshift.io", "DeploymentConfig")
	each("apps.kruise.io", "CloneSet", "StatefulSet", "DaemonSet", "BroadcastJob")
	add("apps.kruise.io", "AdvancedCronJob",
		"spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template")
	add("apps.kruise.io", "UnitedDeployment",
		"spec.template.statefulSetTemplate.spec.template", "spec.template.advancedStatefulSetTemplate.spec.template",
		"spec.template.cloneSetTemplate.spec.template", "spec.template.deploymentTemplate.spec.template")
	each("serving.knative.dev", "Service", "Configuration")
	add("jobset.x-k8s.io", "JobSet", "spec.replicatedJobs[].template.spec.template")
	add("leaderworkerset.x-k8s.io", "LeaderWorkerSet",
		"spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate")
	add("batch.volcano.sh", "Job", "spec.tasks[].template")
	add("batch.volcano.sh", "CronJob", "spec.jobTemplate.spec.tasks[].template")
	add("flow.volcano.sh", "JobTemplate", "spec.tasks[].template")
	add("keda.sh", "ScaledJob", "spec.jobTargetRef.template")
	for kind, cluster := range map[string]string{
		"RayCluster": "spec", "RayJob": "spec.rayClusterSpec", "RayService": "spec.rayClusterConfig", "RayCronJob": "spec.jobTemplate.rayClusterSpec",
	} {
		add("ray.io", kind, cluster+".headGroupSpec.template", cluster+".workerGroupSpecs[].template")
	}
	add("ray.io", "RayJob", "spec.submitterPodTemplate")
	add("ray.io", "RayCronJob", "spec.jobTemplate.submitterPodTemplate")
	for kind, prefix := range map[string]string{
		"TFJob": "tf", "PyTorchJob": "pytorch", "MPIJob": "mpi", "XGBoostJob": "xgb", "PaddleJob": "paddle", "MXJob": "mx", "JAXJob": "jax",
	} {
		add("kubeflow.org", kind, "spec."+prefix+"ReplicaSpecs.*.template")
	}
	add("trainer.kubeflow.org", "TrainingRuntime", "spec.template.spec.replicatedJobs[].template.spec.template")
	add("core.strimzi.io", "StrimziPodSet", "spec.pods[]")
	return slices.Concat(table, labelled(), flink(), elastic())
}

// labelled are the kinds whose pods get the labels and annotations of the object,
// and those that wrap others.
func labelled() []Row {
	out := []Row{
		{Path: Path{Group: "kubeflow.org", Kind: "Notebook", Path: "spec.template"}, Form: TemplateForm, Inherits: true},
		{Path: Path{Group: "workload.codeflare.dev", Kind: "AppWrapper", Path: "spec.components[].template"}, Form: ObjectForm},
	}
	frameworks := []string{"model", "sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle", "art", "workerSpec"}
	for _, component := range []string{"predictor", "canary[].predictor", "transformer", "explainer"} {
		out = append(out, Row{
			Path: Path{Group: "serving.kserve.io", Kind: "InferenceService", Path: "spec." + component},
			Form: SpecForm, Inherits: true, Main: "kserve-container", Elsewhere: frameworks,
			Hint: label(" in the metadata.labels of the InferenceService"),
		})
	}
	return out
}

// flink are the kinds of the Flink operator. It merges the common pod template
// into those of the two managers.
func flink() []Row {
	var out []Row
	for kind, spec := range map[string]string{"FlinkDeployment": "spec", "FlinkBlueGreenDeployment": "spec.template.spec"} {
		for _, level := range []string{"", ".jobManager", ".taskManager"} {
			out = append(out, Row{
				Path: Path{Group: "flink.apache.org", Kind: kind, Path: spec + level + ".podTemplate", ServiceAccountPath: spec + ".serviceAccount"},
				Form: TemplateForm, Main: "flink-main-container", Base: spec + ".podTemplate",
			})
		}
	}
	return out
}

// elastic are the kinds of Elastic Cloud on Kubernetes.
func elastic() []Row {
	var out []Row
	add := func(group, kind, main string, paths ...string) {
		for _, path := range paths {
			out = append(out, Row{Path: Path{Group: group + ".k8s.elastic.co", Kind: kind, Path: path}, Form: TemplateForm, Main: main})
		}
	}
	const pod = "spec.podTemplate"
	add("elasticsearch", "Elasticsearch", "elasticsearch", "spec.nodeSets[].podTemplate")
	add("kibana", "Kibana", "kibana", pod)
	add("apm", "ApmServer", "apm-server", pod)
	add("logstash", "Logstash", "logstash", pod)
	add("enterprisesearch", "EnterpriseSearch", "enterprise-search", pod)
	add("maps", "ElasticMapsServer", "maps", pod)
	add("packageregistry", "PackageRegistry", "package-registry", pod)
	add("agent", "Agent", "agent", "spec.daemonSet.podTemplate", "spec.deployment.podTemplate", "spec.statefulSet.podTemplate")
	for _, controller := range []string{"daemonSet", "deployment"} {
		out = append(out, Row{
			Path: Path{Group: "beat.k8s.elastic.co", Kind: "Beat", Path: "spec." + controller + ".podTemplate"},
			Form: TemplateForm, Main: "the beat", MainPath: "spec.type", // the container is called as the beat, such as filebeat
		})
	}
	return out
}

// label says how the cluster injects pods that no manifest shows.
func label(where string) string {
	return "give the pods the label " + rrsa.InjectionKey + `: "` + rrsa.On + `"` + where + ", and the webhook or an admission policy injects them in the cluster"
}
