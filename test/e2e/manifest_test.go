package e2e

import "strings"

// providerARN names the cluster's identity provider in that account.
const providerARN = "acs:ram::" + account + ":oidc-provider/ack-rrsa-" + clusterID

// Keys, as users write them.
const (
	injectionLabel = "pod-identity.alibabacloud.com/injection"
	roleAnnotation = "pod-identity.alibabacloud.com/role-name"
)

// join makes one manifest of several objects.
func join(objects ...string) string { return strings.Join(objects, "---\n") }

// enabledNamespace is a Namespace whose pods are injected.
func enabledNamespace(name string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name + "\n  labels:\n    " + injectionLabel + ": \"on\"\n"
}

// plainNamespace is a Namespace without labels.
func plainNamespace(name string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name + "\n"
}

// serviceAccount is a ServiceAccount with a RAM role, and with more annotations,
// if any, a line of YAML each.
func serviceAccount(namespace, name, role string, more ...string) string {
	out := "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: " + name + "\n  namespace: " + namespace + "\n  annotations:\n    " + roleAnnotation + ": " + role + "\n"
	for _, line := range more {
		out += "    " + line + "\n"
	}
	return out
}

// podSpec is what the pods below have, at the indent of a Pod.
func podSpec(account string) string {
	return "spec:\n  serviceAccountName: " + account + "\n  containers:\n  - name: app\n    image: app:1\n    env:\n    - name: LOG\n      value: info\n"
}

// podYAML is a Pod of a ServiceAccount; without a namespace if that is empty.
func podYAML(namespace, name, account string) string {
	if namespace != "" {
		namespace = "  namespace: " + namespace + "\n"
	}
	return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\n" + namespace + "  labels:\n    app: " + name + "\n" + podSpec(account)
}

// deploymentYAML is a Deployment of one pod of a ServiceAccount.
func deploymentYAML(namespace, name, account string) string {
	spec := strings.ReplaceAll(strings.TrimSuffix(podSpec(account), "\n"), "\n", "\n    ")
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name + "\n  namespace: " + namespace +
		"\nspec:\n  selector:\n    matchLabels:\n      app: " + name +
		"\n  template:\n    metadata:\n      labels:\n        app: " + name + "\n    " + spec + "\n"
}
