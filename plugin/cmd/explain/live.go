package explain

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// addLive adds to explanations what only the cluster can tell. The list's items are
// those of the changes.
func addLive(ctx context.Context, s *session.Session, changes []*inject.Template, list *cliapi.ExplanationList) error {
	switch {
	case s.Settings.Mode == config.ModeRemove:
		return nil
	case s.Cluster == nil:
		return addPods(s, changes, list)
	}
	if issuer, ok := s.Identity.First(cluster.Issuer); ok {
		list.Settings = append(list.Settings, cliapi.Setting{
			Name: string(cluster.Issuer), Value: issuer.Value, Level: rrsa.LevelComponent, Source: cliapi.Source{From: cliapi.FromLive, Of: issuer.Source},
		})
	}
	list.Notices = append(list.Notices, session.Findings(s.Identity.Enabled())...)
	if len(changes) == 0 {
		return nil
	}
	webhook, err := cluster.ReadWebhook(ctx, s.Cluster)
	if err != nil {
		return err
	}
	for i, c := range changes {
		if c.ServiceAccount == "" {
			continue // of a kind whose pod templates aren't known
		}
		e, judged := &list.Items[i], webhook.Judge(session.Target(c), s.Injector.Config.WebhookVersion)
		if pod := s.Input.Pods[c.Item]; pod != nil {
			if e.Pod, err = explainPod(s, c, pod, judged.Hook); err != nil {
				return err
			}
		}
		if selector := s.Input.Selectors[c.Item]; selector != "" {
			if e.Pods, err = explainPods(ctx, s, c, selector); err != nil {
				return err
			}
		}
		e.Webhook = explainWebhook(judged)
		rank(e, c)
	}
	return nil
}

// addPods adds how the Pods of files are, as far as that can be told without a cluster.
func addPods(s *session.Session, changes []*inject.Template, list *cliapi.ExplanationList) error {
	for i, c := range changes {
		if pod := s.Input.Pods[c.Item]; pod != nil {
			var err error
			if list.Items[i].Pod, err = explainPod(s, c, pod, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func explainWebhook(j cluster.Judgement) *cliapi.Webhook {
	out := &cliapi.Webhook{Call: string(j.Call), Reasons: session.Findings(j.Findings)}
	if j.Hook == nil {
		return out
	}
	out.Configuration, out.Name, out.FailurePolicy = j.Hook.Configuration, j.Hook.Name, string(j.Hook.Failure())
	if seconds := j.Hook.TimeoutSeconds; seconds != nil {
		out.TimeoutSeconds = *seconds
	}
	if d := j.Hook.Deployment; d.Found {
		out.Deployment = &cliapi.Deployment{Namespace: d.Namespace, Name: d.Name, ReadyReplicas: d.Ready, Replicas: d.Replicas, Version: d.Version}
	}
	return out
}

func explainPod(s *session.Session, c *inject.Template, pod *corev1.Pod, hook *cluster.Hook) (*cliapi.Pod, error) {
	e, err := diagnose.Examine(s.Injector, c, pod)
	if err != nil {
		return nil, err
	}
	out := &cliapi.Pod{State: e.State, Created: pod.CreationTimestamp.UTC().Format(time.RFC3339)}
	// A reason of the decision stands among the others already.
	if e.State != rrsa.StateOK && !slices.Contains(c.Decision.Reasons, e.Reason) {
		out.Reasons = append(out.Reasons, session.Reason(e.Reason))
	}
	if e.State != rrsa.StateOK && e.State != rrsa.StateNotApplicable {
		later := cluster.Later(pod.ObjectMeta, c.Sources().Namespace.Meta, c.Sources().ServiceAccount.Meta, hook)
		out.Reasons = append(out.Reasons, session.Findings(later)...)
	}
	if diagnose.Fixable(e.State) {
		out.Fix = new(diagnose.FixOf(pod.Namespace, pod.Name, diagnose.OwnerOf(pod), s.Connection()))
	}
	for _, d := range e.Differences {
		out.Differences = append(out.Differences, cliapi.Difference(d))
	}
	return out, nil
}

// explainPods examines the pods of a workload.
func explainPods(ctx context.Context, s *session.Session, c *inject.Template, selector string) (*cliapi.Pods, error) {
	pods, more, err := s.Cluster.Selected(ctx, c.Namespace, selector)
	if apierrors.IsForbidden(err) {
		s.Note(err.Error())
		return &cliapi.Pods{Reasons: []cliapi.Reason{{
			Code: cluster.CodeNotReadable, Severity: rrsa.Info, Level: rrsa.LevelWorkload,
			Message: "its pods can't be read in the cluster: " + err.Error(), Hint: "ask for permission to list pods",
		}}}, nil
	}
	if err != nil || len(pods) == 0 {
		return nil, err
	}
	out := &cliapi.Pods{States: map[rrsa.State]int{}, More: more}
	for i := range pods {
		e, err := diagnose.Examine(s.Injector, c, &pods[i])
		if err != nil {
			return nil, err
		}
		out.States[e.State]++
		if diagnose.Fixable(e.State) && out.Fix == nil {
			workload := &cliapi.Owner{APIVersion: c.Item.APIVersion, Kind: c.Item.Kind, Name: c.Item.Name}
			out.Fix = new(diagnose.FixOf(c.Namespace, "", workload, s.Connection()))
		}
		out.Items = append(out.Items, cliapi.OneOfPods{Name: pods[i].Name, State: e.State, Code: e.Reason.Code, Message: e.Reason.Message})
	}
	return out, nil
}

// rank marks the webhook's first reason that blocks if no earlier one does. A pod
// that has all of the injection does without the webhook: nothing blocks then.
func rank(e *cliapi.Explanation, c *inject.Template) {
	has := c.Decision.Verdict == rrsa.Injected && c.Settled() || e.Pod != nil && e.Pod.State == rrsa.StateOK
	first := slices.ContainsFunc(e.Reasons, func(r cliapi.Reason) bool { return r.First })
	for i := range e.Webhook.Reasons {
		r := &e.Webhook.Reasons[i]
		r.Blocking = r.Blocking && !has
		r.First = r.Blocking && !first
		first = first || r.First
	}
}
