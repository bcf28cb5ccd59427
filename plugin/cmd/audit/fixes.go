package audit

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// fixes says for each workload with pods that aren't as they should be what making them
// again would do. It reads what makes them, to prove it, and keeps none of that.
func (a *auditor) fixes(ctx context.Context, list cluster.PodList, t *tally) error {
	wanted := map[types.UID]diagnose.Controller{}
	for uid, o := range t.owners {
		if len(o.states) > 0 {
			wanted[uid] = o.Controller
		}
	}
	if len(wanted) > 0 || t.missed != nil {
		if err := a.others(ctx, list, t); err != nil {
			return err
		}
		if err := t.answered(ctx, a.Cluster, &a.live); err != nil {
			return err
		}
		t.doubt(a.live.Faults)
	}
	tops, topOf, err := cluster.Tops(ctx, a.Cluster, list.Namespace, wanted)
	if err != nil {
		return err
	}
	of := map[types.UID][]*owned{}
	for uid, o := range t.owners {
		if top, ok := topOf[uid]; ok {
			of[top] = append(of[top], o)
			o.right = t.right[uid]
		} else {
			a.groups.add(o, nil)
		}
	}
	return cluster.ReadTops(ctx, a.Cluster, list.Namespace, tops, func(c diagnose.Controller) error {
		w := diagnose.WorkloadOf(c)
		m := diagnose.Made{Namespace: c.Namespace, Workload: w, States: map[rrsa.State]int{}}
		for _, o := range of[c.UID] {
			for state, n := range o.states {
				m.States[state] += n
			}
			m.States[rrsa.StateOK] += o.right
			m.Pods = append(m.Pods, o.broken...)
			a.groups.add(o, w)
		}
		slices.Sort(m.Pods)
		var err error
		if m.Around, err = aroundTemplate(a.around, w); err != nil {
			return err
		}
		t.fix(a.live.Remake(m), true)
		return nil
	})
}

// aroundTemplate is what is next to the pods that a workload makes now.
func aroundTemplate(around *session.Surroundings, w *diagnose.Workload) (diagnose.Around, error) {
	template := &corev1.PodTemplateSpec{}
	if w.Template != nil {
		template = w.Template
	}
	return around.Around(w.Namespace, rrsa.ServiceAccountName(template))
}

// fix keeps what making pods again would do. Pods that nothing makes may be many and alike:
// unless each is wanted they are counted.
func (t *tally) fix(f cliapi.Fix, each bool) {
	if f.Outcome == "" {
		return
	}
	if !each {
		key := f
		key.Pod = ""
		if i, ok := t.alike[key]; ok {
			t.fixes[i].Pods++
			return
		}
		t.alike[key] = len(t.fixes)
		f.Pods = 1
	}
	t.fixes = append(t.fixes, f)
}

// bare says what making a pod again would do that nothing makes.
func (a *auditor) bare(around diagnose.Around, pod *corev1.Pod, state rrsa.State) cliapi.Fix {
	return a.live.Remake(diagnose.Made{
		Namespace: pod.Namespace, Around: around, States: map[rrsa.State]int{state: 1}, Pods: []string{pod.Name}, Bare: rrsa.Uninjected(diagnose.Template(pod)),
	})
}

// doubt takes back what was said of pods that nothing makes, before it was known what keeps
// every new pod from credentials.
func (t *tally) doubt(faults []diagnose.Finding) {
	for i := range t.fixes {
		if f := &t.fixes[i]; len(faults) > 0 && f.Outcome == cliapi.FixOtherwise {
			f.Outcome, f.Why, f.Instead = cliapi.FixUnproven, faults[0].Message, faults[0].Hint
		}
	}
}

// others looks for witnesses among the pods that a selector leaves out: what they show
// holds for those that it selects.
func (a *auditor) others(ctx context.Context, list cluster.PodList, t *tally) error {
	if list.Selector == "" {
		return nil
	}
	pods, err := a.Cluster.Newest(ctx, list.Namespace)
	if err != nil {
		return err
	}
	for i := range pods {
		around, err := a.around.Around(pods[i].Namespace, rrsa.ServiceAccountName(diagnose.Template(&pods[i])))
		if err != nil {
			return err
		}
		t.witness(&pods[i], a.live.Pod(&pods[i], around, nil))
	}
	return nil
}
