package diff

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// compareLive compares live workloads with what an injection makes of them, and
// live pods with what they would get if they were created now.
func compareLive(s *session.Session) (comparison, error) {
	if s.Settings.Mode == config.ModeRemove && len(s.Input.Pods) > 0 {
		return comparison{}, errors.New("checking the arguments: with the mode remove nothing is injected, so that there is nothing to compare a pod with")
	}
	var workloads, pods []*manifest.Stream
	for _, stream := range s.Input.Streams {
		if slices.ContainsFunc(stream.Items(), func(it *manifest.Item) bool { return s.Input.Pods[it] != nil }) {
			pods = append(pods, stream)
		} else {
			workloads = append(workloads, stream)
		}
	}
	out := comparison{from: "live", to: "injected"}
	if len(workloads) == 0 {
		out.to = "expected"
	}
	changed, err := injected(s, workloads)
	podPairs, podsErr := comparePods(s, pods)
	if err = errors.Join(err, podsErr); err != nil {
		return comparison{}, err
	}
	out.pairs = append(changed, podPairs...)
	return out, nil
}

// comparePods compares each Pod's fields with those that it would have now, and
// prints a line with its state.
func comparePods(s *session.Session, streams []*manifest.Stream) ([]textdiff.Pair, error) {
	report, err := s.Injector.Plan(session.Items(streams))
	if err != nil {
		return nil, err
	}
	var out []textdiff.Pair
	var lines strings.Builder
	known, live := true, session.Live(s)
	if n := len(streams) - len(report.Templates); n > 0 {
		say(s, "%d pods are left out, as they are marked as local config", n)
	}
	for _, c := range report.Templates {
		pod := diagnose.Template(s.Input.Pods[c.Item])
		around, err := session.Around(s, c, pod)
		if err != nil {
			return nil, err
		}
		in := around.Input(c.Namespace, pod, nil)
		in.Phase = s.Input.Pods[c.Item].Status.Phase
		e := live.Settings.Examine(in)
		if e.State == rrsa.StateMissing && len(e.Differences) == 0 {
			// That it misses an injection is known, and the values to inject are not.
			e.State, e.Reason = rrsa.StateUnknown, e.Decision.Reasons[0]
		}
		known = known && e.State != rrsa.StateUnknown
		writePodState(&lines, c, e)
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

func writePodState(b *strings.Builder, c *inject.Template, e rrsa.Examination) {
	if e.State == rrsa.StateOK {
		term.WriteLine(b, "%s %s", session.Title(c), e.State)
		return
	}
	term.WriteLine(b, "%s %s: %s: %s", session.Title(c), e.State, e.Reason.Code, e.Reason.Message)
	term.WriteHint(b, "", term.Hint(e.Reason))
}
