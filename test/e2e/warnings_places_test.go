package e2e

import "strings"

// labelTraps are about the injection label.
var labelTraps = []trap{
	{name: "Namespace on", manifest: trapNamespace(`labels: {KEY/injection: "on"}`)},
	{name: "Namespace off", manifest: trapNamespace(`labels: {KEY/injection: "off"}`)},
	{name: "Namespace Disabled", manifest: trapNamespace(`labels: {KEY/injection: Disabled}`)},
	{name: "Namespace true", manifest: trapNamespace(`labels: {KEY/injection: "true"}`), want: []string{
		`NamespaceNotEnabled: namespace "shop" has the label KEY/injection="true"; only "on" counts (label it KEY/injection: "on" in its manifest, or run: kubectl label namespace shop KEY/injection=on --overwrite)`,
	}},
	{name: "Namespace empty, oldest", policy: warnOldest, manifest: trapNamespace(`labels: {KEY/injection: ""}`), want: []string{
		`NamespaceNotEnabled: namespace "shop" has the label KEY/injection=""; only "on" counts (label it KEY/injection: "on" in its manifest, or run: kubectl label namespace shop KEY/injection=on --overwrite)`,
	}},
	{name: "pod on", manifest: trapDeployment(``, `labels: {KEY/injection: "on"}`, ``)},
	{name: "pod off", manifest: trapDeployment(``, `labels: {KEY/injection: "off"}`, ``), want: []string{
		`PodLabelNoOptOut: the pod's label KEY/injection="off" is not "on" and so does nothing: the Namespace's label decides (to leave a pod out, list its containers in KEY/skip-containers or give it another ServiceAccount)`,
	}},
	{name: "pod true", manifest: trapPod(`labels: {KEY/injection: "true"}`, ``), want: []string{
		`PodLabelNoOptOut: the pod's label KEY/injection="true" is not "on" and so does nothing: the Namespace's label decides (write "on", or remove it)`,
	}},
	{name: "pod before", policy: warnOldest, manifest: trapPod(`labels: {KEY/injection: "true"}`, ``)},
}

