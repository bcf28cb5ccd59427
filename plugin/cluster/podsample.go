package cluster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// askPods asks pods for what the cluster's own sources leave open.
func (q Question) askPods(ctx context.Context, c *Cluster, own Identity) (Identity, []string, error) {
	e := q.weighedBy(own)
	isOpen := func(f Field) bool { return slices.Contains(q.Need, f) && !e.settled[f] }
	if !q.Every && !slices.ContainsFunc([]Field{AccountID, ClusterID, Region, OIDCProviderARN}, isOpen) {
		return Identity{}, nil, nil
	}
	if q.About != nil {
		var err error
		if e.about, err = q.About(); err != nil {
			return Identity{}, nil, err
		}
	}
	namespaces := []string{c.Namespace, metav1.NamespaceAll}
	for _, w := range e.about {
		if w.Name == "" {
			namespaces[0] = w.Namespace
		}
	}
	pods, err := samplePods(ctx, c, namespaces)
	switch {
	case err == nil:
	case passedOver(err):
		return Identity{}, []string{fmt.Sprintf("%s: %v", podSources, err)}, nil
	default:
		return Identity{}, nil, fmt.Errorf("identifying the cluster: reading pods: %w", err)
	}
	answers, doubts := e.weigh(pods)
	switch {
	case len(answers)+len(doubts) == 0:
		doubts = []string{fmt.Sprintf("%s: there is none among the first %d that counts", podSources, len(pods))}
	case q.Every:
		return Identity{Answers: answers, Conflicts: doubts}, nil, nil
	}
	return Identity{Answers: answers}, doubts, nil
}

// podSources is how a note names pods.
const podSources = "injected pods and pods of ACS"

// samplePods reads a page of the pods of two namespaces at once, as far as they may be
// read.
func samplePods(ctx context.Context, c *Cluster, namespaces []string) ([]corev1.Pod, error) {
	pages, errs := make([]*corev1.PodList, 2), make([]error, 2)
	reads := make([]func() error, 2)
	for i, namespace := range namespaces {
		reads[i] = func() error {
			pages[i], errs[i] = c.core.Pods(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
			if errs[i] != nil && passedOver(errs[i]) {
				return nil
			}
			return errs[i]
		}
	}
	if err := Together(reads...); err != nil {
		return nil, err
	}
	if errs[0] != nil && errs[1] != nil {
		return nil, errs[0]
	}
	pods := map[types.NamespacedName]corev1.Pod{}
	for i, page := range pages {
		if errs[i] == nil {
			for _, p := range page.Items {
				pods[types.NamespacedName{Namespace: p.Namespace, Name: p.Name}] = p
			}
		}
	}
	return slices.SortedFunc(maps.Values(pods), func(a, b corev1.Pod) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	}), nil
}
