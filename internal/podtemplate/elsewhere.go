package podtemplate

// Elsewhere is a kind that makes pods of something other than pod templates, so
// that no path leads to what an injection changes.
type Elsewhere struct {
	// Always says that an object makes pods even if it holds no container, such as a
	// run that refers to a definition.
	Always bool
	// Hint says what helps with its pods.
	Hint string
}

// MadeElsewhere are the kinds that make pods of something other than pod templates, by
// group and kind.
func MadeElsewhere() map[[2]string]Elsewhere {
	out := map[[2]string]Elsewhere{}
	for _, k := range elsewhere() {
		out[[2]string{k.group, k.kind}] = k.Elsewhere
	}
	return out
}

type kindElsewhere struct {
	group, kind string
	Elsewhere
}

func elsewhere() []kindElsewhere {
	const (
		argo   = "argoproj.io"
		kserve = "serving.kserve.io"
		spark  = "sparkoperator.k8s.io"
		tekton = "tekton.dev"
	)
	inference := label(" in the metadata.labels of each InferenceService that uses it")
	run := label(" in the metadata.labels of each TaskRun or PipelineRun of it")
	own := label(" in its metadata.labels")
	users := "its pods run in the namespace and with the ServiceAccount of what uses it: "
	return []kindElsewhere{
		{argo, "Workflow", Elsewhere{true, label(" in spec.podMetadata.labels")}},
		{argo, "CronWorkflow", Elsewhere{true, label(" in spec.workflowSpec.podMetadata.labels")}},
		{argo, "WorkflowTemplate", Elsewhere{false, label(" in spec.podMetadata.labels")}},
		{argo, "ClusterWorkflowTemplate", Elsewhere{false, label(" in spec.podMetadata.labels")}},
		{argo, "ClusterAnalysisTemplate", Elsewhere{false, users + label(" in the template of each job")}},

		{tekton, "Task", Elsewhere{false, run}},
		{tekton, "ClusterTask", Elsewhere{false, run}},
		{tekton, "StepAction", Elsewhere{false, run}},
		{tekton, "Pipeline", Elsewhere{false, run}},
		{tekton, "TaskRun", Elsewhere{true, own}},
		{tekton, "PipelineRun", Elsewhere{true, own}},

		{spark, "SparkApplication", Elsewhere{true, label(" in spec.driver.labels and spec.executor.labels")}},
		{spark, "ScheduledSparkApplication", Elsewhere{true, label(" in spec.template.driver.labels and spec.template.executor.labels")}},

		{kserve, "ServingRuntime", Elsewhere{false, inference}},
		{kserve, "ClusterServingRuntime", Elsewhere{false, inference}},

		{"trainer.kubeflow.org", "ClusterTrainingRuntime", Elsewhere{false, users + label(" in the template of each replicated job")}},
		{"trainer.kubeflow.org", "TrainJob", Elsewhere{false, "its pods come from its runtime: inject a TrainingRuntime, or " + label(" there")}},
	}
}
