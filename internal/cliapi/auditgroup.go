package cliapi

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// GroupAudit is about the pods that are in one state for one cause.
type GroupAudit struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	State      rrsa.State `json:"state"`
	// Trap tells that the pods are as they should be, and that something keeps their
	// program from credentials.
	Trap  bool  `json:"trap,omitempty"`
	Cause Cause `json:"cause"`
	// Differs is what stale pods have and would get otherwise, where the cause doesn't say it.
	Differs string `json:"differs,omitempty"`
	Pods    int    `json:"pods"`
	// Owners are what makes the pods, those with the most pods first.
	Owners []OwnerAudit `json:"owners"`
}

// OwnerAudit counts the pods of a group that one workload makes.
type OwnerAudit struct {
	Namespace string `json:"namespace"`
	// Owner is absent for pods without a controller.
	Owner *Owner `json:"owner,omitempty"`
	Pods  int    `json:"pods"`
	// Example is the name of one of them.
	Example string `json:"example"`
}

// AccessKeyAudit is about the pods of one workload that carry a static AccessKey.
type AccessKeyAudit struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	OwnerAudit
	// Injected counts those of them that have an injection too.
	Injected  int         `json:"injected"`
	Variables []AccessKey `json:"variables"`
}

// AccessKey is a variable that holds a static AccessKey or a part of one, never its value.
type AccessKey struct {
	Container string `json:"container"`
	Name      string `json:"name"`
	// From is the object that has the value, such as "secret/aliyun"; absent for a value in
	// the pod itself.
	From string `json:"from,omitempty"`
	// ReadBy is what takes an AccessKey from a variable of the name.
	ReadBy string `json:"readBy"`
}

// WorkloadAudit is about a workload, for what its pods don't show, or because it has none.
type WorkloadAudit struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Owner      Owner  `json:"owner"`
	// Finding is absent for a workload that is here only because it has no pods.
	Finding WorkloadFinding `json:"finding,omitempty"`
	// NoPods says why there are none; absent if there are.
	NoPods string `json:"noPods,omitempty"`
	// State is that of a pod made of its template now.
	State rrsa.State `json:"state"`
	Cause *Cause     `json:"cause,omitempty"`
}

// WorkloadFinding is what is wrong with a workload.
type WorkloadFinding string

// The findings.
const (
	// WorkloadRefused means that the API server takes none of its pods.
	WorkloadRefused WorkloadFinding = "refused"
	// WorkloadMistake means that its pods can't be injected, and were meant to be.
	WorkloadMistake WorkloadFinding = "mistake"
	// WorkloadMissing means that it has no pods, and that they would lack their injection.
	WorkloadMissing WorkloadFinding = "missing"
)
