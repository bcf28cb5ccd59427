package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// ask has the cluster say what the settings leave open, and reads of it what the verb
// needs. Where files and settings may have everything, the cluster is asked only if an
// object is looked up, and may be away for what the verb can do without.
func ask(ctx context.Context, s *Session) error {
	need := s.flags.Need
	s.Lookup = cluster.NewLookup(ctx, s.Cluster)
	// Nothing but a policy tells initContainers, so that files do without.
	asks := func(set config.Setting) bool { return cluster.Field(set.Name) != cluster.InitContainers }
	enough := need.FilesSuffice && need.Cluster == MayAsk && !s.Input.Live() && !slices.ContainsFunc(open(s.Settings), asks)
	if enough && len(need.Fields) == 0 && !need.Webhook {
		// Settings for one cluster aren't mixed with objects of another one.
		check := sync.OnceValue(func() error {
			_, err := answer(ctx, s)
			return err
		})
		s.Injector.Lookup = checked{s.Lookup, check}
		return nil
	}
	a, err := answer(ctx, s)
	if gone, ok := errors.AsType[*cluster.Unreachable](err); ok && enough {
		fmt.Fprintln(s.Talk, "warning:", printable.Message(gone.Error()+"; what only the cluster can say is left out"))
		s.Injector.Lookup = checked{s.Lookup, func() error { return err }}
		s.Cluster, s.Lookup = nil, nil
		return nil
	}
	if err != nil {
		return err
	}
	s.Injector.Lookup = s.Lookup
	s.Input, s.Identity, s.Webhook = a.input, a.identity, a.webhook
	fill(s)
	for _, conflict := range s.Identity.Conflicts {
		fmt.Fprintln(s.Talk, "warning:", printable.Message(conflict))
	}
	return nil
}

// answers are what a cluster was asked for.
type answers struct {
	input    Input
	identity cluster.Identity
	webhook  *diagnose.Webhook
}

// answer asks at once what doesn't wait for another answer.
func answer(ctx context.Context, s *Session) (answers, error) {
	out := answers{}
	// Whose pods are under question shows when the objects are read.
	input := sync.OnceValues(func() (Input, error) {
		if !s.Input.Live() {
			return s.Input, nil
		}
		return readLive(ctx, s)
	})
	policies := sync.OnceValues(func() (diagnose.Policies, error) { return cluster.ReadPolicies(ctx, s.Cluster) })
	err := cluster.Together(
		func() (err error) {
			out.identity, err = identify(ctx, s, input, policies)
			return err
		},
		func() (err error) {
			out.input, err = input()
			return err
		},
		func() (err error) {
			if s.flags.Need.Webhook {
				out.webhook, err = cluster.ReadWebhook(ctx, s.Cluster, policies)
			}
			return err
		},
		func() (err error) {
			if len(s.Input.Targets) > 0 { // for the decision about it
				_, err = s.Lookup.Namespace(s.Cluster.Namespace)
			}
			return err
		},
		func() error {
			in, err := input()
			if err != nil || !in.Live() {
				return nil // it is told above
			}
			reads := []func() error{func() error { return accounts(s.Lookup, in) }}
			if meanwhile := s.flags.Need.Meanwhile; meanwhile != nil {
				reads = append(reads, func() error { return meanwhile(ctx, s.Cluster, in) })
			}
			return cluster.Together(reads...)
		},
	)
	if gone, ok := errors.AsType[*cluster.Unreachable](err); ok {
		err = gone // whatever was about to be read
	}
	if other, ok := errors.AsType[*cluster.Contradiction](err); ok {
		return out, contradicted(s, other)
	}
	if err != nil {
		return out, s.LocalHint(err)
	}
	return out, nil
}

// accounts looks the ServiceAccounts of live pods and workloads up, each once, before a
// decision about them asks for one after the other; of a selection the Namespaces too, which
// may be many.
func accounts(lookup *cluster.Lookup, in Input) error {
	wanted := map[types.NamespacedName]bool{}
	want := func(namespace string, pod *corev1.PodTemplateSpec) {
		if in.Selection != nil {
			wanted[types.NamespacedName{Name: namespace}] = true
		}
		wanted[types.NamespacedName{Namespace: namespace, Name: rrsa.ServiceAccountName(pod)}] = true
	}
	for _, pod := range in.Pods {
		want(pod.Namespace, diagnose.Template(pod))
	}
	for _, object := range in.Workloads {
		if w := diagnose.NewWorkload(object); w.Template != nil {
			want(w.Namespace, w.Template)
		}
	}
	for _, of := range in.Selected {
		for i := range of.Pods {
			want(of.Pods[i].Namespace, diagnose.Template(&of.Pods[i]))
		}
	}
	var reads []func() error
	for name := range wanted {
		reads = append(reads, func() (err error) {
			if name.Namespace == "" {
				_, err = lookup.Namespace(name.Name)
			} else {
				_, err = lookup.ServiceAccount(name.Namespace, name.Name)
			}
			return err
		})
	}
	return cluster.Together(reads...)
}

// checked is a Lookup that asks the cluster only after a check.
type checked struct {
	inject.Lookup
	check func() error
}

// Namespace implements [inject.Lookup].
func (c checked) Namespace(name string) (*inject.Known[corev1.Namespace], error) {
	if name == "" {
		return nil, nil
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.Lookup.Namespace(name)
}

// ServiceAccount implements [inject.Lookup].
func (c checked) ServiceAccount(namespace, name string) (*inject.Known[corev1.ServiceAccount], error) {
	if namespace == "" || name == "" {
		return nil, nil
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.Lookup.ServiceAccount(namespace, name)
}
