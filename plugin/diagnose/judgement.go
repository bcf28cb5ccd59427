package diagnose

import (
	"slices"
	"strings"
)

// Call says whether the API server calls the webhook for a pod.
type Call string

// The answers of [Webhook.Judge].
const (
	Called      Call = "called"
	Skipped     Call = "skipped"
	CallUnknown Call = "unknown"
)

// Judgement is what the webhook is to a pod.
type Judgement struct {
	Call Call
	// Hook is the webhook that is called, or the first of those that aren't; nil if
	// none is known.
	Hook *Hook
	// Findings say why it isn't called, or can't answer, or why that isn't known.
	// Those that keep it from acting are blocking.
	Findings []Finding
	// Policy is what a policy of the API server is to the pod, which acts before the webhook.
	Policy PolicyJudgement
}

// blocked tells whether something keeps the webhook from acting on the pod.
func (j Judgement) blocked() bool {
	return j.Call == Skipped || slices.ContainsFunc(j.Findings, func(f Finding) bool { return f.Blocking })
}

// Why is what keeps a pod from being injected, or from being known to be; where both are
// there and neither acts it says both.
func (j Judgement) Why() Finding {
	webhook, policy := first(j.Findings), first(j.Policy.Findings)
	switch {
	case policy.Code == "" || refuses(j) && j.blocked():
		return webhook
	case webhook.Code == "" || policy.Code == CodePolicyAltered:
		return policy
	case policy.Code == CodePolicyNotReadable && (webhook.Blocking || j.Call == CallUnknown):
		return webhook
	case policy.Code == CodePolicyNotReadable:
		return policy
	}
	both := webhook
	both.Message += "; and " + policy.Message
	both.Hint = strings.Trim(webhook.Hint+"; or "+policy.Hint, "; ")
	return both
}

// keeps tells whether [Judgement.Why] keeps new pods from an injection, or has nobody know
// what they get.
func (j Judgement) keeps() bool {
	if j.Policy.Call == Called {
		return refuses(j) && j.blocked()
	}
	why := j.Why()
	return why.Blocking || why.Code == CodePolicyAltered
}

// Actor is what injects a pod in a cluster, or should, in words.
type Actor string

// What may inject.
const (
	ByWebhook Actor = "the webhook"
	ByPolicy  Actor = "the policy"
	ByBoth    Actor = "the policy and the webhook"
)

// Short is the actor as the head of a value, or as an owner.
func (a Actor) Short() string {
	return map[Actor]string{ByWebhook: "webhook", ByPolicy: "policy", ByBoth: "cluster"}[a]
}

// Actor tells which of a webhook and its policies acts on the pod, or should: the one that is there,
// and of both those that select it.
func (j Judgement) Actor(w *Webhook) Actor {
	switch {
	case len(w.Policies.All) == 0:
		return ByWebhook
	case len(w.Hooks) == 0 && w.Unreadable == "":
		return ByPolicy
	case j.Policy.Call == Skipped:
		return ByWebhook
	case j.Call == Skipped:
		return ByPolicy
	}
	return ByBoth
}
