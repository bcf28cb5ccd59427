package explain

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// surroundings are what the cluster has around the objects of the input.
type surroundings struct {
	// tops are the controllers at the top of live pods and workloads.
	tops map[*manifest.Item]*diagnose.Workload
	// workloads are the live workloads themselves, and pods what they have made.
	workloads map[*manifest.Item]*diagnose.Workload
	pods      map[*manifest.Item]podList
}

// podList are the pods of a workload, as far as they could be read.
type podList struct {
	pods   []corev1.Pod
	more   bool
	unread error
}

// readAround reads what makes the input's live pods, and the pods of its live workloads,
// all of it at once. What the user may not read is left out.
func readAround(ctx context.Context, s *session.Session) (*surroundings, error) {
	out := &surroundings{
		tops: map[*manifest.Item]*diagnose.Workload{}, workloads: map[*manifest.Item]*diagnose.Workload{}, pods: map[*manifest.Item]podList{},
	}
	if s.Cluster == nil || !s.Input.Live() {
		return out, nil
	}
	var reads []func() error
	found := map[*manifest.Item]*diagnose.Controller{}
	made := map[*manifest.Item]*podList{}
	for _, it := range s.Input.Items() {
		if pod := s.Input.Pods[it]; pod != nil {
			top := &diagnose.Controller{}
			found[it] = top
			reads = append(reads, func() error {
				read, err := s.Cluster.Top(ctx, pod)
				if read != nil {
					*top = *read
				}
				return err
			})
			continue
		}
		object := s.Input.Workloads[it]
		list, above := &podList{}, &diagnose.Controller{}
		made[it], found[it], out.workloads[it] = list, above, new(diagnose.NewWorkload(object))
		reads = append(reads, func() error {
			read, err := s.Cluster.Top(ctx, object)
			if read != nil {
				*above = *read
			}
			return err
		}, func() error {
			list.pods, list.more, list.unread = cluster.PodsOf(ctx, s.Cluster, object)
			return ctx.Err()
		})
	}
	if err := cluster.Together(reads...); err != nil {
		return nil, err
	}
	for it, top := range found {
		if top.Name != "" {
			out.tops[it] = diagnose.WorkloadOf(*top)
		}
	}
	for it, list := range made {
		out.pods[it] = *list
	}
	return out, nil
}
