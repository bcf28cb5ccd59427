package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// samplePods reads a page of the namespace's pods, and of all pods if that shows none
// that tells anything.
func samplePods(ctx context.Context, c *Cluster) ([]corev1.Pod, error) {
	near, err := podPage(ctx, c, c.Namespace)
	if err == nil && slices.ContainsFunc(near, tells) || err != nil && !apierrors.IsForbidden(err) {
		return near, err
	}
	all, allErr := podPage(ctx, c, metav1.NamespaceAll)
	if apierrors.IsForbidden(allErr) {
		return near, err
	}
	return all, allErr
}

func podPage(ctx context.Context, c *Cluster, namespace string) ([]corev1.Pod, error) {
	list, err := c.core.Pods(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

func tells(p corev1.Pod) bool { return injectedEnv(p) != nil || p.Labels[acsClusterLabel] != "" }

// injected reads what an injection has put into a pod. The variables may be its
// author's own, so all pods of the page that have any must agree. (§6.2)
func injected(p corev1.Pod) []Answer {
	env := injectedEnv(p)
	if env == nil {
		return nil
	}
	arn := env[rrsa.EnvOIDCProviderARN]
	answers := []Answer{{Field: OIDCProviderARN, Value: arn}}
	if account, id, err := rrsa.ParseProviderARN(arn); err == nil {
		answers = []Answer{{Field: AccountID, Value: account}, {Field: ClusterID, Value: id}}
	}
	return append(answers, Answer{Field: Region, Value: env[rrsa.EnvSTSRegion]})
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

// agreed reads the same fields from many pods, of which some lack some. Fields in which pods disagree have
// no answer.
func agreed(pods []corev1.Pod, what string, read func(corev1.Pod) []Answer) ([]Answer, error) {
	var out []Answer
	disputed := map[Field]string{}
	for _, p := range pods {
		for _, a := range read(p) {
			a.Source = fmt.Sprintf("%s %s/%s", what, p.Namespace, p.Name)
			at := slices.IndexFunc(out, func(have Answer) bool { return have.Field == a.Field })
			switch {
			case a.Value == "":
			case at < 0:
				out = append(out, a)
			case out[at].Value != a.Value:
				disputed[a.Field] = fmt.Sprintf("pods disagree on %s: %q by the %s, %q by the %s", a.Field, out[at].Value, out[at].Source, a.Value, a.Source)
			}
		}
	}
	if len(out) == 0 {
		return nil, silent("no such pod among the first %d", len(pods))
	}
	var kept []Answer
	var why []string
	for _, a := range out {
		if d := disputed[a.Field]; d != "" {
			why = append(why, d)
		} else {
			kept = append(kept, a)
		}
	}
	kept, err := valid(kept...)
	if err == nil && why != nil {
		err = silence(strings.Join(why, "; "))
	}
	return kept, err
}
