package explain

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// answered looks at the newest pods of the namespace for what they show of the webhook,
// where that decides: whether it answers, for pods that are to be made again. One that it
// has injected says yes, and one that it should have injected and hasn't says no; the
// newest of them counts.
func (x *explainer) answered(ctx context.Context, templates []*inject.Template) error {
	if x.Webhook == nil || !x.Input.Live() {
		return nil
	}
	for _, c := range templates {
		around, broken, err := x.doubted(c)
		if err != nil {
			return err
		}
		if !broken {
			continue
		}
		pods, err := x.Cluster.Newest(ctx, c.Namespace)
		if err != nil {
			x.Note(err.Error()) // who may read one pod need not be allowed to list them
			return nil
		}
		return x.witness(ctx, around.Namespace, pods)
	}
	return nil
}

// doubted tells whether a pod, or a pod of a workload, may be made again by the webhook.
func (x *explainer) doubted(c *inject.Template) (around diagnose.Around, broken bool, err error) {
	list := x.around.pods[c.Item].pods
	if pod := x.Input.Pods[c.Item]; pod != nil {
		list = append(list, *pod)
	}
	for i := range list {
		if around, err = session.Around(x.Session, c, diagnose.Template(&list[i])); err != nil {
			return around, false, err
		}
		d := x.live.Pod(&list[i], around, x.around.tops[c.Item])
		if (d.State == rrsa.StateMissing || d.State == rrsa.StateStale) && d.Judged.Call == diagnose.Called {
			return around, true, nil
		}
	}
	return around, false, nil
}

// maxWitnesses bounds how many injected pods are looked at: what makes them is read. And
// maxOthers bounds how many others are: their ServiceAccounts are.
const (
	maxWitnesses = 3
	maxOthers    = 20
)

// witness goes through pods of one namespace from the newest one on.
func (x *explainer) witness(ctx context.Context, namespace *corev1.Namespace, pods []corev1.Pod) error {
	accounts, err := x.accounts(pods)
	if err != nil {
		return err
	}
	looked := 0
	for i := range pods {
		pod := &pods[i]
		template := diagnose.Template(pod)
		if !rrsa.Touched(template) {
			around := diagnose.Around{Namespace: namespace, ServiceAccount: accounts[rrsa.ServiceAccountName(template)]}
			if d := x.live.Pod(pod, around, nil); d.Cause.Code == diagnose.CodeWebhookFails && x.doubt.Code == "" {
				x.doubt = d.Cause
			}
			continue
		}
		if looked++; looked > maxWitnesses {
			return nil
		}
		top, err := x.Cluster.Top(ctx, pod)
		if err != nil {
			return err
		}
		if top == nil || top.Object == nil {
			continue
		}
		if diagnose.WorkloadOf(*top).Plain() {
			x.live.Answered = pod
			return nil
		}
	}
	return nil
}

// accounts are the ServiceAccounts of the first pods that aren't injected, by their names,
// looked up at once. What may not be read is left out.
func (x *explainer) accounts(pods []corev1.Pod) (map[string]*corev1.ServiceAccount, error) {
	found := map[string]*inject.Known[corev1.ServiceAccount]{}
	others := 0
	var reads []func() error
	for i := range pods {
		template := diagnose.Template(&pods[i])
		name := rrsa.ServiceAccountName(template)
		if rrsa.Touched(template) || found[name] != nil || others == maxOthers {
			continue
		}
		others++
		known := &inject.Known[corev1.ServiceAccount]{}
		found[name] = known
		reads = append(reads, func() error {
			read, err := x.Lookup.ServiceAccount(pods[i].Namespace, name)
			if read != nil {
				*known = *read
			}
			return err
		})
	}
	err := cluster.Together(reads...)
	out := map[string]*corev1.ServiceAccount{}
	for name, known := range found {
		out[name] = known.Object
	}
	return out, err
}
