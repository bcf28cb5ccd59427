package preview

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// tellSilent says of which pods the webhook has left alone what it should inject: in
// one line each instead of one for each field, and once if it holds for all.
func (s *serverCheck) tellSilent() {
	if n := len(s.silent); n > 1 && n == s.expected {
		term.WriteLine(&s.lines, "the webhook did not act on the pods of all %d pod templates to inject: they come back with nothing of the injection", n)
		s.behind(s.silent...)
		return
	}
	for _, c := range s.silent {
		term.WriteLine(&s.lines, "%s: the webhook did not act on the pod: it comes back with nothing of the injection", session.Name(c))
		s.behind(c)
	}
}

// behind says what may keep the webhook from acting on pods, each once.
func (s *serverCheck) behind(templates ...*inject.Template) {
	var said []diagnose.Finding
	var calls []*diagnose.Hook
	for _, c := range templates {
		judged := s.webhook.Judge(session.Target(c), s.Injector.Config.WebhookVersion)
		for _, f := range judged.Findings {
			if !slices.Contains(said, f) {
				said = append(said, f)
				term.WriteReason(&s.lines, "  ", f.Reason)
			}
		}
		blocks := func(f diagnose.Finding) bool { return f.Blocking }
		if judged.Call == diagnose.Called && !slices.ContainsFunc(judged.Findings, blocks) && !slices.Contains(calls, judged.Hook) {
			calls = append(calls, judged.Hook)
		}
	}
	for _, h := range calls {
		term.WriteLine(&s.lines, "  %s", h.InVain())
	}
}

// agrees says that the cluster makes the pod that preview prints, and how far that
// shows that the webhook acts. adds tells whether something was left to inject.
func (s *serverCheck) agrees(bare *inject.Template, adds bool) {
	switch {
	case adds:
		term.WriteLine(&s.lines, "%s: the webhook makes the same pod", session.Name(bare))
	case bare.Decision.Verdict == rrsa.Injected:
		s.remark("%s has all of the injection in fields of its own, so its pod doesn't show whether the webhook acts", session.Name(bare))
	default:
		term.WriteLine(&s.lines, "%s: the cluster injects nothing into the pod either", session.Name(bare))
	}
}
