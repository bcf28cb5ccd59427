package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// dryRun is the proof: pods that the API server was asked to make, and what it made of them.
type dryRun struct {
	// skipped says why none was asked for, and none what there is to do for one.
	skipped string
	none    diagnose.Finding

	namespace *corev1.Namespace
	account   *corev1.ServiceAccount
	// refused is the API server's answer if it takes no pod.
	refused         error
	plain, override diagnose.Probed
	// valuesUnknown tells that there is nothing to compare the injection with.
	valuesUnknown bool
	proof         diagnose.Proof
	// by is what injects it, or should.
	by diagnose.Actor
}

// answered tells whether the cluster has changed the pod.
func (d *dryRun) answered() bool {
	return d.plain.Got != nil && !d.proof.Bare
}

// mostTried bounds in how many namespaces a ServiceAccount is looked for.
const mostTried = 20

// probe finds where a pod can be asked for, and asks.
func (s *seen) probe(ctx context.Context) error {
	candidates, err := s.candidates()
	if err != nil || len(candidates) == 0 {
		return err
	}
	if candidates, err = s.creatable(ctx, candidates); err != nil || len(candidates) == 0 {
		return err
	}
	if err := s.withRole(ctx, candidates); err != nil || s.dry.account == nil {
		return err
	}
	return s.send(ctx)
}

// unproven says what is needed for a pod that shows anything.
func unproven(message, hint string) diagnose.Finding {
	return diagnose.Finding{Reason: rrsa.Reason{Code: diagnose.CodeInjectionNotProven, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Message: message, Hint: hint}}
}

// candidates are the Namespaces that the webhook or a policy may inject pods of: that of -n, or of the
// context first. Without any it is noted why.
func (s *seen) candidates() ([]*corev1.Namespace, error) {
	namespaces := slices.Clone(s.enabled)
	own := func(ns *corev1.Namespace) bool { return ns.Name == s.Cluster.Namespace }
	if at := slices.IndexFunc(namespaces, own); at > 0 {
		namespaces = slices.Insert(slices.Delete(namespaces, at, at+1), 0, s.enabled[at])
	}
	if s.named {
		namespaces = slices.DeleteFunc(namespaces, func(ns *corev1.Namespace) bool { return !own(ns) })
		if len(namespaces) == 0 {
			known, err := s.Lookup.Namespace(s.Cluster.Namespace)
			if err != nil {
				return nil, err
			}
			if known.Object == nil {
				s.dry.none = unproven("no dry run: "+known.Reasons[0].Message, known.Reasons[0].Hint)
				return nil, nil
			}
			s.dry.none = unproven(fmt.Sprintf("no dry run: namespace %q has no label %s=%s", s.Cluster.Namespace, rrsa.InjectionKey, rrsa.On),
				"name another namespace with -n, or "+labelHint(s.Cluster.Namespace, s.Connection()))
			return nil, nil
		}
	}
	if len(namespaces) == 0 {
		s.dry.none = unproven(fmt.Sprintf("no dry run: no namespace is known to have the label %s=%s", rrsa.InjectionKey, rrsa.On),
			"name one that has it with -n, or "+labelHint("NAME", s.Connection()))
		return nil, nil
	}
	selected := slices.DeleteFunc(namespaces, func(ns *corev1.Namespace) bool { return leftAlone(callIn(s, ns)) })
	if len(selected) == 0 {
		name := checkSelects
		if !s.hasWebhook() {
			name = checkPolicySelects
		}
		s.dry.skipped = "it needs " + name + ", which has failed"
	}
	return selected[:min(len(selected), mostTried)], nil
}

// creatable are the Namespaces in which the user may create pods, as a dry run needs to.
func (s *seen) creatable(ctx context.Context, candidates []*corev1.Namespace) ([]*corev1.Namespace, error) {
	var rights []cluster.Right
	for _, ns := range candidates {
		rights = append(rights, cluster.Right{Verb: "create", Resource: "pods", Namespace: ns.Name})
	}
	allowed, err := cluster.Allowed(ctx, s.Cluster, rights...)
	if err != nil {
		if over(ctx, err) {
			return nil, err
		}
		s.dry.none = unproven("no dry run: "+err.Error(), "")
		return nil, nil
	}
	var out []*corev1.Namespace
	for i, ns := range candidates {
		if allowed[i] {
			out = append(out, ns)
		}
	}
	if len(out) == 0 {
		s.dry.none = unproven("no dry run: you may not create pods in "+strings.Join(bounded(namesOf(candidates)), ", "),
			"ask for permission to create pods in one of them: for the API server a dry run, which stores nothing, is no different")
	}
	return out, nil
}

func namesOf(namespaces []*corev1.Namespace) []string {
	var out []string
	for _, ns := range namespaces {
		out = append(out, fmt.Sprintf("%q", ns.Name))
	}
	return out
}

// withRole finds the first Namespace with a ServiceAccount whose pods are injected by the
// rules.
func (s *seen) withRole(ctx context.Context, candidates []*corev1.Namespace) error {
	accounts := make([][]*corev1.ServiceAccount, len(candidates))
	reads := make([]func() error, len(candidates))
	for i, ns := range candidates {
		reads[i] = func() (err error) {
			accounts[i], err = cluster.Roles(ctx, s.Cluster, ns.Name)
			return err
		}
	}
	if err := cluster.Together(reads...); err != nil {
		return err
	}
	live, unselected := session.Live(s.Session), diagnose.Finding{}
	for i, ns := range candidates {
		for _, account := range accounts[i] {
			plain, _ := diagnose.Probe(ns.Name, account.Name, true)
			_, judged := live.Acts(diagnose.Around{Namespace: ns, ServiceAccount: account}, ns.Name, diagnose.Template(plain))
			if judged.Policy.Policy != nil && leftAlone(judged) {
				unselected = judged.Why()
				continue
			}
			d := rrsa.Plan(s.Injector.Config, rrsa.Input{NamespaceName: ns.Name, Namespace: ns, ServiceAccount: account, Template: diagnose.Template(plain)})
			if d.Verdict == rrsa.Injected || d.ValuesUnknown() {
				s.dry.namespace, s.dry.account, s.dry.valuesUnknown = ns, account, d.ValuesUnknown()
				s.dry.by = judged.Actor(s.Webhook)
				return nil
			}
		}
	}
	if unselected.Code != "" {
		s.dry.none = unproven("no dry run: "+unselected.Message, unselected.Hint)
		return nil
	}
	s.dry.none = unproven("no dry run: no ServiceAccount with a valid role-name is known in "+strings.Join(bounded(namesOf(candidates)), ", "),
		fmt.Sprintf("name a namespace that has one with -n, or annotate one: kubectl annotate serviceaccount NAME %s=ROLE_NAME -n %s%s", rrsa.RoleNameKey, candidates[0].Name, s.Connection()))
	return nil
}
