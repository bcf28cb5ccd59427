package diff

import (
	"errors"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// checkPods refuses to compare Pods that exist with nothing.
func checkPods(s *session.Session) error {
	if s.Settings.Mode == config.ModeRemove && len(s.Input.Pods) > 0 {
		return errors.New("checking the arguments: with the mode remove nothing is injected, so that there is nothing to compare a pod with")
	}
	return nil
}

// tellOthers writes a report without the Pods that exist, which have lines of their own.
func tellOthers(s *session.Session, report *inject.Report) {
	if s.Input.Live() || len(s.Input.Pods) == 0 {
		s.TellInput(report)
		return
	}
	exists := func(c *inject.Template) bool { return s.Input.Pods[c.Item] != nil }
	s.Tell(&inject.Report{Notices: report.Notices, Templates: slices.DeleteFunc(slices.Clone(report.Templates), exists)})
}

// comparePods compares each existing Pod's fields with those that it would have now,
// and prints a line with its state. made finds what makes a live pod, which tells a mistake
// from a pod that is left out on purpose; it is nil for files.
func comparePods(s *session.Session, judged diagnose.Live, injector inject.Injector, streams []*manifest.Stream, made func(*corev1.Pod) (*diagnose.Workload, error)) ([]textdiff.Pair, error) {
	if len(s.Input.Pods) == 0 {
		return nil, nil
	}
	report, err := injector.Plan(session.Items(streams))
	if err != nil {
		return nil, err
	}
	var out []textdiff.Pair
	var lines strings.Builder
	known := true
	for _, c := range report.Templates {
		live := s.Input.Pods[c.Item]
		if live == nil {
			continue
		}
		pod := diagnose.Template(live)
		e, err := session.Examine(s, judged, c, live, nil)
		if err == nil && e.State == rrsa.StateNotApplicable && made != nil {
			var top *diagnose.Workload
			if top, err = made(live); err == nil {
				e, err = session.Examine(s, judged, c, live, top)
			}
		}
		if err != nil {
			return nil, err
		}
		if e.State == rrsa.StateMissing && len(e.Differences) == 0 {
			// That it misses an injection is known, and the values to inject are not.
			e.State, e.Reason = rrsa.StateUnknown, e.Decision.Reasons[0]
		}
		known = known && e.State != rrsa.StateUnknown
		writePodState(&lines, c, e, s.Input.Live())
		pair := textdiff.Pair{Name: itemName(c.Item)}
		if pair.Before, err = diagnose.FieldsOf(pod).YAML(); err != nil {
			return nil, err
		}
		if pair.After, err = diagnose.FieldsOf(e.Expected(pod)).YAML(); err != nil {
			return nil, err
		}
		out = append(out, pair)
	}
	if _, err := io.WriteString(s.Talk, lines.String()); err != nil {
		return nil, err
	}
	if !known {
		return nil, errors.New("it isn't clear what some pods would get, so nothing is compared: see the lines with \"unknown\"")
	}
	return out, nil
}

func writePodState(b *strings.Builder, c *inject.Template, e rrsa.Examination, live bool) {
	if e.State == rrsa.StateOK {
		term.WriteLine(b, "%s %s", session.Title(c), e.State)
		return
	}
	term.WriteLine(b, "%s %s: %s: %s", session.Title(c), e.State, e.Reason.Code, e.Reason.Message)
	hint := term.Hint(e.Reason)
	if diagnose.Broken(e.State) {
		// Whether making it again helps isn't looked at here.
		what := "FILE"
		if live {
			what = "pod/" + c.Item.Name + " -n " + c.Namespace
		}
		hint = "why, and what helps: kubectl rrsa explain " + what
	}
	term.WriteHint(b, "", hint)
}
