package explain

import (
	"cmp"
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// set are the pods of a namespace, or those that run as one ServiceAccount of it, and the
// workloads that would make more.
type set struct {
	*explainer
	namespace string
	// account is the ServiceAccount's name; empty for all pods of the namespace.
	account   string
	near      *session.Surroundings
	inventory *cluster.Inventory
	unread    []cliapi.Reason

	// What follows is of one pass over the pods.
	gathering diagnose.Gathering
	states    map[rrsa.State]int
	// accounts counts the pods of each ServiceAccount.
	accounts map[string]map[rrsa.State]int
	// asks tells that it decides whether the webhook answers, and doubts that the judgement
	// of a pod depends on it.
	asks, doubts bool
	inconsistent bool
	podsUnread   bool
}

// explainSet explains a ServiceAccount or a Namespace.
func explainSet(ctx context.Context, x *explainer, o *options) error {
	items := x.Input.Items()
	switch {
	case o.only != "":
		return errors.New("checking --only: it is for objects with pod templates, not for ServiceAccounts and Namespaces")
	case len(items) != 1 || x.Input.Selection != nil:
		return errors.New("explaining ServiceAccounts and Namespaces: name one of them, and nothing else: each has an answer of its own")
	}
	object := x.Input.Workloads[items[0]]
	s := &set{explainer: x, namespace: cmp.Or(object.GetNamespace(), object.GetName())}
	if object.GetKind() == "ServiceAccount" {
		s.account = object.GetName()
	}
	if err := s.read(ctx); err != nil {
		return err
	}
	settings, notices := x.aboutCluster()
	for _, r := range x.Injector.Config.Notices() {
		notices = append(notices, session.Reason(r))
	}
	var text string
	var out any
	if s.account != "" {
		e, err := s.explainAccount()
		if err != nil {
			return err
		}
		e.Component, e.Notices = settings, notices
		text, out = accountText(e), e
	} else {
		e, err := explainNamespace(s)
		if err != nil {
			return err
		}
		e.Component, e.Notices = settings, notices
		text, out = namespaceText(e), e
	}
	if o.Format.Name == "text" {
		return x.Write(text, "the explanation")
	}
	return x.Encode(out, "the explanation")
}

// read reads what makes pods, and then judges the pods by the page. Where it decides
// whether the webhook answers, and other pods say that it does, the pods are judged once
// more: with that they may be as they are for another cause.
func (s *set) read(ctx context.Context) error {
	var err error
	if s.near, err = session.NewSurroundings(s.Session); err != nil {
		return err
	}
	reads := []func() error{func() (err error) {
		s.inventory, err = cluster.ReadInventory(ctx, s.Cluster, s.namespace)
		return err
	}}
	if s.account == "" {
		reads = append(reads, func() error {
			_, err := s.Lookup.Accounts(s.namespace)
			if !apierrors.IsForbidden(err) {
				return err
			}
			s.addUnread(err.Error()+"; those that no pod uses aren't known", "ask for permission to list serviceaccounts")
			return nil
		})
	}
	if err := cluster.Together(reads...); err != nil {
		return err
	}
	if err := s.pass(ctx); err != nil || !s.asks {
		return err
	}
	pods, err := s.Cluster.Newest(ctx, s.namespace)
	if err != nil {
		s.Note(err.Error()) // nothing says then that it answers
		return ctx.Err()
	}
	around, err := s.near.Around(s.namespace, s.account)
	if err != nil {
		return err
	}
	if err := s.witness(ctx, around.Namespace, pods); err != nil || s.live.Answered == nil || !s.doubts {
		return err
	}
	return s.pass(ctx)
}

// pass judges all pods, each with what makes it, and keeps none of them.
func (s *set) pass(ctx context.Context) error {
	begin := func() {
		s.gathering, s.states, s.accounts = diagnose.Gathering{}, map[rrsa.State]int{}, map[string]map[rrsa.State]int{}
		s.asks, s.doubts = false, false
	}
	begin()
	list := cluster.PodList{Namespace: s.namespace, Again: begin, Each: func(pod *corev1.Pod) error { return s.judge(ctx, pod) }}
	if s.account != "" && s.account != defaultAccount {
		list.Fields = "spec.serviceAccountName=" + s.account
	}
	var err error
	s.inconsistent, err = s.Cluster.Pods(ctx, list)
	if err == nil || ctx.Err() != nil || !apierrors.IsForbidden(err) {
		return err
	}
	s.Note(err.Error())
	begin()
	s.podsUnread = true
	s.addUnread(err.Error(), "ask for permission to list pods in "+s.namespace)
	return nil
}

// defaultAccount is what a pod runs as that names no ServiceAccount. The API server notes
// that in the pod, unless it is told not to.
const defaultAccount = "default"

func (s *set) judge(ctx context.Context, pod *corev1.Pod) error {
	template := diagnose.Template(pod)
	account := rrsa.ServiceAccountName(template)
	if s.account != "" && account != s.account {
		return nil
	}
	around, err := s.near.Around(pod.Namespace, account)
	if err != nil {
		return err
	}
	owner, workload, err := s.inventory.Top(ctx, pod)
	if err != nil {
		return err
	}
	d := s.live.Pod(pod, around, workload)
	s.gathering.Add(pod, d, owner, workload, around)
	s.states[d.State]++
	if s.accounts[account] == nil {
		s.accounts[account] = map[rrsa.State]int{}
	}
	s.accounts[account][d.State]++
	if (d.State == rrsa.StateMissing || d.State == rrsa.StateStale) && d.Judged.Call == diagnose.Called {
		s.asks = true
		s.doubts = s.doubts || d.Cause.Code == diagnose.CodeWebhookFails || !d.Judged.Hook.Deployment.Found
	}
	return nil
}
