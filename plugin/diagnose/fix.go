package diagnose

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
)

// OwnerOf is the pod's controller, and for a Deployment's ReplicaSet the
// Deployment: its ReplicaSets carry its name and the hash that the pods have as a
// label. nil without a controller.
func OwnerOf(pod *corev1.Pod) *cliapi.Owner {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil {
		return nil
	}
	o := &cliapi.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name}
	hash := pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if name, ok := strings.CutSuffix(o.Name, "-"+hash); ok && hash != "" && name != "" && groupOf(*o) == appsv1.GroupName && o.Kind == "ReplicaSet" {
		o.Kind, o.Name = "Deployment", name
	}
	return o
}

// OwnerName names an owner as kubectl does, such as "deployment/cart".
func OwnerName(o cliapi.Owner) string { return strings.ToLower(o.Kind) + "/" + o.Name }

func groupOf(o cliapi.Owner) string { return schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).Group }

// restarts tells whether kubectl rollout restart knows an owner. The API server
// takes any text for an owner's name, and a shell must not get it.
func restarts(o cliapi.Owner) bool {
	return groupOf(o) == appsv1.GroupName && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, o.Kind) &&
		len(validation.IsDNS1123Subdomain(o.Name)) == 0
}

// FixOf is what has pods created again that would be better off then. name is that
// of the pod, for one without an owner; connection has the flags that lead kubectl to
// its cluster.
func FixOf(namespace, name string, owner *cliapi.Owner, connection string) cliapi.Fix {
	out := cliapi.Fix{Namespace: namespace, Owner: owner}
	switch {
	case owner == nil:
		out.Pod = name
		out.Message = "it has no controller: delete it and create it anew"
	case !restarts(*owner):
		out.Message = "kubectl rollout restart doesn't know it: recreate its pods"
		if owner.Kind == "Job" && groupOf(*owner) == "batch" {
			out.Message = "a Job's pods are not replaced: create the Job anew; the next one of a CronJob is right by itself"
		}
	default:
		out.Command = fmt.Sprintf("kubectl rollout restart %s -n %s%s", OwnerName(*owner), namespace, connection)
	}
	return out
}

// FixLine is a line for a shell: the command, or a comment.
func FixLine(f cliapi.Fix) string {
	if f.Command != "" {
		return f.Command
	}
	what := "pod/" + f.Pod
	if f.Owner != nil {
		what = OwnerName(*f.Owner)
	}
	return fmt.Sprintf("# %s -n %s: %s", what, f.Namespace, f.Message)
}
