package preview

import (
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

func verb(a diagnose.Actor, one, several string) string {
	if a == diagnose.ByBoth {
		return several
	}
	return one
}

// judge is what the cluster's webhook and policy are to the pods of a template.
func judge(s *serverCheck, c *inject.Template) diagnose.Judgement {
	return s.webhook.Judge(session.Target(c), s.Injector.Config.WebhookVersion)
}

// who acts on the pods of a template, or should.
func who(s *serverCheck, c *inject.Template) diagnose.Actor { return judge(s, c).Actor(s.webhook) }

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