// keyTraps are keys that nobody reads where they are.
var keyTraps = []trap{
	{name: "injection as annotation", manifest: trapNamespace(`annotations: {KEY/injection: "on"}`), want: []string{
		`KeyMisplaced: KEY/injection does nothing as an annotation of the Namespace (make it a label of the Namespace)`,
	}},
	{name: "injection on Deployment", manifest: trapDeployment(`labels: {KEY/injection: "on"}`, ``, ``), want: []string{
		`KeyMisplaced: KEY/injection does nothing as a label of the workload (make it a label of the pod at spec.template.metadata.labels)`,
	}},
	{name: "injection on Deployment, oldest", policy: warnOldest, manifest: trapDeployment(`labels: {KEY/injection: "on"}`, ``, ``), want: []string{
		`KeyMisplaced: KEY/injection does nothing as a label of the workload (make it a label of the pod at spec.template.metadata.labels or a label of the Namespace)`,
	}},
	{name: "injection on Deployment and template", manifest: trapDeployment(`labels: {KEY/injection: "on"}`, `labels: {KEY/injection: "on"}`, ``)},
	{name: "another lifetime on template", manifest: trapDeployment(`annotations: {KEY/service-account-token-expiration: "900"}`, `annotations: {KEY/service-account-token-expiration: "600"}`, ``), want: []string{
		`KeyMisplaced: KEY/service-account-token-expiration does nothing as an annotation of the workload (make it an annotation of the pod at spec.template.metadata.annotations)`,
	}},
	{name: "injection on Deployment and Namespace", in: "on", manifest: trapDeployment(`labels: {KEY/injection: "on"}`, ``, ``)},
	{name: "injection on CronJob", manifest: `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, labels: {KEY/injection: "on"}}
spec:
  schedule: "* * * * *"
  jobTemplate:
    metadata: {annotations: {KEY/only-containers: app}}
    spec:
      template:
        metadata: {annotations: {KEY/role-name: shop-reader}}
        spec: {restartPolicy: Never, containers: [{name: app, image: "app:1"}]}
`, want: []string{
		`KeyMisplaced: KEY/role-name does nothing as an annotation of the pod (make it an annotation of the ServiceAccount)`,
		`KeyMisplaced: KEY/injection does nothing as a label of the workload (make it a label of the pod at spec.jobTemplate.spec.template.metadata.labels)`,
		`KeyMisplaced: KEY/only-containers does nothing as an annotation of the workload (make it an annotation of the pod at spec.jobTemplate.spec.template.metadata.annotations)`,
	}},
	{name: "role on pod", manifest: trapPod(`annotations: {KEY/role-name: shop-reader}`, ``), want: []string{
		`KeyMisplaced: KEY/role-name does nothing as an annotation of the pod (make it an annotation of the ServiceAccount)`,
	}},
	{name: "role as label", manifest: "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {KEY/role-name: shop-reader}}}", want: []string{
		`KeyMisplaced: KEY/role-name does nothing as a label of the ServiceAccount (make it an annotation of the ServiceAccount)`,
	}},
	{name: "role as both", manifest: "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {KEY/role-name: shop-reader}, annotations: {KEY/role-name: shop-reader}}}"},
	{name: "override on Namespace", manifest: trapNamespace(`annotations: {KEY/override-env: "true"}`), want: []string{
		`KeyMisplaced: KEY/override-env does nothing as an annotation of the Namespace (make it a label of the Namespace)`,
	}},
	{name: "skip on ReplicationController", manifest: `
{apiVersion: v1, kind: ReplicationController, metadata: {name: old, annotations: {KEY/skip-containers: app}}, spec: {selector: {app: old},
 template: {metadata: {labels: {app: old}}, spec: {containers: [{name: app, image: "app:1"}]}}}}`, want: []string{
		`KeyMisplaced: KEY/skip-containers does nothing as an annotation of the workload (make it an annotation of the pod at spec.template.metadata.annotations)`,
	}},
	{name: "auto", manifest: trapNamespace(`labels: {KEY/AutoInjectSTSEnvVars: "true"}`), want: []string{
		`AutoInjectNotGate: KEY/AutoInjectSTSEnvVars does nothing: AutoInjectSTSEnvVars is a setting of the webhook, not of an object (injection is enabled by the label KEY/injection=on)`,
	}},
	{name: "prefix", manifest: trapPod(`labels: {pod-identity.aliyun.com/injection: "on"}`, ``), want: []string{
		`KeyUnknown: pod-identity.aliyun.com/injection, a label of the pod, is not an RRSA key (did you mean "KEY/injection"?)`,
	}},
	{name: "other prefix", manifest: trapAccount(`ack.alibabacloud.com/Role-Name: shop-reader`), want: []string{
		`KeyUnknown: ack.alibabacloud.com/Role-Name, an annotation of the ServiceAccount, is not an RRSA key (did you mean "KEY/role-name"?)`,
	}},
	{name: "name", manifest: trapDeployment(``, `annotations: {KEY/skip-container: app}`, ``), want: []string{
		`KeyUnknown: KEY/skip-container, an annotation of the pod, is not an RRSA key (the keys are KEY/injection, role-name, service-account-token-expiration, only-containers, skip-containers, override-env, inject-sts-endpoint)`,
	}},
	{name: "a letter of the prefix, which only the engine counts", manifest: trapPod(`labels: {pod-identty.alibabacloud.com/inject: "on"}`, ``)},
	{name: "others", manifest: trapDeployment(`labels: {k8s.aliyun.com/pod: "on"}`, `annotations: {alibabacloud.com/cpu: "on", injection: "on", azure.workload.identity/use: "true"}`, ``)},
}

func trapNamespace(metadata string) string {
	return "{apiVersion: v1, kind: Namespace, metadata: {name: shop, " + withPolicy(metadata) + "}}"
}

// withPolicy labels a Namespace for the policy of the test.
func withPolicy(metadata string) string {
	const label = policyLabel + ": POLICY"
	if rest, ok := strings.CutPrefix(metadata, "labels: {"); ok {
		return "labels: {" + label + ", " + rest
	}
	return "labels: {" + label + "}, " + metadata
}

// trapPod is a manifest with metadata and with more of its spec.
func trapPod(metadata, spec string) string {
	return "{apiVersion: v1, kind: Pod, metadata: {name: web, " + metadata + "}, spec: {" + withContainer(spec) + "}}"
}

// trapDeployment is a manifest with metadata of its own and of its pods.
func trapDeployment(own, pods, spec string) string {
	const app = "app: web"
	labels, ok := strings.CutPrefix(pods, "labels: {")
	pods = "labels: {" + app + ", " + labels
	if !ok {
		pods = "labels: {" + app + "}, " + labels
	}
	return "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, " + own + "}, spec: {selector: {matchLabels: {" + app +
		"}}, template: {metadata: {" + pods + "}, spec: {" + withContainer(spec) + "}}}}"
}

// withContainer is a pod's spec, with a container if it has none.
func withContainer(spec string) string {
	if strings.Contains(spec, "containers:") {
		return spec
	}
	return spec + `containers: [{name: app, image: "app:1"}]`
}
