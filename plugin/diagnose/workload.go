package diagnose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Controller is what makes pods: the top of a chain of controllers, such as the
// Deployment of a ReplicaSet.
type Controller struct {
	metav1.OwnerReference
	Namespace string
	// Object is nil if it couldn't be read; Unread says why then, and Gone that there is none.
	Object *unstructured.Unstructured
	Unread string
	Gone   bool
}

// Workload is what makes a pod again: the controller at the top, such as the Deployment
// of a pod's ReplicaSet.
type Workload struct {
	cliapi.Owner
	Namespace string
	// Meta is its metadata, and Path leads to the pod template in it. Both are empty if it
	// couldn't be read, and Unread says why then.
	Meta   *metav1.ObjectMeta
	Path   string
	Unread string
	Gone   bool
	// Template is what it makes pods of; nil where that isn't known.
	Template *corev1.PodTemplateSpec
	// Claims are the names of its volume claim templates.
	Claims []string
	// Fails is what its status says of pods that it can't make; empty for nothing.
	Fails string
	// Ended tells that it makes no more pods: a Job that is complete, or has failed.
	Ended bool

	paused, deletesOnly bool
	partition           int64
}

// NewWorkload reads a live workload. What holds no pod template at the place where
// Kubernetes' own kinds have it has none here.
func NewWorkload(object *unstructured.Unstructured) Workload {
	w := Workload{
		Owner:     cliapi.Owner{APIVersion: object.GetAPIVersion(), Kind: object.GetKind(), Name: object.GetName()},
		Namespace: object.GetNamespace(),
		Meta: &metav1.ObjectMeta{
			Name: object.GetName(), Namespace: object.GetNamespace(), UID: object.GetUID(), Labels: object.GetLabels(), Annotations: object.GetAnnotations(),
			CreationTimestamp: object.GetCreationTimestamp(), DeletionTimestamp: object.GetDeletionTimestamp(), OwnerReferences: object.GetOwnerReferences(),
		},
	}
	for _, path := range []string{"spec.template", "spec.jobTemplate.spec.template"} {
		found, _, _ := unstructured.NestedMap(object.Object, strings.Split(path, ".")...)
		template := &corev1.PodTemplateSpec{}
		if found["spec"] != nil && runtime.DefaultUnstructuredConverter.FromUnstructured(found, template) == nil {
			w.Template, w.Path = template, path
		}
	}
	claims, _, _ := unstructured.NestedSlice(object.Object, "spec", "volumeClaimTemplates")
	for _, c := range claims {
		claim, _ := c.(map[string]any)
		name, _, _ := unstructured.NestedString(claim, "metadata", "name")
		w.Claims = append(w.Claims, name)
	}
	w.paused, _, _ = unstructured.NestedBool(object.Object, "spec", "paused")
	strategy, _, _ := unstructured.NestedString(object.Object, "spec", "updateStrategy", "type")
	w.deletesOnly = strategy == string(appsv1.OnDeleteStatefulSetStrategyType)
	w.partition, _, _ = unstructured.NestedInt64(object.Object, "spec", "updateStrategy", "rollingUpdate", "partition")
	w.Fails = failsOf(object)
	w.Ended = IsKind(w.Owner, batchv1.GroupName, "Job") &&
		(trueCondition(object, string(batchv1.JobComplete)) != nil || trueCondition(object, string(batchv1.JobFailed)) != nil)
	return w
}

// WorkloadOf is a controller as far as it could be read.
func WorkloadOf(c Controller) *Workload {
	w := Workload{Namespace: c.Namespace, Unread: c.Unread, Gone: c.Gone}
	if c.Object != nil {
		w = NewWorkload(c.Object)
	}
	w.Owner = cliapi.Owner{APIVersion: c.APIVersion, Kind: c.Kind, Name: c.Name}
	return &w
}

// trueCondition is a condition of an object's status, if it is true; nil if it isn't.
func trueCondition(object *unstructured.Unstructured, name string) map[string]any {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		if condition["type"] == name && condition["status"] == string(corev1.ConditionTrue) {
			return condition
		}
	}
	return nil
}

// failsOf is the message of a ReplicaFailure: the API server refuses the pods, as it does
// while a webhook with the failurePolicy Fail doesn't answer.
func failsOf(object *unstructured.Unstructured) string {
	message, _ := trueCondition(object, string(appsv1.DeploymentReplicaFailure))["message"].(string)
	return message
}

