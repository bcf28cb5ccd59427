package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// enough is how many workloads, other than those under question, have to say the same:
// one that was copied from elsewhere is no evidence.
const enough = 2

// evidence is what pods are weighed by.
type evidence struct {
	// known is what is known without pods. One that says otherwise is of another cluster,
	// or its author's own: nothing of it counts.
	known map[Field]string
	// settled are the fields that no pod is needed for.
	settled map[Field]bool
	// about are the workloads under question.
	about []types.NamespacedName
}

// weighedBy is what holds pods to what is given and what the cluster itself has said.
func (q Question) weighedBy(own Identity) evidence {
	e := evidence{known: map[Field]string{}, settled: map[Field]bool{}}
	for _, a := range slices.Concat(q.Given, own.Answers) {
		e.settled[a.Field] = true
	}
	for _, a := range slices.Concat(q.Given, q.implied, own.Answers) {
		e.known[a.Field] = cmp.Or(e.known[a.Field], a.Value)
	}
	if !e.settled[OIDCProviderARN] {
		// It follows from the others.
		arn, err := rrsa.Config{AccountID: e.known[AccountID], ClusterID: e.known[ClusterID]}.ProviderARN()
		e.known[OIDCProviderARN], e.settled[OIDCProviderARN] = arn, err == nil
	}
	return e
}

// claim is a value of a field, and who says it.
type claim struct {
	Answer
	workloads map[types.NamespacedName]bool
}

// weigh returns what all pods agree on that may be believed, and why the rest isn't.
func (e evidence) weigh(pods []corev1.Pod) (answers []Answer, doubts []string) {
	var claims []claim
	disputed, told := map[Field]bool{}, map[string]bool{}
	for _, p := range pods {
		workload := WorkloadOf("Pod", &p)
		over := p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
		if over || slices.ContainsFunc(e.about, func(w types.NamespacedName) bool {
			return w.Name == workload.Name && (w.Namespace == workload.Namespace || w.Namespace == "")
		}) {
			continue
		}
		said := claimed(p)
		if at := slices.IndexFunc(said, func(a Answer) bool { return e.known[a.Field] != "" && e.known[a.Field] != a.Value }); at >= 0 {
			// Many pods may say the same.
			if a := said[at]; !told[a.Value] {
				told[a.Value] = true
				doubts = append(doubts, fmt.Sprintf("%s is %q, and %q by the %s, which isn't believed", a.Field, e.known[a.Field], a.Value, a.Source))
			}
			continue
		}
		for _, a := range said {
			at := slices.IndexFunc(claims, func(c claim) bool { return c.Field == a.Field })
			switch {
			case at < 0:
				claims = append(claims, claim{a, map[types.NamespacedName]bool{workload: true}})
			case claims[at].Value == a.Value:
				claims[at].workloads[workload] = true
			case !disputed[a.Field]:
				disputed[a.Field] = true
				doubts = append(doubts, fmt.Sprintf("pods disagree on %s: %q by the %s, %q by the %s", a.Field, claims[at].Value, claims[at].Source, a.Value, a.Source))
			}
		}
	}
	// A provider tells the cluster, and is of an account: without the one there isn't the other.
	disputed[ClusterID] = disputed[ClusterID] || disputed[OIDCProviderARN]
	disputed[OIDCProviderARN] = disputed[OIDCProviderARN] || disputed[AccountID]
	for _, c := range claims {
		_, _, standard := rrsa.ParseProviderARN(c.Value)
		switch {
		case e.settled[c.Field]:
		case disputed[c.Field] || c.Field == OIDCProviderARN && standard == nil: // the latter follows from the account and the cluster
		case len(c.workloads) < enough:
			doubts = append(doubts, fmt.Sprintf("%s is %q by the %s, and by no other workload, so that it isn't believed", c.Field, c.Value, c.Source))
		default:
			answers = append(answers, c.Answer)
		}
	}
	return answers, doubts
}

// claimed is what a pod says that has the right form.
func claimed(p corev1.Pod) []Answer {
	var out []Answer
	for what, said := range map[string][]Answer{"environment": injected(p), "labels": acs(p)} {
		for _, a := range said {
			a.Source = fmt.Sprintf("%s of the pod %s/%s", what, p.Namespace, p.Name)
			good, _ := valid(a)
			out = append(out, good...)
		}
	}
	slices.SortStableFunc(out, func(a, b Answer) int { return strings.Compare(a.Source, b.Source) })
	return out
}

// injected reads what an injection has put into a pod. (§6.6)
func injected(p corev1.Pod) []Answer {
	env := injectedEnv(p)
	if env == nil {
		return nil
	}
	arn := env[rrsa.EnvOIDCProviderARN]
	rest, _ := strings.CutPrefix(arn, "acs:ram::")
	account, _, _ := strings.Cut(rest, ":")
	_, id, _ := rrsa.ParseProviderARN(arn) // one with a name of its own tells none
	return []Answer{{Field: AccountID, Value: account}, {Field: ClusterID, Value: id}, {Field: OIDCProviderARN, Value: arn}, {Field: Region, Value: env[rrsa.EnvSTSRegion]}}
}

// injectedEnv is the environment of the first container that mounts the token;
// nil if none does.
func injectedEnv(p corev1.Pod) map[string]string {
	for _, c := range slices.Concat(p.Spec.Containers, p.Spec.InitContainers) {
		if !slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName && m.MountPath == rrsa.TokenDir }) {
			continue
		}
		env := map[string]string{}
		for _, e := range c.Env {
			env[e.Name] = e.Value
		}
		if env[rrsa.EnvOIDCProviderARN] != "" {
			return env
		}
	}
	return nil
}

// What ACS writes on its pods.
const (
	acsClusterLabel   = "alibabacloud.com/cluster-id"
	acsUserAnnotation = "alibabacloud.com/user-id"
)

// acs reads what ACS notes on a pod. (§6.6)
func acs(p corev1.Pod) []Answer {
	return []Answer{{Field: ClusterID, Value: p.Labels[acsClusterLabel]}, {Field: AccountID, Value: p.Annotations[acsUserAnnotation]}}
}

// WorkloadOf names what makes the pods of an object of a kind, or a pod itself: its
// topmost controller, as far as the object shows it. A ReplicaSet of a Deployment or an
// Argo Rollout, and a Job of a CronJob, have its name and an ending. Kinds are left out:
// two of one name are taken for one.
func WorkloadOf(kind string, object metav1.Object) types.NamespacedName {
	out := types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
	if ref := metav1.GetControllerOfNoCopy(object); ref != nil {
		kind, out.Name = ref.Kind, ref.Name
	}
	switch kind {
	case "ReplicaSet":
		for _, label := range []string{appsv1.DefaultDeploymentUniqueLabelKey, rolloutsHashLabel} {
			hash := object.GetLabels()[label]
			if name, ok := strings.CutSuffix(out.Name, "-"+hash); ok && hash != "" && name != "" {
				out.Name = name
			}
		}
	case "Job":
		if at := strings.LastIndex(out.Name, "-"); at > 0 && strings.Trim(out.Name[at+1:], "0123456789") == "" {
			out.Name = out.Name[:at]
		}
	}
	return out
}

// rolloutsHashLabel is to Argo Rollouts what pod-template-hash is to Deployments.
const rolloutsHashLabel = "rollouts-pod-template-hash"
