package preview

import (
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// actor is what injects a pod in the cluster, or should.
type actor string

// What may inject.
const (
	byWebhook actor = "the webhook"
	byPolicy  actor = "the policy"
	byBoth    actor = "the policy and the webhook"
)

// short is the actor as the head of a value, or as an owner.
func (a actor) short() string {
	return map[actor]string{byWebhook: "webhook", byPolicy: "policy", byBoth: "cluster"}[a]
}

func (a actor) verb(one, several string) string {
	if a == byBoth {
		return several
	}
	return one
}

// judge is what the cluster's webhook and policy are to the pods of a template.
func judge(s *serverCheck, c *inject.Template) diagnose.Judgement {
	return s.webhook.Judge(session.Target(c), s.Injector.Config.WebhookVersion)
}

// who acts on the pods of a template, or should: the one that is there, and of both those that
// select them.
func who(s *serverCheck, c *inject.Template) actor {
	judged := judge(s, c)
	switch {
	case len(s.webhook.Policies.All) == 0:
		return byWebhook
	case len(s.webhook.Hooks) == 0 && s.webhook.Unreadable == "":
		return byPolicy
	case judged.Policy.Call == diagnose.Skipped:
		return byWebhook
	case judged.Call == diagnose.Skipped:
		return byPolicy
	}
	return byBoth
}

// anybody names what there is in the cluster, for what is said of many pods.
func anybody(s *serverCheck) string {
	switch {
	case len(s.webhook.Policies.All) == 0:
		return "the cluster's webhook"
	case len(s.webhook.Hooks) == 0 && s.webhook.Unreadable == "":
		return "the cluster's policy"
	}
	return "the cluster"
}
