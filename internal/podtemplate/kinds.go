package podtemplate

import (
	"fmt"
	"strings"
)

// Path says where a kind of object holds a pod template.
type Path struct {
	// Group is the API group, in any version; empty for the core group.
	Group string
	// Kind is the object's kind.
	Kind string
	// Path leads to the pod template: keys with dots between them, "[]" behind the
	// key of a list for all its entries, "*" for all values of a mapping. Empty
	// means that the object itself is the Pod.
	Path string
	// ServiceAccountPath leads to the name of the ServiceAccount in kinds that keep
	// it outside of the pod template. Where it leads nowhere the template's counts.
	ServiceAccountPath string
}

// Validate checks the form of the path. It returns the first fault.
func (p Path) Validate() error {
	if p.Kind == "" {
		return fmt.Errorf("checking the pod template path %q: kind is missing", p.Path)
	}
	for _, path := range []string{p.Path, p.ServiceAccountPath} {
		for _, step := range strings.Split(path, ".") {
			name := strings.TrimSuffix(step, "[]")
			if path != "" && (name == "" || strings.ContainsAny(name, "[]{}$/ ")) {
				return fmt.Errorf("checking the path %q of kind %q: want keys with dots between them, such as %q", path, p.Kind, "spec.tasks[].template")
			}
		}
	}
	if strings.ContainsAny(p.ServiceAccountPath, "[*") {
		return fmt.Errorf("checking the path %q of kind %q: a ServiceAccount path has no lists", p.ServiceAccountPath, p.Kind)
	}
	return nil
}

// kinds are the kinds whose pod templates are known: Kubernetes' own, and the
// custom resources that are widely used on ACK.
func kinds() []Path {
	const template = "spec.template"
	table := []Path{
		{Kind: "Pod"},
		{Kind: "PodTemplate", Path: "template"},
		{Kind: "ReplicationController", Path: template},
		{Group: "apps", Kind: "Deployment", Path: template},
		{Group: "apps", Kind: "StatefulSet", Path: template},
		{Group: "apps", Kind: "DaemonSet", Path: template},
		{Group: "apps", Kind: "ReplicaSet", Path: template},
		{Group: "batch", Kind: "Job", Path: template},
		{Group: "batch", Kind: "CronJob", Path: "spec.jobTemplate.spec.template"},

		{Group: "argoproj.io", Kind: "Rollout", Path: template},
		{Group: "apps.kruise.io", Kind: "CloneSet", Path: template},
		{Group: "apps.kruise.io", Kind: "StatefulSet", Path: template},
		{Group: "apps.kruise.io", Kind: "DaemonSet", Path: template},
		{Group: "apps.kruise.io", Kind: "BroadcastJob", Path: template},
		{Group: "serving.knative.dev", Kind: "Service", Path: template},
		{Group: "serving.knative.dev", Kind: "Configuration", Path: template},
		{Group: "jobset.x-k8s.io", Kind: "JobSet", Path: "spec.replicatedJobs[].template.spec.template"},
		{Group: "batch.volcano.sh", Kind: "Job", Path: "spec.tasks[].template"},
		{Group: "keda.sh", Kind: "ScaledJob", Path: "spec.jobTargetRef.template"},
	}
	add := func(group, kind, account string, paths ...string) {
		for _, path := range paths {
			table = append(table, Path{Group: group, Kind: kind, Path: path, ServiceAccountPath: account})
		}
	}
	add("apps.kruise.io", "AdvancedCronJob", "",
		"spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template")
	add("apps.kruise.io", "UnitedDeployment", "",
		"spec.template.statefulSetTemplate.spec.template", "spec.template.advancedStatefulSetTemplate.spec.template",
		"spec.template.cloneSetTemplate.spec.template", "spec.template.deploymentTemplate.spec.template")
	add("leaderworkerset.x-k8s.io", "LeaderWorkerSet", "",
		"spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate")
	add("ray.io", "RayCluster", "", "spec.headGroupSpec.template", "spec.workerGroupSpecs[].template")
	add("ray.io", "RayJob", "",
		"spec.rayClusterSpec.headGroupSpec.template", "spec.rayClusterSpec.workerGroupSpecs[].template", "spec.submitterPodTemplate")
	add("ray.io", "RayService", "",
		"spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs[].template")
	for kind, prefix := range map[string]string{
		"TFJob": "tf", "PyTorchJob": "pytorch", "MPIJob": "mpi", "XGBoostJob": "xgb", "PaddleJob": "paddle", "MXJob": "mx", "JAXJob": "jax",
	} {
		add("kubeflow.org", kind, "", "spec."+prefix+"ReplicaSpecs.*.template")
	}
	add("flink.apache.org", "FlinkDeployment", "spec.serviceAccount",
		"spec.podTemplate", "spec.jobManager.podTemplate", "spec.taskManager.podTemplate")
	return table
}

// Table finds the pod template paths of a kind, by group and kind.
type Table map[[2]string][]Path

// NewTable returns the known kinds, with some added.
func NewTable(added []Path) Table {
	table := Table{}
	for _, p := range append(kinds(), added...) {
		key := [2]string{p.Group, p.Kind}
		table[key] = append(table[key], p)
	}
	return table
}

// Has tells whether a kind is known.
func (t Table) Has(group, kind string) bool { return t[[2]string{group, kind}] != nil }
