package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// ExplanationList is what explain prints, but for one live object with one pod
// template: one explanation for each pod template.
type ExplanationList struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Settings are those that no object in the input has, the same for all pods.
	Settings []Setting `json:"settings"`
	// Notices are about the settings or the input as a whole.
	Notices []Reason      `json:"notices,omitempty"`
	Items   []Explanation `json:"items"`
	// Omitted is how many workloads, and pods without one, a selector has chosen besides
	// and were left out; absent for none.
	Omitted int `json:"omitted,omitempty"`
}

// Explanation is about one pod template.
type Explanation struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Object     ExplainedObject `json:"object"`
	// Path leads to the pod template in the object; empty for a Pod.
	Path    string       `json:"path,omitempty"`
	Verdict rrsa.Verdict `json:"verdict"`
	// Namespace and ServiceAccount are the pod's; absent where they aren't looked
	// up: for a kind whose pod templates aren't known, and in mode remove.
	// Cause is why the pod isn't as it should be, and what to do next; absent if nothing
	// is wrong.
	Cause          *Cause               `json:"cause,omitempty"`
	Namespace      *Surrounding         `json:"namespace,omitempty"`
	ServiceAccount *Surrounding         `json:"serviceAccount,omitempty"`
	Reasons        []Reason             `json:"reasons"`
	Settings       []Setting            `json:"settings,omitempty"`
	Containers     []ExplainedContainer `json:"containers,omitempty"`
	// Edits are those in no container: of the pod's volume.
	Edits []Edit `json:"edits,omitempty"`
	// Webhook is what the cluster's webhook does about the pod; absent if no cluster
	// is asked, or if there is a policy in its place. The verdict is that of the rules and
	// doesn't depend on it.
	Webhook *Webhook `json:"webhook,omitempty"`
	// Policy is what a policy of the API server does about the pod, before the webhook;
	// absent if there is none.
	Policy *Policy `json:"policy,omitempty"`
	// Pod is the pod as it is; absent for anything but a live Pod. All else is about
	// the same pod as if it were created now.
	Pod *Pod `json:"pod,omitempty"`
	// Pods are those of a live workload; absent where it selects none.
	Pods *Pods `json:"pods,omitempty"`
	// Component and Notices are the list's Settings and Notices, where there is no
	// list around.
	Component []Setting `json:"component,omitempty"`
	Notices   []Reason  `json:"notices,omitempty"`
}

// ExplainedObject holds the pod template.
type ExplainedObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Source     Source `json:"source"`
}

// Surrounding is a Namespace or a ServiceAccount.
type Surrounding struct {
	// Name is empty where not even that is known.
	Name   string `json:"name,omitempty"`
	Source Source `json:"source"`
}

// ExplainedContainer is what becomes of one container.
type ExplainedContainer struct {
	Name string `json:"name"`
	// Selected is false for a container that only loses what it had.
	Selected bool   `json:"selected"`
	Edits    []Edit `json:"edits,omitempty"`
}

// Edit is one change of a pod template.
type Edit struct {
	// Action is "add", "change" or "remove".
	Action string `json:"action"`
	// Field is the path in the object.
	Field string `json:"field"`
	Value string `json:"value,omitempty"`
}

// Webhook is what the cluster's webhook is to a pod that is created now.
type Webhook struct {
	// Call is "called", "skipped" or "unknown".
	Call string `json:"call"`
	// Configuration is the MutatingWebhookConfiguration's name, and Name the webhook's
	// in it; absent where there is none, or it can't be read.
	Configuration  string      `json:"configuration,omitempty"`
	Name           string      `json:"name,omitempty"`
	FailurePolicy  string      `json:"failurePolicy,omitempty"`
	TimeoutSeconds int32       `json:"timeoutSeconds,omitempty"`
	Deployment     *Deployment `json:"deployment,omitempty"`
	Reasons        []Reason    `json:"reasons,omitempty"`
}

// Policy is what a MutatingAdmissionPolicy is to a pod that is created now.
type Policy struct {
	// Call is "called" if it selects the pod, "skipped" or "unknown".
	Call string `json:"call"`
	// Name is the policy's, WebhookVersion is the one whose rules it has, and FailurePolicy
	// its own; absent where it isn't known what it does.
	Name           string   `json:"name,omitempty"`
	WebhookVersion string   `json:"webhookVersion,omitempty"`
	FailurePolicy  string   `json:"failurePolicy,omitempty"`
	Reasons        []Reason `json:"reasons,omitempty"`
}

