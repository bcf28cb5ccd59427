package explain

import (
	"context"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// maxWitnesses bounds how many pods are looked at for one that the webhook has injected.
const maxWitnesses = 3

// answered looks for a pod that shows that the webhook answers, where that decides: where
// a pod has nothing though all was there when it was made, or where nothing says that the
// webhook runs. Such a pod is injected, and its workload's template is not.
func (x *explainer) answered(ctx context.Context, templates []*inject.Template) error {
	if x.Webhook == nil || !x.Input.Live() {
		return nil
	}
	for _, c := range templates {
		needed, err := x.doubted(c)
		if err != nil {
			return err
		}
		if !needed {
			continue
		}
		pods, err := x.Cluster.Newest(ctx, c.Namespace)
		if err != nil {
			x.Note(err.Error()) // who may read one pod need not be allowed to list them
			return nil
		}
		looked := 0
		for i := range pods {
			pod := &pods[i]
			if looked == maxWitnesses || !rrsa.Touched(diagnose.Template(pod)) {
				continue
			}
			looked++
			top, err := x.Cluster.Top(ctx, pod)
			if err != nil {
				return err
			}
			if top == nil || top.Object == nil {
				continue
			}
			if w := diagnose.WorkloadOf(*top); w.Template != nil && !rrsa.Touched(w.Template) {
				x.live.Answered = pod
				return nil
			}
		}
		return nil
	}
	return nil
}

// doubted tells whether it decides for a pod, or for a pod of a workload, that the webhook
// answers.
func (x *explainer) doubted(c *inject.Template) (bool, error) {
	list := x.around.pods[c.Item].pods
	if pod := x.Input.Pods[c.Item]; pod != nil {
		list = append(list, *pod)
	}
	for i := range list {
		around, err := session.Around(x.Session, c, diagnose.Template(&list[i]))
		if err != nil {
			return false, err
		}
		if d := x.live.Pod(&list[i], around, x.around.tops[c.Item]); d.Doubted() {
			return true, nil
		}
	}
	return false, nil
}
