package plugin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// compareLive compares live workloads with what an injection makes of them, and
// live pods with what they would get if they were created now.
func (o *diffOptions) compareLive(ctx context.Context, settings *config.InjectRRSA, injector manifest.Injector) (comparison, error) {
	streams, err := o.read(ctx)
	if err != nil {
		return comparison{}, err
	}
	if settings.Mode == config.ModeRemove && len(o.pods) > 0 {
		return comparison{}, errors.New("checking the arguments: with the mode remove nothing is injected, so that there is nothing to compare a pod with")
	}
	var workloads, pods []*manifest.Stream
	for _, s := range streams {
		if slices.ContainsFunc(s.Items(), func(it *manifest.Item) bool { return o.pods[it] != nil }) {
			pods = append(pods, s)
		} else {
			workloads = append(workloads, s)
		}
	}
	out := comparison{from: "live", to: "injected"}
	if len(workloads) == 0 {
		out.to = "expected"
	}
	report, err := injector.Plan(items(workloads))
	if err != nil {
		return comparison{}, err
	}
	if !o.quiet {
		writeReport(o.ErrOut, report, settings)
	}
	podPairs, podsErr := o.comparePods(pods, injector)
	before := texts(workloads)
	after, err := o.injected(settings, workloads, report)
	if err = errors.Join(err, podsErr); err != nil {
		return comparison{}, err
	}
	out.pairs = append(pairs(workloads, before, after), podPairs...)
	return out, nil
}

// errPodsUnknown ends a comparison that can't be made.
var errPodsUnknown = errors.New("of some pods it isn't known what they would get, so nothing is compared: see the lines with \"unknown\"")

// comparePods compares each Pod's fields with those that it would have now, and
// prints a line with its state.
func (o *diffOptions) comparePods(streams []*manifest.Stream, injector manifest.Injector) ([]textdiff.Pair, error) {
	report, err := injector.Plan(items(streams))
	if err != nil {
		return nil, err
	}
	var out []textdiff.Pair
	var lines strings.Builder
	known := true
	if n := len(streams) - len(report.Changes); n > 0 {
		o.say("%d pods are left out, as they are marked as local config", n)
	}
	for _, c := range report.Changes {
		pod := podTemplate(o.pods[c.Item])
		e, err := examine(injector, c, o.pods[c.Item])
		if err != nil {
			return nil, err
		}
		if e.State == rrsa.StateMissing && len(e.Differences) == 0 {
			// That it misses an injection is known, and the values to inject are not.
			e.State, e.Reason = rrsa.StateUnknown, e.Decision.Reasons[0]
		}
		known = known && e.State != rrsa.StateUnknown
		writePodState(&lines, c, e)
		pair := textdiff.Pair{Name: itemName(c.Item)}
		if pair.Before, err = fieldsOf(pod).text(); err != nil {
			return nil, err
		}
		if pair.After, err = fieldsOf(e.Expected(pod)).text(); err != nil {
			return nil, err
		}
		out = append(out, pair)
	}
	if !o.quiet {
		if _, err := o.ErrOut.Write([]byte(lines.String())); err != nil {
			return nil, err
		}
	}
	if !known {
		return nil, errPodsUnknown
	}
	return out, nil
}

func writePodState(b *strings.Builder, c *manifest.Change, e rrsa.Examination) {
	if e.State == rrsa.StateOK {
		term.WriteLine(b, "%s %s", c, e.State)
		return
	}
	term.WriteLine(b, "%s %s: %s: %s", c, e.State, e.Reason.Code, e.Reason.Message)
	term.WriteHint(b, "", term.Hint(e.Reason))
}
