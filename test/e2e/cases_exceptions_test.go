package e2e

import (
	"strings"
	"testing"
)

// exception are cases, and pods of cases, that come to no comparison, or differ.
type exception struct {
	// why is for the reader, says is within what the preview or the API server says.
	why, says string
	of        []string
}

// expected holds what comes to no comparison, each with the reason, to a list of it.
func expected(t *testing.T, list []exception, other map[string]string) {
	t.Helper()
	for _, e := range list {
		for _, what := range e.of {
			if got, ok := other[what]; ok && strings.Contains(got, e.says) {
				delete(other, what)
			} else {
				t.Errorf("%s: want %q, as %s; got %q", what, e.says, e.why, got)
			}
		}
	}
	for what, why := range other {
		t.Errorf("%s isn't compared and not in the list: %s", what, why)
	}
}

// notCompared lists all of them, so that a change is noticed.
var notCompared = []exception{
	{"an injection is refused, so there is no preview", "preview: error: an injection is refused", []string{
		"conflict-claim-named-as-volume", "conflict-claim-named-as-volume-kruise",
		"conflict-refused-beside-good", "conflict-token-dir-taken", "conflict-volume-audience-path", "conflict-volume-foreign",
		"gate-mixed-answers", "inject-account-unknown", "inject-cluster-unknown", "inject-identity-all-unknown",
		"inject-sts-endpoint-needs-region", "version-0-3-1-auto-inject", "version-0-4-needs-region",
	}},
	{"the settings are wrong, so there is no preview", "preview: error: checking the settings", []string{
		"inject-account-invalid", "inject-cluster-invalid", "inject-provider-arn-invalid", "inject-provider-arn-name", "inject-region-invalid",
		"version-before-first", "version-latest-invalid",
	}},
	{"the input is not unique, so there is no preview", "is there already", []string{"gate-service-account-twice"}},
	{"the settings make an unknown verdict an error", "it isn't clear whether some pods are injected", []string{"gate-unresolved-error", "kind-user-path-unresolved-error"}},
	{"a path leads to something else, so there is no preview", "neither a pod template", []string{"kind-user-path-leads-to-neither"}},
	{"kubectl reads no %YAML directive", "did not find expected <document start>", []string{"text-yaml-directive"}},

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
		"gate-namespace-unknown-pod-label Deployment/resizer-canary[spec.template]",
		"gate-service-account-other-namespace CronJob/backup-eu[spec.jobTemplate.spec.template]",
		"gate-service-account-unknown DaemonSet/metrics-lab[spec.template]",
		"gate-service-account-unknown DaemonSet/metrics[spec.template]",
		"gate-single-namespace Pod/journal-check",
		"gate-two-namespaces Deployment/notes-labelled[spec.template]",
		"gate-two-namespaces Deployment/notes[spec.template]",
		"gate-unresolved-ignore ReplicaSet/spider[spec.template]",
		"kind-argo-analysis ClusterAnalysisTemplate/everywhere[spec.metrics[0].provider.job.spec.template]",
		"kind-training-runtime ClusterTrainingRuntime/torch-all[spec.template.spec.replicatedJobs[0].template.spec.template]",
	}},
	{"a mirror pod is made by a kubelet alone", "must set spec.nodeName if mirror pod annotation is set", []string{
		"gate-static-pods Pod/kube-proxy-node-1",
	}},
	{"ephemeral containers come later", "spec.ephemeralContainers: Forbidden", []string{
		"inject-ephemeral-never Pod/debugged", "inject-ephemeral-never Pod/debugged-too",
	}},
	{"an operator completes the template", "image: Required value", []string{
		"kind-flink-common-template FlinkDeployment/report[spec.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.jobManager.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.podTemplate]",
		"kind-flink-merged-by-name FlinkDeployment/clickstream[spec.taskManager.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.jobManager.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.podTemplate]",
		"kind-flink-merged-by-position FlinkDeployment/clickstream[spec.taskManager.podTemplate]",
		"kind-user-added-service-account-path SparkApplication/daily-report[spec.driver.template]",
	}},
	{"a field of Knative stands in the pod's spec", `unknown field "spec.containerConcurrency"`, []string{
		"kind-knative-configuration Configuration/thumbnails[spec.template]",
		"kind-knative-service-and-core-service Service/thumb[spec.template]",
	}},

	{"the preview leaves kinds alone whose pods it doesn't know", "they differ", []string{
		"gate-crd-left-alone CustomResourceDefinition/runners.ci.example.com[spec.versions[0].schema.openAPIV3Schema.properties.spec.example.template]",
		"kind-app-wrapper AppWrapper/batch[spec.components[3].template]",
		"kind-crd-and-its-object-in-list Widget/dial[]",
		"kind-unknown-with-containers Fleet/arena[spec.template.spec.template]",
		"kind-user-path-leads-nowhere Sandbox/a[spec.podTemplate]",
		"kind-user-path-leads-nowhere Sandbox/deeper[spec.podTemplates.spec.template]",
	}},
	{"the preview leaves templates alone to which an operator adds a container", "they differ", []string{
		"kind-elastic-without-main Beat/logs[spec.daemonSet.podTemplate]",
		"kind-elastic-without-main Elasticsearch/logs[spec.nodeSets[0].podTemplate]",
	}},
	{"the config says that the kind makes no pods", "they differ", []string{"kind-none-for-known Job/j[spec.template]"}},
	{"the pods get the Notebook's labels, and here the template's alone", "they differ", []string{"kind-kubeflow-notebook Notebook/own[spec.template]"}},
	{"the preview leaves a pod alone that exists, and here it is made once more", "they differ", []string{
		"gate-pod-exists Pod/cart-7c9d5b6f4-t9w2m",
	}},
	{"the preview doesn't know the Namespace, and so gives no answer", "they differ", []string{
		"setting-override-namespace-unknown Deployment/crawler[spec.template]",
	}},
}