// Deployment is the one that runs the webhook.
type Deployment struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// ReadyReplicas and Replicas count pods: that are ready, and that should be.
	ReadyReplicas int32 `json:"readyReplicas"`
	Replicas      int32 `json:"replicas"`
	// Version is the webhook's, by its image's tag; absent if that names none.
	Version string `json:"version,omitempty"`
}

// Pod is a live Pod as it is.
type Pod struct {
	State rrsa.State `json:"state"`
	// Created is when, in RFC 3339; absent where a file doesn't tell it.
	Created     string       `json:"created,omitempty"`
	Reasons     []Reason     `json:"reasons,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
	// Fix says what making the pod again would do; absent where there is nothing to fix.
	Fix *Fix `json:"remedy,omitempty"`
}

// Difference is one thing in which a Pod isn't as an injection would make it.
type Difference struct {
	Kind      rrsa.DifferenceKind `json:"kind"`
	Container string              `json:"container,omitempty"`
	Field     string              `json:"field"`
	Want      string              `json:"want,omitempty"`
	Got       string              `json:"got,omitempty"`
	Note      string              `json:"note,omitempty"`
}

// Cause says why, and what to do next.
type Cause struct {
	Code    rrsa.Code `json:"code"`
	Message string    `json:"message"`
	// Object names what the cause is about, where that is known, and Field is the path in
	// it.
	Object string `json:"object,omitempty"`
	Field  string `json:"field,omitempty"`
	Next   string `json:"next,omitempty"`
}

// Pods are the pods that a workload has made.
type Pods struct {
	// States counts them by state.
	States map[rrsa.State]int `json:"states,omitempty"`
	// Groups count the pods that aren't ok by the cause.
	Groups []PodGroup  `json:"groups,omitempty"`
	Items  []OneOfPods `json:"items,omitempty"`
	// Owner has made them, where its pod template isn't known: the explanation is about
	// the first of them then, as if that were made now.
	Owner *Owner `json:"owner,omitempty"`
	// More tells that there are others, which were not looked at.
	More    bool     `json:"more,omitempty"`
	Reasons []Reason `json:"reasons,omitempty"`
	// Fix says what making the pods again would do; absent where there is nothing to fix.
	Fix *Fix `json:"remedy,omitempty"`
}

// PodGroup are the pods of a workload that are as they are for the same cause.
type PodGroup struct {
	State rrsa.State `json:"state"`
	Cause Cause      `json:"cause"`
	Pods  int        `json:"pods"`
	// Example is the name of one of them.
	Example string `json:"example"`
}

// OneOfPods is one pod of a workload.
type OneOfPods struct {
	Name  string     `json:"name"`
	State rrsa.State `json:"state"`
	// Code is that of the reason for any state but ok.
	Code    rrsa.Code `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
}

// FixOutcome says what making pods again would do to them.
type FixOutcome string

// The outcomes.
const (
	// FixHelps means that the new pods have what they should, and Command makes them.
	FixHelps FixOutcome = "fixes"
	// FixOtherwise means the same where there is no command that makes them: Instead says
	// how.
	FixOtherwise FixOutcome = "fixes-otherwise"
	// FixNot means that new pods are no better.
	FixNot FixOutcome = "does-not-fix"
	// FixTakesAway means that new pods lack what the ones there are have.
	FixTakesAway FixOutcome = "takes-away"
	// FixUnproven means that it isn't clear what new pods get.
	FixUnproven FixOutcome = "unproven"
)

// Fix is what would make a pod, or the pods of one owner, what they would be now.
type Fix struct {
	Outcome   FixOutcome `json:"outcome"`
	Namespace string     `json:"namespace"`
	// Pod is the name of a pod without an owner, and Pods how many there are that are like
	// it; absent for that one only.
	Pod   string `json:"pod,omitempty"`
	Pods  int    `json:"pods,omitempty"`
	Owner *Owner `json:"owner,omitempty"`
	// Command is a line for a shell. It is there only where it is proven to help.
	Command string `json:"command,omitempty"`
	// Why says what is in the way of a command, and Instead what to do.
	Why     string `json:"why,omitempty"`
	Instead string `json:"instead,omitempty"`
}

// Owner is what creates a pod again: its controller, and for a Deployment's
// ReplicaSet the Deployment.
type Owner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

// ErrorExplanation is what explain --error prints.
type ErrorExplanation struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Errors     []ExplainedError `json:"errors"`
}

// ExplainedError is one code that an SDK's text has in it.
type ExplainedError struct {
	Code   string       `json:"code"`
	Causes []ErrorCause `json:"causes"`
}

// ErrorCause is one thing that leads to the error, and what to do about it.
type ErrorCause struct {
	Cause   string `json:"cause"`
	Do      string `json:"do"`
	Command string `json:"command,omitempty"`
}
