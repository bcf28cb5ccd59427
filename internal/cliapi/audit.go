package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// AuditReport is what audit prints as one object.
type AuditReport struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Context is the kubeconfig's that the cluster was read by; absent for the only one.
	Context string       `json:"context,omitempty"`
	Summary AuditSummary `json:"summary"`
	// Groups are the pods that are findings, by their cause.
	Groups []GroupAudit `json:"groups"`
	// AccessKeys are workloads whose pods carry a static AccessKey, injected or not.
	AccessKeys []AccessKeyAudit `json:"accessKeys"`
	// Workloads are those with a finding that no pod shows; absent if they weren't asked for.
	Workloads []WorkloadAudit `json:"workloads,omitempty"`
	Lints     []ObjectLint    `json:"lints"`
	Items     []PodAudit      `json:"items"`
}

// AuditReportList is what audit prints about several clusters.
type AuditReportList struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Items are the reports on the clusters that could be read, and Failed the others.
	Items  []AuditReport   `json:"items"`
	Failed []FailedContext `json:"failed,omitempty"`
}

// FailedContext is a cluster that could not be audited.
type FailedContext struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Context    string `json:"context"`
	Message    string `json:"message"`
}

// AuditSummary is about all pods together.
type AuditSummary struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Namespace is the one that was audited; empty for all.
	Namespace string `json:"namespace,omitempty"`
	Selector  string `json:"selector,omitempty"`
	// Settings are those that no object in the cluster has.
	Settings []Setting `json:"settings"`
	Pods     int       `json:"pods"`
	// States counts pods by their state; each state is there.
	States map[rrsa.State]int `json:"states"`
	Lints  int                `json:"lints"`
	// Traps counts pods that are ok and whose program gets no credentials all the same, and
	// AccessKeys those that carry a static AccessKey.
	Traps      int `json:"traps"`
	AccessKeys int `json:"accessKeys"`
	// Unread says what could not be read, so that AccessKeys may be too few.
	Unread []string `json:"unread,omitempty"`
	// Workloads counts workloads with a finding that no pod shows.
	Workloads int `json:"workloads"`
	// Namespaces are those with pods, by name.
	Namespaces []AuditedNamespace `json:"namespaces"`
	// Skipped are the namespaces whose pods may not be read.
	Skipped []SkippedNamespace `json:"skipped,omitempty"`
	// Notices are about the whole cluster, such as a webhook that isn't ready. Those that
	// are no mere information keep every new pod from credentials, and are findings.
	Notices []Reason `json:"notices,omitempty"`
	// Inconsistent tells that the list of pods expired while it was read: pods made
	// or deleted meanwhile may be in the report or not.
	Inconsistent bool  `json:"inconsistent,omitempty"`
	Fixes        []Fix `json:"remedies"`
}

// AuditedNamespace counts the pods of one namespace by their state.
type AuditedNamespace struct {
	Namespace string             `json:"namespace"`
	States    map[rrsa.State]int `json:"states"`
}

// SkippedNamespace is one that may not be read.
type SkippedNamespace struct {
	// Namespace is its name, or OtherNamespaces.
	Namespace string `json:"namespace"`
	Message   string `json:"message"`
}

// OtherNamespaces stands for all but the audited one, where namespaces may not be
// listed.
const OtherNamespaces = "*"

// PodAudit is about one pod.
type PodAudit struct {
	APIVersion     string     `json:"apiVersion"`
	Kind           string     `json:"kind"`
	Namespace      string     `json:"namespace"`
	Name           string     `json:"name"`
	State          rrsa.State `json:"state"`
	ServiceAccount string     `json:"serviceAccount"`
	// Owner is absent for a pod without a controller.
	Owner *Owner `json:"owner,omitempty"`
	// Reason is the first one for the state; absent for a pod that is ok.
	Reason *Reason `json:"reason,omitempty"`
	// Cause is why it isn't as it should be; absent if nothing is wrong.
	Cause *Cause `json:"cause,omitempty"`
	// Differences are what a Pod of a file has and should have; absent for a live one.
	Differences []Difference `json:"differences,omitempty"`
}

// ObjectLint is a finding about a Namespace or a ServiceAccount.
type ObjectLint struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Object     LintedObject `json:"object"`
	Reason     Reason       `json:"reason"`
}

// LintedObject names what a lint is about.
type LintedObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}
