package explain

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

func newSurroundings() *surroundings {
	return &surroundings{tops: map[*manifest.Item]*diagnose.Workload{}, workloads: map[*manifest.Item]*diagnose.Workload{}, pods: map[*manifest.Item]podList{}}
}

// read reads what makes live pods, and the pods of live workloads, all of it at once. What
// the user may not read is left out.
func (a *surroundings) read(ctx context.Context, c *cluster.Cluster, in session.Input) error {
	var reads []func() error
	tops, lists := map[*manifest.Item]*diagnose.Controller{}, map[*manifest.Item]*podList{}
	climb := func(it *manifest.Item, from metav1.Object) {
		top := &diagnose.Controller{}
		tops[it] = top
		reads = append(reads, func() error {
			found, err := c.Top(ctx, from)
			if found != nil {
				*top = *found
			}
			return err
		})
	}
	for it, pod := range in.Pods {
		climb(it, pod)
	}
	for it, of := range in.Selected { // they were read with what has made them
		a.workloads[it], a.pods[it] = diagnose.WorkloadOf(*of.Top), podList{pods: of.Pods, more: of.More}
	}
	for it, object := range in.Workloads {
		if in.Selected[it] != nil || session.IsSet(object) {
			continue
		}
		w := diagnose.NewWorkload(object)
		if !w.Restarts() { // else whatever has made it, its pods are replaced by restarting it
			climb(it, object)
		}
		list := &podList{}
		lists[it], a.workloads[it] = list, &w
		reads = append(reads, func() error {
			list.pods, list.more, list.unread = cluster.PodsOf(ctx, c, object)
			return ctx.Err()
		})
	}
	err := cluster.Together(reads...)
	for it, top := range tops {
		if top.Name != "" {
			a.tops[it] = diagnose.WorkloadOf(*top)
		}
	}
	for it, list := range lists {
		a.pods[it] = *list
	}
	return err
}
