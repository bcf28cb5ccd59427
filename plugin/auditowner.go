package plugin

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
)

// auditOwner is what makes a pod anew.
type auditOwner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

func (o auditOwner) String() string { return strings.ToLower(o.Kind) + "/" + o.Name }

// owner is ownerOf with equal owners kept once.
func (a *auditor) owner(pod *corev1.Pod) *auditOwner {
	o := ownerOf(pod)
	if o == nil {
		return nil
	}
	have, ok := a.owners[*o]
	if !ok {
		have = o
		a.owners[*o] = have
	}
	return have
}

// ownerOf is the pod's controller, and for a Deployment's ReplicaSet the
// Deployment: its ReplicaSets carry its name and the hash that the pods have as a
// label. nil without a controller.
func ownerOf(pod *corev1.Pod) *auditOwner {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil {
		return nil
	}
	o := &auditOwner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name}
	hash := pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if name, ok := strings.CutSuffix(o.Name, "-"+hash); ok && hash != "" && name != "" && o.group() == appsv1.GroupName && o.Kind == "ReplicaSet" {
		o.Kind, o.Name = "Deployment", name
	}
	return o
}

// group is the API's group; the version as such if it isn't one.
func (o auditOwner) group() string {
	gv, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		return o.APIVersion
	}
	return gv.Group
}

// remedy is what would make a pod, or the pods of one owner, what they would be
// now.
type remedy struct {
	Namespace string `json:"namespace"`
	// Pod is the name of a pod without an owner.
	Pod   string      `json:"pod,omitempty"`
	Owner *auditOwner `json:"owner,omitempty"`
	// Command is a line for a shell; empty where there is none.
	Command string `json:"command,omitempty"`
	// Message says what to do where there is no command.
	Message string `json:"message,omitempty"`
}

// remedyFor is for pods that their creation would mend. connection has the flags
// that lead kubectl to their cluster.
func remedyFor(r podRow, connection string) remedy {
	out := remedy{Namespace: r.namespace, Owner: r.owner}
	switch {
	case r.owner == nil:
		out.Pod = r.name
		out.Message = "it has no controller: delete it and create it anew"
	case !r.owner.restarts():
		out.Message = "kubectl rollout restart doesn't know it: recreate its pods"
		if r.owner.Kind == "Job" && r.owner.group() == "batch" {
			out.Message = "a Job's pods are not replaced: create the Job anew; the next one of a CronJob is right by itself"
		}
	default:
		out.Command = fmt.Sprintf("kubectl rollout restart %s -n %s%s", r.owner, r.namespace, connection)
	}
	return out
}

// restarts tells whether kubectl rollout restart knows an owner. The API server
// takes any text for an owner's name, and a shell must not get it.
func (o auditOwner) restarts() bool {
	return o.group() == appsv1.GroupName && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, o.Kind) &&
		len(validation.IsDNS1123Subdomain(o.Name)) == 0
}

// String is a line for a shell: the command, or a comment.
func (r remedy) String() string {
	if r.Command != "" {
		return r.Command
	}
	what := "pod/" + r.Pod
	if r.Owner != nil {
		what = r.Owner.String()
	}
	return fmt.Sprintf("# %s -n %s: %s", what, r.Namespace, r.Message)
}
