package plugin

import (
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// explainedWebhook is what the cluster's webhook is to a pod that is created now.
type explainedWebhook struct {
	Call cluster.Call `json:"call"`
	// Configuration is the MutatingWebhookConfiguration's name, and Name the webhook's
	// in it; absent where there is none, or it can't be read.
	Configuration  string               `json:"configuration,omitempty"`
	Name           string               `json:"name,omitempty"`
	FailurePolicy  string               `json:"failurePolicy,omitempty"`
	TimeoutSeconds int32                `json:"timeoutSeconds,omitempty"`
	Deployment     *explainedDeployment `json:"deployment,omitempty"`
	Reasons        []explainedReason    `json:"reasons,omitempty"`
}

type explainedDeployment struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// ReadyReplicas and Replicas count pods: that are ready, and that should be.
	ReadyReplicas int32 `json:"readyReplicas"`
	Replicas      int32 `json:"replicas"`
	// Version is the webhook's, by its image's tag; absent if that names none.
	Version string `json:"version,omitempty"`
}

// explainedPod is a live Pod as it is.
type explainedPod struct {
	State rrsa.State `json:"state"`
	// Created is when, in RFC 3339.
	Created     string                `json:"created"`
	Reasons     []explainedReason     `json:"reasons,omitempty"`
	Differences []explainedDifference `json:"differences,omitempty"`
}

type explainedDifference struct {
	Kind      rrsa.DifferenceKind `json:"kind"`
	Container string              `json:"container,omitempty"`
	Field     string              `json:"field"`
	Want      string              `json:"want,omitempty"`
	Got       string              `json:"got,omitempty"`
	Note      string              `json:"note,omitempty"`
}

// explainedPods are the pods that a workload's selector selects.
type explainedPods struct {
	// States counts them by state.
	States map[rrsa.State]int `json:"states,omitempty"`
	Items  []explainedOfMany  `json:"items,omitempty"`
	// More tells that there are others, which were not looked at.
	More    bool              `json:"more,omitempty"`
	Reasons []explainedReason `json:"reasons,omitempty"`
}

type explainedOfMany struct {
	Name  string     `json:"name"`
	State rrsa.State `json:"state"`
	// Code is that of the reason for any state but ok.
	Code    rrsa.Code `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
}
