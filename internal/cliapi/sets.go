package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// Known is an answer that may not be known.
type Known string

// The answers.
const (
	Yes     Known = "yes"
	No      Known = "no"
	Unknown Known = "unknown"
)

// Serving says whom a ServiceAccount serves with its role.
type Serving string

// What a ServiceAccount is to pods.
const (
	// Serves means that a pod runs as it and has all that an injection gives.
	Serves Serving = "serves"
	// WouldServe means that no such pod is there, and that one would be, made of the
	// template of a workload that has no pods now.
	WouldServe Serving = "would-serve"
	// ServesNobody means neither.
	ServesNobody Serving = "nobody"
	// ServingUnknown means that what could be read doesn't tell.
	ServingUnknown Serving = "unknown"
)

// ServiceAccountExplanation is what explain prints about a live ServiceAccount: whom it
// serves, and who would be served.
type ServiceAccountExplanation struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Object     ExplainedObject `json:"object"`
	// Namespace is the ServiceAccount's.
	Namespace string  `json:"namespace"`
	Serving   Serving `json:"serving"`
	// Cause is why a pod isn't as it should be, or why nobody is served, and what to do
	// next; absent if nothing is wrong.
	Cause *Cause `json:"cause,omitempty"`
	Role  Role   `json:"role"`
	Gate  Gate   `json:"gate"`
	// Webhook is what the cluster's webhook is to pods of the namespace, whatever their
	// labels are, and Policy what a policy of the API server is to its own pods.
	Webhook *Webhook `json:"webhook,omitempty"`
	Policy  *Policy  `json:"policy,omitempty"`
	// Settings are those that the ServiceAccount gives its pods, or could and doesn't.
	Settings []Setting `json:"settings,omitempty"`
	// Lints are labels and annotations of the ServiceAccount that do nothing, or not what
	// they look like.
	Lints []Reason `json:"lints,omitempty"`
	// PodSet are the pods that run as it.
	PodSet
	// Component and Notices are about the cluster as a whole, as in an ExplanationList.
	Component []Setting `json:"component,omitempty"`
	Notices   []Reason  `json:"notices,omitempty"`
}

// NamespaceExplanation is what explain prints about a live Namespace.
type NamespaceExplanation struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Object     ExplainedObject `json:"object"`
	// Cause is why a pod of it isn't as it should be, or else why none would be injected;
	// absent if nothing is wrong.
	Cause   *Cause   `json:"cause,omitempty"`
	Gate    Gate     `json:"gate"`
	Webhook *Webhook `json:"webhook,omitempty"`
	Policy  *Policy  `json:"policy,omitempty"`
	// Settings are those that the Namespace gives its pods, such as override-env.
	Settings []Setting `json:"settings,omitempty"`
	// ServiceAccounts are those with a role, valid or not.
	ServiceAccounts []ServedAccount `json:"serviceAccounts"`
	// Lints are labels and annotations of the Namespace and its ServiceAccounts that do
	// nothing, or not what they look like.
	Lints []Reason `json:"lints,omitempty"`
	// PodSet are all its pods.
	PodSet
	Component []Setting `json:"component,omitempty"`
	Notices   []Reason  `json:"notices,omitempty"`
}

// Role is the RAM role of a ServiceAccount.
type Role struct {
	// Name is the annotation's value, as it is; empty without one.
	Name string `json:"name,omitempty"`
	// Valid tells whether it is the name of a role, so that the webhook takes it.
	Valid bool `json:"valid"`
	// ARN is the role's; absent if the name isn't valid or the account isn't known.
	ARN string `json:"arn,omitempty"`
	// Reason says why there is no ARN.
	Reason *Reason `json:"reason,omitempty"`
}

// Gate is whether a Namespace's label has pods injected.
type Gate struct {
	Enabled Known `json:"enabled"`
	// Label is the value of the label; absent without one.
	Label string `json:"label,omitempty"`
	// Source tells where the Namespace was read.
	Source Source `json:"source"`
}

// ServedAccount is a ServiceAccount with a role, in the explanation of its Namespace.
type ServedAccount struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
	// States counts the pods that run as it by state.
	States map[rrsa.State]int `json:"states"`
	// Used tells whether a pod or the template of a workload uses it.
	Used Known `json:"used"`
}

// PodSet are pods that were looked at together, by what makes them.
type PodSet struct {
	// Listed tells whether the pods could be listed: without that there are none here.
	Listed bool `json:"listed"`
	// States counts the pods by state.
	States map[rrsa.State]int `json:"states"`
	// Groups are the pods of one owner that are as they are for the same cause.
	Groups []OwnedGroup `json:"groups"`
	// WouldServe are workloads that have no pods now, or all of them where the pods can't
	// be listed. In a Namespace's explanation those whose ServiceAccount has no role are
	// left out.
	WouldServe []Prospect `json:"wouldServe"`
	// Unread says what could not be read: what depends on it isn't known.
	Unread []Reason `json:"unread,omitempty"`
	// Inconsistent tells that the list of pods expired while it was read: pods made or
	// deleted meanwhile may be counted or not.
	Inconsistent bool `json:"inconsistent,omitempty"`
}

// OwnedGroup are pods of one owner, or pods without one, in one state for one cause.
type OwnedGroup struct {
	// Owner is absent for pods without a controller.
	Owner *Owner     `json:"owner,omitempty"`
	State rrsa.State `json:"state"`
	// Cause is absent for pods that are ok.
	Cause *Cause `json:"cause,omitempty"`
	Pods  int    `json:"pods"`
	// Example is the name of one of them.
	Example string `json:"example"`
	// Fix says what making the owner's pods again would do; absent where there is nothing
	// to fix.
	Fix *Fix `json:"remedy,omitempty"`
}

// Prospect is a workload, and what a pod would be that it makes now.
type Prospect struct {
	Owner Owner `json:"owner"`
	// ServiceAccount is what its pod template names.
	ServiceAccount string `json:"serviceAccount"`
	// State is that of a pod that it makes now: it is served if that is ok.
	State rrsa.State `json:"state"`
	Cause *Cause     `json:"cause,omitempty"`
}
