package audit

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// owned are the pods of one controller that aren't as they should be, by their states.
type owned struct {
	diagnose.Controller
	states map[rrsa.State]int
	// broken are their names.
	broken []string
}

// maxWitnesses bounds how many pods are looked at for one that the webhook has injected.
const maxWitnesses = 20

// witnesses are pods that may show that the webhook answers, the newest first, and the
// newest pod that it should have injected and has not.
type witnesses struct {
	injected []witness
	missed   *corev1.Pod
	why      diagnose.Finding
}

type witness struct {
	pod *corev1.Pod
	of  diagnose.Controller
}

// count notes a pod for the fixes of its controller.
func (t *tally) count(pod *corev1.Pod, d diagnose.Diagnosis) {
	ref := metav1.GetControllerOfNoCopy(pod)
	switch {
	case ref == nil:
	case d.State == rrsa.StateOK:
		t.right[ref.UID]++
	case diagnose.Broken(d.State):
		o := t.owners[ref.UID]
		if o == nil {
			o = &owned{Controller: controllerOf(pod, ref), states: map[rrsa.State]int{}}
			t.owners[ref.UID] = o
		}
		o.states[d.State]++
		o.broken = append(o.broken, pod.Name)
	}
	t.witness(pod, d)
}

// witness notes a pod for what it shows of the webhook.
func (w *witnesses) witness(pod *corev1.Pod, d diagnose.Diagnosis) {
	ref := metav1.GetControllerOfNoCopy(pod)
	switch {
	case d.Cause.Code == diagnose.CodeWebhookFails && (w.missed == nil || pod.CreationTimestamp.After(w.missed.CreationTimestamp.Time)):
		w.missed, w.why = brief(pod), d.Cause
	case d.State == rrsa.StateOK && ref != nil:
		i, _ := slices.BinarySearchFunc(w.injected, pod, func(one witness, p *corev1.Pod) int {
			return p.CreationTimestamp.Compare(one.pod.CreationTimestamp.Time)
		})
		if i < maxWitnesses {
			w.injected = slices.Insert(w.injected, i, witness{brief(pod), controllerOf(pod, ref)})
			w.injected = w.injected[:min(len(w.injected), maxWitnesses)]
		}
	}
}

func controllerOf(pod *corev1.Pod, ref *metav1.OwnerReference) diagnose.Controller {
	return diagnose.Controller{
		OwnerReference: metav1.OwnerReference{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}, Namespace: pod.Namespace,
	}
}

// brief is what is kept of a pod: its page is let go.
func brief(pod *corev1.Pod) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, CreationTimestamp: pod.CreationTimestamp}}
}

// fixes says for each workload with pods that aren't as they should be what making them
// again would do. It reads what makes them, to prove it.
func (a *auditor) fixes(ctx context.Context, list cluster.PodList, t *tally) ([]cliapi.Fix, error) {
	wanted := map[types.UID]diagnose.Controller{}
	for uid, o := range t.owners {
		wanted[uid] = o.Controller
	}
	if len(wanted) == 0 && t.missed == nil {
		return t.bare, nil
	}
	if err := a.others(ctx, list, t); err != nil {
		return nil, err
	}
	for _, w := range t.injected {
		wanted[w.of.UID] = w.of
	}
	workloads := map[types.UID]*diagnose.Workload{}
	tops, err := cluster.Tops(ctx, a.Cluster, list.Namespace, wanted, func(c diagnose.Controller) { workloads[c.UID] = diagnose.WorkloadOf(c) })
	if err != nil {
		return nil, err
	}
	for _, w := range t.injected {
		if top := workloads[tops[w.of.UID]]; top != nil && top.Template != nil && !rrsa.Touched(top.Template) {
			a.live.Answered = w.pod
			break
		}
	}
	if t.missed != nil && (a.live.Answered == nil || !a.live.Answered.CreationTimestamp.After(t.missed.CreationTimestamp.Time)) {
		a.live.Faults = append(a.live.Faults, t.why)
	}
	made := map[types.UID]*diagnose.Made{}
	for uid, o := range t.owners {
		top := tops[uid]
		m := made[top]
		if m == nil {
			m = &diagnose.Made{Namespace: o.Namespace, Workload: workloads[top], States: map[rrsa.State]int{}}
			made[top] = m
		}
		for state, n := range o.states {
			m.States[state] += n
		}
		m.States[rrsa.StateOK] += t.right[uid]
		m.Pods = append(m.Pods, o.broken...)
	}
	out := t.bare
	for _, m := range made {
		if m.Workload == nil {
			continue
		}
		if m.Around, err = a.aroundTemplate(m); err != nil {
			return nil, err
		}
		slices.Sort(m.Pods)
		if fix := a.live.Remake(*m); fix.Outcome != "" {
			out = append(out, fix)
		}
	}
	return out, nil
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
		around, err := a.around(pods[i].Namespace, rrsa.ServiceAccountName(diagnose.Template(&pods[i])))
		if err != nil {
			return err
		}
		t.witness(&pods[i], a.live.Pod(&pods[i], around, nil))
	}
	return nil
}

// aroundTemplate is what is next to the pods that a workload makes now.
func (a *auditor) aroundTemplate(m *diagnose.Made) (diagnose.Around, error) {
	template := &corev1.PodTemplateSpec{}
	if m.Workload.Template != nil {
		template = m.Workload.Template
	}
	return a.around(m.Namespace, rrsa.ServiceAccountName(template))
}

// around is what is next to a pod of a namespace and ServiceAccount.
func (a *auditor) around(namespace, account string) (diagnose.Around, error) {
	var out diagnose.Around
	ns, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.Namespace], error) { return from.Namespace(namespace) })
	if err != nil {
		return out, err
	}
	sa, err := surrounding(a, func(from inject.Lookup) (*inject.Known[corev1.ServiceAccount], error) {
		return from.ServiceAccount(namespace, account)
	})
	if err != nil {
		return out, err
	}
	return diagnose.Around{Namespace: ns.Object, ServiceAccount: sa.Object, NoNamespace: why(ns), NoServiceAccount: why(sa)}, nil
}

// notices say what a restart doesn't fix. What the webhook lacks is only said if pods are
// without its work.
func (a *auditor) notices(states map[rrsa.State]int) []cliapi.Reason {
	out := session.Findings(a.Identity.Enabled())
	for _, f := range a.live.Faults {
		if f.Code != diagnose.CodeRRSANotEnabled && states[rrsa.StateMissing]+states[rrsa.StateStale] > 0 {
			out = append(out, session.Finding(f))
		}
	}
	return out
}