// Injects tells whether its pod template holds an injection of its own; false for none.
func (w *Workload) Injects() bool { return w != nil && w.Template != nil && rrsa.Touched(w.Template) }

// Plain tells whether its pod template is known and holds no injection, so that one that its
// pods have is a webhook's.
func (w *Workload) Plain() bool { return w != nil && w.Template != nil && !rrsa.Touched(w.Template) }

// Meant tells whether a workload's labels and annotations have a key that does nothing
// there: of its pods none may show it. (§5)
func Meant(c Controller) bool {
	meta := metav1.ObjectMeta{Name: c.Name, Namespace: c.Namespace, Labels: c.Object.GetLabels(), Annotations: c.Object.GetAnnotations()}
	d := rrsa.Plan(rrsa.Config{WebhookVersion: rrsa.LatestVersion}, rrsa.Input{Workload: []metav1.ObjectMeta{meta}})
	return slices.ContainsFunc(d.Reasons, func(r rrsa.Reason) bool { return r.Level == rrsa.LevelWorkload })
}

// String names it as kubectl does, such as "deployment/cart".
func (w Workload) String() string { return OwnerName(w.Owner) }

// OwnerName names an owner as kubectl does, such as "deployment/cart".
func OwnerName(o cliapi.Owner) string { return strings.ToLower(o.Kind) + "/" + o.Name }

func groupOf(o cliapi.Owner) string { return schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).Group }

// IsKind tells whether an owner is of a kind of Kubernetes' own or of another group.
func IsKind(o cliapi.Owner, group string, kinds ...string) bool {
	return groupOf(o) == group && slices.Contains(kinds, o.Kind)
}

// Restarts tells whether kubectl rollout restart knows a workload's kind.
func (w Workload) Restarts() bool {
	return IsKind(w.Owner, appsv1.GroupName, "Deployment", "StatefulSet", "DaemonSet")
}

// replaces says how a workload's pods are replaced: by a command, or if there is none as
// the text says. why is set where no command would replace all of the pods.
func (w Workload) replaces(pods []string, connection string) (command, how, why string) {
	restart := fmt.Sprintf("kubectl rollout restart %s -n %s%s", w, w.Namespace, connection)
	switch {
	case w.Meta != nil && w.Meta.DeletionTimestamp != nil:
		return "", "create it again once it is gone", "it is being deleted"
	case IsKind(w.Owner, appsv1.GroupName, "Deployment") && w.paused:
		return "", fmt.Sprintf("resume it (kubectl rollout resume %s -n %s%s), and then restart it", w, w.Namespace, connection), "its rollout is paused"
	case IsKind(w.Owner, appsv1.GroupName, "StatefulSet", "DaemonSet") && w.deletesOnly:
		return "", "delete its pods one by one, and it makes them again", "its updateStrategy is OnDelete, so a restart replaces no pod"
	case IsKind(w.Owner, appsv1.GroupName, "StatefulSet") && slices.ContainsFunc(pods, w.belowPartition):
		return "", "set spec.updateStrategy.rollingUpdate.partition to 0, and then restart it", fmt.Sprintf("its update is held at partition %d, so a restart leaves pods below that alone", w.partition)
	case w.Restarts() && len(validation.IsDNS1123Subdomain(w.Name)) == 0:
		return restart, "", "" // the API server takes any text for an owner's name, and a shell must not get it
	case IsKind(w.Owner, "argoproj.io", "Rollout"):
		return "", "restart it with Argo's own command: kubectl argo rollouts restart " + quoted(w.Name) + " -n " + w.Namespace, "kubectl rollout restart doesn't know it"
	case IsKind(w.Owner, "batch", "CronJob"):
		return "", "wait for its next Job, which makes its pods again", "a Job's pods are not replaced"
	case IsKind(w.Owner, "batch", "Job"):
		return "", "create the Job again", "a Job's pods are not replaced"
	}
	return "", "delete its pods, if its controller makes them again", "kubectl rollout restart doesn't know it"
}

// belowPartition tells whether a StatefulSet's update leaves a pod alone, by its name.
func (w Workload) belowPartition(pod string) bool {
	at := strings.LastIndex(pod, "-")
	ordinal, err := strconv.ParseInt(pod[at+1:], 10, 64)
	return err == nil && ordinal < w.partition
}

// quoted is a name that a person may paste into a shell.
func quoted(name string) string {
	if len(validation.IsDNS1123Subdomain(name)) == 0 {
		return name
	}
	return "NAME"
}
