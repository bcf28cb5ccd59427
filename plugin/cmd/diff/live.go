package diff

import (
	"context"
	"errors"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// compareLive compares live workloads with what an injection makes of them, and
// live pods with what they would get if they were created now.
func compareLive(ctx context.Context, s *session.Session) (comparison, error) {
	if err := checkPods(s); err != nil {
		return comparison{}, err
	}
	var workloads, pods []*manifest.Stream
	for _, stream := range s.Input.Streams {
		if slices.ContainsFunc(stream.Items(), func(it *manifest.Item) bool { return s.Input.Pods[it] != nil }) {
			pods = append(pods, stream)
		} else {
			workloads = append(workloads, stream)
		}
	}
	out := comparison{from: "live", to: "injected", podsFrom: "live"}
	if len(workloads) == 0 {
		out.to = "expected"
	}
	if n := countLocal(pods); n > 0 {
		say(s, "%d pods are left out, as they are marked as local config", n)
	}
	var err, podsErr error
	out.pairs, err = injected(s, workloads)
	out.pods, podsErr = comparePods(s, session.Live(s), s.Injector, pods, func(pod *corev1.Pod) (*diagnose.Workload, error) {
		top, err := s.Cluster.Top(ctx, pod)
		if err != nil || top == nil {
			return nil, err
		}
		return diagnose.WorkloadOf(*top), nil
	})
	if err = errors.Join(err, podsErr); err != nil {
		return comparison{}, err
	}
	return out, nil
}

func countLocal(streams []*manifest.Stream) int {
	return len(slices.DeleteFunc(session.Items(streams), func(it *manifest.Item) bool { return !it.LocalConfig() }))
}
