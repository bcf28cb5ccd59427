package plugin

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// explainLive adds to explanations what only the cluster can tell. The list's items
// are those of the changes.
func (o *explainOptions) explainLive(ctx context.Context, settings *config.InjectRRSA, injector manifest.Injector, changes []*manifest.Change, list *explanationList) error {
	if o.live == nil || settings.Mode == config.ModeRemove {
		return nil
	}
	if issuer, ok := o.identity.First(cluster.Issuer); ok {
		list.Settings = append(list.Settings, explainedSetting{
			Name: string(cluster.Issuer), Value: issuer.Value, Level: rrsa.LevelComponent, Source: source{From: cluster.Source, Of: issuer.Source},
		})
	}
	list.Notices = append(list.Notices, explainFindings(o.identity.Enabled())...)
	if len(changes) == 0 {
		return nil
	}
	webhook, err := o.live.Webhook(ctx)
	if err != nil {
		return o.withLocalHint(err)
	}
	for i, c := range changes {
		if c.ServiceAccount == "" {
			continue // of a kind whose pod templates aren't known
		}
		target, err := targetOf(c)
		if err != nil {
			return err
		}
		e, judged := &list.Items[i], webhook.Judge(target, injector.Config.WebhookVersion)
		if pod := o.pods[c.Item]; pod != nil {
			if e.Pod, err = explainPod(injector, c, pod, judged.Hook); err != nil {
				return o.withLocalHint(err)
			}
		}
		if selector := o.selectors[c.Item]; selector != "" {
			if e.Pods, err = o.explainPods(ctx, injector, c, selector); err != nil {
				return o.withLocalHint(err)
			}
		}
		e.Webhook = explainWebhook(judged)
		e.rank(c)
	}
	return nil
}

// targetOf is the pod of a pod template, as the webhook's selectors see it, but for
// the labels that a controller adds.
func targetOf(c *manifest.Change) (cluster.Target, error) {
	labels, err := c.PodLabels()
	out := cluster.Target{Namespace: c.Namespace, Labels: labels}
	if meta := c.Sources().Namespace.Meta; meta != nil {
		out.NamespaceKnown, out.NamespaceLabels = true, meta.Labels
	}
	return out, err
}

func explainWebhook(j cluster.Judgement) *explainedWebhook {
	out := &explainedWebhook{Call: j.Call, Reasons: explainFindings(j.Findings)}
	if j.Hook == nil {
		return out
	}
	out.Configuration, out.Name, out.FailurePolicy = j.Hook.Configuration, j.Hook.Name, string(j.Hook.Failure())
	if seconds := j.Hook.TimeoutSeconds; seconds != nil {
		out.TimeoutSeconds = *seconds
	}
	if d := j.Hook.Deployment; d.Found {
		out.Deployment = &explainedDeployment{
			Namespace: d.Namespace, Name: d.Name, ReadyReplicas: d.Ready, Replicas: d.Replicas, Version: d.Version,
		}
	}
	return out
}

func explainPod(injector manifest.Injector, c *manifest.Change, pod *corev1.Pod, hook *cluster.Hook) (*explainedPod, error) {
	e, err := examine(injector, c, pod)
	if err != nil {
		return nil, err
	}
	out := &explainedPod{State: e.State, Created: pod.CreationTimestamp.UTC().Format(time.RFC3339)}
	// A reason of the decision stands among the others already.
	if e.State != rrsa.StateOK && !slices.Contains(c.Decision.Reasons, e.Reason) {
		out.Reasons = append(out.Reasons, explainReason(e.Reason))
	}
	if e.State != rrsa.StateOK && e.State != rrsa.StateNotApplicable {
		known := c.Sources()
		out.Reasons = append(out.Reasons, explainFindings(cluster.Later(pod.ObjectMeta, known.Namespace.Meta, known.ServiceAccount.Meta, hook))...)
	}
	for _, d := range e.Differences {
		out.Differences = append(out.Differences, explainedDifference(d))
	}
	return out, nil
}

// explainPods examines the pods of a workload.
func (o *explainOptions) explainPods(ctx context.Context, injector manifest.Injector, c *manifest.Change, selector string) (*explainedPods, error) {
	pods, more, err := o.live.Selected(ctx, c.Namespace, selector)
	if apierrors.IsForbidden(err) {
		o.note(err.Error())
		return &explainedPods{Reasons: []explainedReason{{
			Code: cluster.CodeNotReadable, Severity: rrsa.Info, Level: rrsa.LevelWorkload,
			Message: "its pods can't be read in the cluster: " + err.Error(), Hint: "ask for permission to list pods",
		}}}, nil
	}
	if err != nil || len(pods) == 0 {
		return nil, err
	}
	out := &explainedPods{States: map[rrsa.State]int{}, More: more}
	for i := range pods {
		e, err := examine(injector, c, &pods[i])
		if err != nil {
			return nil, err
		}
		out.States[e.State]++
		out.Items = append(out.Items, explainedOfMany{Name: pods[i].Name, State: e.State, Code: e.Reason.Code, Message: e.Reason.Message})
	}
	return out, nil
}

// rank marks the webhook's first reason that blocks if no earlier one does. A pod
// that has all of the injection does without the webhook: nothing blocks then.
func (e *explanation) rank(c *manifest.Change) {
	has := c.Decision.Verdict == rrsa.Injected && !c.Differs() || e.Pod != nil && e.Pod.State == rrsa.StateOK
	first := slices.ContainsFunc(e.Reasons, func(r explainedReason) bool { return r.First })
	for i := range e.Webhook.Reasons {
		r := &e.Webhook.Reasons[i]
		r.Blocking = r.Blocking && !has
		r.First = r.Blocking && !first
		first = first || r.First
	}
}

// blocked tells whether the cluster's webhook keeps the pod from what the rules
// give it.
func (e explanation) blocked() bool {
	return e.Webhook != nil && e.Verdict == rrsa.Injected && slices.ContainsFunc(e.Webhook.Reasons, func(r explainedReason) bool { return r.Blocking })
}

func explainFindings(findings []cluster.Finding) []explainedReason {
	var out []explainedReason
	for _, f := range findings {
		said := explainReason(f.Reason)
		said.Object = f.Object
		out = append(out, said)
	}
	return out
}
