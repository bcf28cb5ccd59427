package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Question is what is asked about a cluster.
type Question struct {
	// Need are the fields to know. With Every all sources are asked, whatever is known.
	Need  []Field
	Every bool
	// Given is what flags and the config say, which goes before all sources.
	Given []Answer
	// About returns the workloads under question, whose pods are no evidence. One without a
	// name is for a whole namespace, whose pods are asked in the place of those of the
	// cluster's Namespace: two of its workloads have to say the same. It is called
	// if pods are read, and may wait for its own answer. nil is for a question about all
	// pods: as two workloads have to say the same, there is another one for each.
	About func() ([]types.NamespacedName, error)
	// Policies are those of the cluster, which are asked before pods: it needs all rights to
	// write one. nil is for a question without them.
	Policies func() (diagnose.Policies, error)

	// implied is what a given provider tells of its account and cluster.
	implied []Answer
}

// Contradiction is the error of two answers that can't both be true.
type Contradiction struct {
	// First is from the flags or the config if Given says so.
	First, Second Answer
	Given         bool
}

// Error implements error.
func (e *Contradiction) Error() string {
	return fmt.Sprintf("identifying the cluster: %s is %q by the %s, and %q by the %s", e.First.Field, e.First.Value, e.First.Source, e.Second.Value, e.Second.Source)
}

// Identify asks the sources of §6 that may tell a field that is needed, or that is given
// and has to be true. Those of the cluster's own are asked at once. Pods are the last to be
// asked, only for what is still open: whoever may create a pod can write what it says.
//
// A policy is believed before pods, and where it contradicts the cluster's own sources, or
// what is given, nothing that it says of the cluster counts.
//
// A source that isn't there, that may not be read, that fails on the server's side or
// comes too late is passed over. That nothing can be asked is an error, as is a
// [Contradiction] of the cluster's own sources.
func Identify(ctx context.Context, c *Cluster, q Question) (Identity, error) {
	q = q.withImplied()
	var own, webhook, policy, pods Identity
	var notes [4][]string
	err := Together(
		func() error {
			err := Together(
				func() (err error) {
					own, notes[0], err = q.ask(ctx, c, ownSources())
					return err
				},
				func() (err error) {
					policy, notes[3], err = askPolicy(q)
					return err
				},
			)
			if err != nil {
				return err
			}
			if err := q.contradiction(own.Answers); err != nil {
				return err
			}
			own.Answers = q.underived(own)
			policy = believed(q, policy, own)
			pods, notes[1], err = q.askPods(ctx, c, Identity{Answers: slices.Concat(own.Answers, policy.Answers)})
			return err
		},
		func() (err error) {
			webhook, notes[2], err = q.ask(ctx, c, webhookSources())
			return err
		},
	)
	for _, note := range slices.Concat(notes[0], notes[2], notes[3], notes[1]) {
		c.note("identifying the cluster: " + note)
	}
	if err != nil {
		return Identity{}, err
	}
	out := agreed(webhook)
	out.Answers = slices.Concat(own.Answers, out.Answers, policy.Answers, pods.Answers)
	out.Conflicts = slices.Concat(out.Conflicts, policy.Conflicts, pods.Conflicts)
	return out, nil
}

// withImplied is the question with what a given provider tells.
func (q Question) withImplied() Question {
	for _, a := range only(q.Given, OIDCProviderARN) {
		if account, id, err := rrsa.ParseProviderARN(a.Value); err == nil {
			q.implied = []Answer{{AccountID, account, a.Source}, {ClusterID, id, a.Source}}
		}
	}
	return q
}

// underived leaves out an issuer that isn't ACK's where the cluster is: another one follows
// from its id and region, which is the one that ACK makes the provider for.
func (q Question) underived(own Identity) []Answer {
	if q.weighedBy(own).known[ClusterID] == "" {
		return own.Answers
	}
	return slices.DeleteFunc(slices.Clone(own.Answers), func(a Answer) bool { return a.Field == OIDCIssuer })
}

// given are the answers of a field that the flags and the config have.
func (q Question) given(f Field) []Answer { return only(slices.Concat(q.Given, q.implied), f) }

func only(answers []Answer, f Field) []Answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Field != f })
}

// ask reads those of some sources at once that may tell what is needed or given.
func (q Question) ask(ctx context.Context, c *Cluster, all []source) (out Identity, notes []string, err error) {
	var asked []source
	for _, s := range all {
		if q.Every || slices.ContainsFunc(s.tells, func(f Field) bool { return slices.Contains(q.Need, f) || s.strong && len(q.given(f)) > 0 }) {
			asked = append(asked, s)
		}
	}
	answers, errs := make([][]Answer, len(asked)), make([]error, len(asked))
	reads := make([]func() error, len(asked))
	for i, s := range asked {
		reads[i] = func() error {
			answers[i], errs[i] = s.read(ctx, c)
			return nil
		}
	}
	if err := Together(reads...); err != nil {
		return out, nil, err
	}
	if late := unanswered(errs); late != nil && asked[0].strong {
		return out, nil, late // the others won't be answered either
	}
	for i, s := range asked {
		switch err := errs[i]; {
		case err == nil:
		case passedOver(err):
			notes = append(notes, fmt.Sprintf("%s: %v", s.name, err))
		default:
			return out, notes, fmt.Errorf("identifying the cluster: reading the %s: %w", s.name, err)
		}
		for _, a := range answers[i] {
			a.Source = cmp.Or(a.Source, s.name)
			out.Answers = append(out.Answers, a)
		}
	}
	return out, notes, nil
}

// contradiction finds answers of the cluster's own sources that can't both be true,
// and what is given that none of them says. What is given settles what they dispute.
func (q Question) contradiction(answers []Answer) error {
	for _, f := range []Field{AccountID, ClusterID, Region} {
		said, given := only(answers, f), q.given(f)
		if len(said) == 0 {
			continue
		}
		for _, g := range given {
			if !slices.ContainsFunc(said, func(a Answer) bool { return a.Value == g.Value }) {
				return &Contradiction{First: g, Second: said[0], Given: true}
			}
		}
		for _, a := range said {
			if len(given) == 0 && a.Value != said[0].Value {
				return &Contradiction{First: said[0], Second: a}
			}
		}
	}
	return nil
}

// passedOver tells whether the next source is asked after an error.
func passedOver(err error) bool {
	if _, ok := errors.AsType[silence](err); ok {
		return true
	}
	if u, ok := errors.AsType[*Unreachable](err); ok {
		return u.Late
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	code := status.Status().Code
	return apierrors.IsNotFound(err) || apierrors.IsForbidden(err) || code == http.StatusTooManyRequests || code >= http.StatusInternalServerError
}

// unanswered is the error of several requests none of which was answered in time.
func unanswered(errs []error) error {
	for _, err := range errs {
		if u, ok := errors.AsType[*Unreachable](err); !ok || !u.Late {
			return nil
		}
	}
	if len(errs) < 2 {
		return nil
	}
	return errs[0]
}
