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
		term.WriteLine(&s.lines, "%s did not act on the pods of all %d pod templates to inject: they come back with nothing of the injection", who(s, s.silent[0]), n)
		s.behind(s.silent...)
		return
	}
	for _, c := range s.silent {
		term.WriteLine(&s.lines, "%s: %s did not act on the pod: it comes back with nothing of the injection", session.Name(c), who(s, c))
		s.behind(c)
	}
}

// behind says what may keep the webhook from acting on pods, each once.
func (s *serverCheck) behind(templates ...*inject.Template) {
	var said []diagnose.Finding
	var calls []*diagnose.Hook
	for _, c := range templates {
		judged := judge(s, c)
		for _, f := range slices.Concat(judged.Findings, judged.Policy.Findings) {
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
		term.WriteLine(&s.lines, "%s: %s %s the same pod", session.Name(bare), who(s, bare), verb(who(s, bare), "makes", "make"))
	case bare.Decision.Verdict == rrsa.Injected:
		s.remark("%s has all of the injection in fields of its own, so its pod doesn't show whether %s %s", session.Name(bare), who(s, bare), verb(who(s, bare), "acts", "act"))
	default:
		term.WriteLine(&s.lines, "%s: the cluster injects nothing into the pod either", session.Name(bare))
	}
}
