package plugin

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// cliVersion is the apiVersion of what the verbs print for programs. A field once
// released keeps its name and meaning in it.
const cliVersion = "cli.rrsa.dev/v1alpha1"

// explanationList is what explain prints, but for one live object with one pod
// template: one explanation for each pod template.
type explanationList struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Settings are those that no object in the input has, the same for all pods.
	Settings []explainedSetting `json:"settings"`
	// Notices are about the settings or the input as a whole.
	Notices []explainedReason `json:"notices,omitempty"`
	Items   []explanation     `json:"items"`
}

// explanation is about one pod template.
type explanation struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Object     explainedObject `json:"object"`
	// Path leads to the pod template in the object; empty for a Pod.
	Path    string       `json:"path,omitempty"`
	Verdict rrsa.Verdict `json:"verdict"`
	// Namespace and ServiceAccount are the pod's; absent where they aren't looked
	// up: for a kind whose pod templates aren't known, and in mode remove.
	Namespace      *explainedNeighbour  `json:"namespace,omitempty"`
	ServiceAccount *explainedNeighbour  `json:"serviceAccount,omitempty"`
	Reasons        []explainedReason    `json:"reasons"`
	Settings       []explainedSetting   `json:"settings,omitempty"`
	Containers     []explainedContainer `json:"containers,omitempty"`
	// Edits are those in no container: of the pod's volume.
	Edits []explainedEdit `json:"edits,omitempty"`
	// Webhook is what the cluster's webhook does about the pod; absent if no cluster
	// is asked. The verdict is that of the rules and doesn't depend on it.
	Webhook *explainedWebhook `json:"webhook,omitempty"`
	// Pod is the pod as it is; absent for anything but a live Pod. All else is about
	// the same pod as if it were created now.
	Pod *explainedPod `json:"pod,omitempty"`
	// Pods are those of a live workload; absent where it selects none.
	Pods *explainedPods `json:"pods,omitempty"`
	// Component and Notices are the list's Settings and Notices, where there is no
	// list around.
	Component []explainedSetting `json:"component,omitempty"`
	Notices   []explainedReason  `json:"notices,omitempty"`

	// title names the pod template for people.
	title string
}

type explainedObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Source     source `json:"source"`
}

// explainedNeighbour is a Namespace or a ServiceAccount.
type explainedNeighbour struct {
	// Name is empty where not even that is known.
	Name   string `json:"name,omitempty"`
	Source source `json:"source"`
}

type explainedReason struct {
	Code     rrsa.Code     `json:"code"`
	Severity rrsa.Severity `json:"severity"`
	Blocking bool          `json:"blocking"`
	// First marks the first reason that blocks, which is the one to look at.
	First bool       `json:"first,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the reason is about, where that is known.
	Object string `json:"object,omitempty"`
	// Field is the path in that object.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

type explainedSetting struct {
	Name  string     `json:"name"`
	Value string     `json:"value,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the value comes from, and Key is its label or annotation.
	Object string `json:"object,omitempty"`
	Key    string `json:"key,omitempty"`
	Source source `json:"source"`
}

type explainedContainer struct {
	Name string `json:"name"`
	// Selected is false for a container that only loses what it had.
	Selected bool            `json:"selected"`
	Edits    []explainedEdit `json:"edits,omitempty"`
}

type explainedEdit struct {
	Action string `json:"action"`
	Field  string `json:"field"`
	Value  string `json:"value,omitempty"`
}
