package cluster

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// podSample is a page of pods, read once for the two sources that look at pods.
type podSample struct {
	cluster *Cluster
	read    bool
	pods    []corev1.Pod
	err     error
}

// list reads a page of the namespace's pods, and of all pods if that shows none
// that tells anything.
func (s *podSample) list(ctx context.Context) ([]corev1.Pod, error) {
	if s.read {
		return s.pods, s.err
	}
	s.read = true
	page := func(namespace string) ([]corev1.Pod, error) {
		list, err := s.cluster.core.Pods(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
		if err != nil {
			return nil, err
		}
		return list.Items, nil
	}
	s.pods, s.err = page(s.cluster.Namespace)
	if s.err == nil && slices.ContainsFunc(s.pods, tells) {
		return s.pods, nil
	}
	if s.err != nil && !apierrors.IsForbidden(s.err) {
		return nil, s.err
	}
	all, err := page(metav1.NamespaceAll)
	if err == nil {
		s.pods, s.err = all, nil
	} else if !apierrors.IsForbidden(err) {
		s.err = err
	}
	return s.pods, s.err
}

func tells(p corev1.Pod) bool { return injectedEnv(p) != nil || p.Labels[acsClusterLabel] != "" }

// injected reads what an injection has put into pods. A pod's variables may be
// its author's own, so all pods of the page that have any must agree. (§6.2)
func (s *podSample) injected(ctx context.Context) ([]Answer, error) {
	pods, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	return agreed(pods, "environment of the pod", func(p corev1.Pod) []Answer {
		env := injectedEnv(p)
		if env == nil {
			return nil
		}
		arn := env[rrsa.EnvOIDCProviderARN]
		answers := []Answer{{Field: OIDCProviderARN, Value: arn}}
		if account, id, err := rrsa.ParseProviderARN(arn); err == nil {
			answers = []Answer{{Field: AccountID, Value: account}, {Field: ClusterID, Value: id}}
		}
		if region := env[rrsa.EnvSTSRegion]; region != "" {
			answers = append(answers, Answer{Field: Region, Value: region})
		}
		return answers
	})
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

// acs reads what ACS notes on pods. (§6.6)
func (s *podSample) acs(ctx context.Context) ([]Answer, error) {
	pods, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	return agreed(pods, "labels of the pod", func(p corev1.Pod) []Answer {
		var out []Answer
		if id := p.Labels[acsClusterLabel]; id != "" {
			out = append(out, Answer{Field: ClusterID, Value: id})
		}
		if user := p.Annotations[acsUserAnnotation]; user != "" {
			out = append(out, Answer{Field: AccountID, Value: user})
		}
		return out
	})
}

// agreed reads the same fields from many pods. Fields in which pods disagree have
// no answer.
func agreed(pods []corev1.Pod, what string, read func(corev1.Pod) []Answer) ([]Answer, error) {
	var out []Answer
	disputed := map[Field]string{}
	for _, p := range pods {
		for _, a := range read(p) {
			a.Source = fmt.Sprintf("%s %s/%s", what, p.Namespace, p.Name)
			at := slices.IndexFunc(out, func(have Answer) bool { return have.Field == a.Field })
			switch {
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
	var why string
	out = slices.DeleteFunc(out, func(a Answer) bool {
		if disputed[a.Field] != "" {
			why += "; " + disputed[a.Field]
		}
		return disputed[a.Field] != ""
	})
	kept, err := valid(out...)
	if err == nil && why != "" {
		err = silence(why[len("; "):])
	}
	return kept, err
}
