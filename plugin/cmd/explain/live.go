package explain

import (
	"cmp"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// addPod adds how a pod is, and what making it again would do.
func (x *explainer) addPod(c *inject.Template, e *cliapi.Explanation, pod *corev1.Pod, around diagnose.Around, d diagnose.Diagnosis) error {
	top := x.around.tops[c.Item]
	x.judgeWebhook(e, d.Judged)
	e.Pod = &cliapi.Pod{State: d.State}
	if created := pod.CreationTimestamp; !created.IsZero() {
		e.Pod.Created = created.UTC().Format(time.RFC3339)
	}
	if !x.Input.Live() && (d.State == rrsa.StateMissing || d.State == rrsa.StateStale) {
		// It is a file: what can be said is what it has, next to what it should have.
		d.Reason.Hint, d.Cause.Hint = diagnose.CompareHint, diagnose.CompareHint
	}
	if d.State != rrsa.StateOK {
		e.Pod.Reasons = append(e.Pod.Reasons, session.Reason(d.Reason))
	}
	e.Pod.Reasons = append(e.Pod.Reasons, session.Findings(d.Later)...)
	if x.Input.Live() && diagnose.Broken(d.State) {
		for i := range e.Pod.Reasons {
			e.Pod.Reasons[i].Hint = "" // they know of the pod alone; what helps is said with the cause and the fix
		}
	}
	for _, difference := range d.Differences {
		e.Pod.Differences = append(e.Pod.Differences, cliapi.Difference(difference))
	}
	if x.Cluster != nil && x.Input.Live() {
		made := diagnose.Made{Namespace: pod.Namespace, Workload: top, Around: around, States: map[rrsa.State]int{d.State: 1}, Pods: []string{pod.Name}}
		if top == nil {
			made.Bare = rrsa.Uninjected(diagnose.Template(pod))
		} else {
			var err error
			if made.Around, err = x.aroundTemplate(c, top.Template, around); err != nil {
				return err
			}
		}
		made.Doubt = x.doubtOf(d)
		if fix := x.live.Remake(made); fix.Outcome != "" {
			e.Pod.Fix = &fix
		}
	}
	e.Cause = cause(d.Cause, e.Pod.Fix)
	return nil
}

// doubtOf is what speaks against the webhook answering now: the pod itself, or a newer one.
func (x *explainer) doubtOf(d diagnose.Diagnosis) diagnose.Finding {
	if d.Cause.Code == diagnose.CodeWebhookFails {
		return d.Cause
	}
	return x.doubt
}

// aroundTemplate is what is next to the pods that a workload makes now.
func (x *explainer) aroundTemplate(c *inject.Template, template *corev1.PodTemplateSpec, around diagnose.Around) (diagnose.Around, error) {
	if template == nil {
		return around, nil
	}
	return session.Around(x.Session, c, template)
}

// cause is a finding as programs get it; nil for none.
func cause(f diagnose.Finding, fix *cliapi.Fix) *cliapi.Cause {
	if f.Code == "" {
		return nil
	}
	f.Hint = session.Finding(f).Hint
	return &cliapi.Cause{Code: f.Code, Message: f.Message, Object: f.Object, Field: f.Field, Next: diagnose.Next(f, fix)}
}

// addPods examines the pods of a workload.
func (x *explainer) addPods(c *inject.Template, e *cliapi.Explanation, list podList) error {
	if list.unread != nil {
		x.Note(list.unread.Error())
		e.Pods = &cliapi.Pods{Reasons: []cliapi.Reason{{
			Code: cluster.CodeNotReadable, Severity: rrsa.Info, Level: rrsa.LevelWorkload,
			Message: "its pods can't be read in the cluster: " + list.unread.Error(), Hint: "ask for permission to list pods",
		}}}
		return nil
	}
	if len(list.pods) == 0 {
		return nil
	}
	workload := x.around.workloads[c.Item]
	all := diagnose.NewGathered(c.Namespace, cmp.Or(x.around.tops[c.Item], workload))
	out := &cliapi.Pods{States: all.States, More: list.more}
	if x.Input.Workloads[c.Item] == nil {
		out.Owner = &workload.Owner
	}
	for i := range list.pods {
		pod := &list.pods[i]
		around, err := session.Around(x.Session, c, diagnose.Template(pod))
		if err != nil {
			return err
		}
		d := x.live.Pod(pod, around, workload)
		all.Add(pod.Name, d)
		one := cliapi.OneOfPods{Name: pod.Name, State: d.State}
		if d.State != rrsa.StateOK {
			one.Code, one.Message = d.Reason.Code, d.Reason.Message
		}
		out.Items = append(out.Items, one)
	}
	all.Doubt = cmp.Or(all.Doubt, x.doubt)
	var err error
	if all.Around, err = x.aroundTemplate(c, all.Workload.Template, diagnose.Known(c.Sources().Namespace.Meta, c.Sources().ServiceAccount.Meta)); err != nil {
		return err
	}
	if fix := x.live.Remake(all.Made); fix.Outcome != "" {
		out.Fix = &fix
	}
	for _, g := range all.Groups {
		if g.State != rrsa.StateOK {
			out.Groups = append(out.Groups, cliapi.PodGroup{State: g.State, Cause: *cause(g.Said(), out.Fix), Pods: g.Pods, Example: g.Example})
		}
	}
	e.Pods = out
	for _, state := range diagnose.FindingStates() {
		for _, g := range out.Groups {
			if g.State == state && e.Cause == nil {
				e.Cause = new(g.Cause)
			}
		}
	}
	return nil
}

// judgeWebhook adds what the webhook is to a pod that is made now.
func (x *explainer) judgeWebhook(e *cliapi.Explanation, j diagnose.Judgement) {
	if x.Webhook == nil || x.Settings.Mode == config.ModeRemove {
		return
	}
	e.Policy = policyOf(j)
	if e.Policy != nil && j.Hook == nil && j.Call == diagnose.Skipped {
		return // there is no webhook
	}
	out := &cliapi.Webhook{Call: string(j.Call), Reasons: session.Findings(j.Findings)}
	e.Webhook = out
	if j.Hook == nil {
		return
	}
	out.Configuration, out.Name, out.FailurePolicy = j.Hook.Configuration, j.Hook.Name, string(j.Hook.Failure())
	if seconds := j.Hook.TimeoutSeconds; seconds != nil {
		out.TimeoutSeconds = *seconds
	}
	if d := j.Hook.Deployment; d.Found {
		out.Deployment = &cliapi.Deployment{Namespace: d.Namespace, Name: d.Name, ReadyReplicas: d.Ready, Replicas: d.Replicas, Version: d.Version}
	}
}

// policyOf is what a policy is to a pod; nil if there is none.
func policyOf(j diagnose.Judgement) *cliapi.Policy {
	if j.Policy.Policy == nil && len(j.Policy.Findings) == 0 {
		return nil
	}
	out := &cliapi.Policy{Call: string(j.Policy.Call), Reasons: session.Findings(j.Policy.Findings)}
	if p := j.Policy.Policy; p != nil {
		out.Name, out.WebhookVersion, out.FailurePolicy = p.Name, p.Settings.Config.WebhookVersion, string(p.Settings.FailurePolicy)
	}
	return out
}
