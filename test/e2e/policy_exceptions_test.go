package e2e

// notPolicies lists the golden cases, and pods of them, that come to no comparison: no pod of
// them is created, with the policy or without.
var notPolicies = []exception{
	{"the settings are wrong, so there is no policy", "the settings: checking the settings", []string{
		"inject-account-invalid",
		"inject-cluster-invalid",
		"inject-provider-arn-invalid",
		"inject-provider-arn-name",
		"inject-region-invalid",
		"version-before-first",
		"version-latest-invalid",
	}},
	{"a value to inject is missing, so there is no policy", "the policy: making the policy", []string{
		"inject-account-unknown",
		"inject-cluster-unknown",
		"inject-identity-all-unknown",
		"version-0-4-needs-region",
	}},
	{"kubectl reads no %YAML directive", "did not find expected <document start>", []string{
		"text-yaml-directive",
	}},
	{"the API server wants strings", "expected string, got", []string{
		"trap-unquoted-expiration Deployment/thumbnailer[spec.template]",
		"trap-unquoted-on-namespace Deployment/billing-api[spec.template]",
		"trap-unquoted-yes-and-true Deployment/ranking[spec.template]",
		"trap-unquoted-yes-and-true Deployment/search[spec.template]",
	}},
	{"the API server wants strings", "cannot unmarshal", []string{
		"trap-unquoted-expiration-out-of-range Deployment/planner[spec.template]",
		"trap-unquoted-override-env Deployment/exporter[spec.template]",
		"trap-unquoted-pod-label StatefulSet/ledger[spec.template]",
	}},
	{"a label's value has no spaces", "a valid label must be", []string{
		"gate-label-value-not-on Deployment/reporter-leading-space[spec.template]",
		"gate-label-value-not-on Deployment/reporter-trailing-space[spec.template]",
	}},
	{"there is no such ServiceAccount, and the API server wants one", "error looking up service account", []string{
		"gate-local-config-not-used Deployment/lexer[spec.template]",
		"gate-mixed-answers Job/store-import[spec.template]",
		"gate-namespace-unknown-pod-label Deployment/resizer-canary[spec.template]",
		"gate-service-account-other-namespace CronJob/backup-eu[spec.jobTemplate.spec.template]",
		"gate-service-account-unknown DaemonSet/metrics-lab[spec.template]",
		"gate-service-account-unknown DaemonSet/metrics[spec.template]",
		"gate-single-namespace Pod/journal-check",
		"gate-two-namespaces Deployment/notes-labelled[spec.template]",
		"gate-two-namespaces Deployment/notes[spec.template]",
		"gate-unresolved-error ReplicaSet/fetcher[spec.template]",
		"gate-unresolved-ignore ReplicaSet/spider[spec.template]",
		"kind-argo-analysis ClusterAnalysisTemplate/everywhere[spec.metrics[0].provider.job.spec.template]",
		"kind-training-runtime ClusterTrainingRuntime/torch-all[spec.template.spec.replicatedJobs[0].template.spec.template]",
	}},
	{"a mirror pod is made by a kubelet alone", "must set spec.nodeName if mirror pod annotation is set", []string{
		"gate-static-pods Pod/kube-proxy-node-1",
	}},
	{"ephemeral containers come later", "spec.ephemeralContainers: Forbidden", []string{
		"inject-ephemeral-never Pod/debugged",
		"inject-ephemeral-never Pod/debugged-too",
	}},
	{"an operator adds the image", "spec.containers[0].image: Required value", []string{
		"kind-flink-common-template FlinkDeployment/report[spec.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.jobManager.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.taskManager.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.jobManager.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.taskManager.podTemplate]",
		"kind-user-added-service-account-path SparkApplication/daily-report[spec.driver.template]",
	}},
	{"it is Knative's, which takes the field away", "unknown field \"spec.containerConcurrency\"", []string{
		"kind-knative-configuration Configuration/thumbnails[spec.template]",
		"kind-knative-service-and-core-service Service/thumb[spec.template]",
	}},
	{"without the injection its volume is missing", "Not found: \"rrsa-oidc-token\"", []string{
		"conflict-half-injected Pod/mount-only",
	}},
}
