package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// comparison is what diff shows: texts before and after, and in a word what each
// side is.
type comparison struct {
	from, to string
	pairs    []textdiff.Pair
}

// compare makes what there is to show.
func (o *diffOptions) compare(ctx context.Context) (comparison, error) {
	settings, injector, err := o.load(ctx)
	if err != nil {
		return comparison{}, err
	}
	if settings.Mode == config.ModeCheck {
		settings.Mode = config.ModeInject // to show what differs is a check
	}
	from, to := o.settings.flags.Changed("from-version"), o.settings.flags.Changed("to-version")
	applied := o.live != nil && len(o.targets) == 0 && !from && !to
	if err := o.apply.check(applied); err != nil {
		return comparison{}, err
	}
	switch {
	case !from && !to && len(o.targets) > 0:
		return o.compareLive(ctx, settings, injector)
	case applied:
		return o.compareApplied(ctx, settings, injector)
	case !from && !to:
		return o.compareInjected(ctx, settings, injector)
	case settings.Mode == config.ModeRemove:
		return comparison{}, errors.New("checking the arguments: with the mode remove nothing is injected, so that no versions of the webhook can be compared")
	case from && to && o.settings.flags.Changed("webhook-version"):
		return comparison{}, errors.New("checking the arguments: --webhook-version stands for the one of --from-version and --to-version that isn't given, and both are")
	}
	return o.compareVersions(ctx, settings, injector)
}

// compareInjected compares each file with what an injection makes of it.
func (o *diffOptions) compareInjected(ctx context.Context, settings *config.InjectRRSA, injector manifest.Injector) (comparison, error) {
	streams, report, err := o.plan(ctx, injector)
	if err != nil {
		return comparison{}, err
	}
	before := texts(streams)
	if !o.quiet {
		writeReport(o.ErrOut, report, settings)
	}
	after, err := o.injected(settings, streams, report)
	if err != nil {
		return comparison{}, err
	}
	return comparison{"manifest", "injected", pairs(streams, before, after)}, nil
}

// compareVersions compares what two versions of the webhook make of each file.
func (o *diffOptions) compareVersions(ctx context.Context, settings *config.InjectRRSA, injector manifest.Injector) (comparison, error) {
	from, err := o.as("from-version", o.fromVersion, injector)
	if err != nil {
		return comparison{}, err
	}
	to, err := o.as("to-version", o.toVersion, injector)
	if err != nil {
		return comparison{}, err
	}
	streams, report, err := o.plan(ctx, from)
	if err != nil {
		return comparison{}, err
	}
	if to, err = o.placed(to, streams); err != nil {
		return comparison{}, err
	}
	original := texts(streams)
	before, err := o.injectedAs(from.Config.WebhookVersion, settings, streams, report)
	if err != nil {
		return comparison{}, err
	}
	for i, s := range streams {
		if streams[i], err = manifest.Parse(s.Name, []byte(original[i])); err != nil {
			return comparison{}, err
		}
	}
	if report, err = to.Plan(items(streams)); err != nil {
		return comparison{}, err
	}
	after, err := o.injectedAs(to.Config.WebhookVersion, settings, streams, report)
	if err != nil {
		return comparison{}, err
	}
	return comparison{"webhook-" + from.Config.WebhookVersion, "webhook-" + to.Config.WebhookVersion, pairs(streams, before, after)}, nil
}

// as is the injector with a flag's version of the webhook, if the flag is given.
func (o *diffOptions) as(flag, version string, injector manifest.Injector) (manifest.Injector, error) {
	if !o.settings.flags.Changed(flag) {
		return injector, nil
	}
	if version == "" {
		return injector, fmt.Errorf("checking --%s: want a version such as %q", flag, rrsa.LatestVersion)
	}
	injector.Config.WebhookVersion = version
	if err := injector.Config.Validate(); err != nil {
		return injector, fmt.Errorf("checking --%s: %w", flag, err)
	}
	return injector, nil
}

// injectedAs is injected for one of two versions, which its report names.
func (o *diffOptions) injectedAs(version string, settings *config.InjectRRSA, streams []*manifest.Stream, report *manifest.Report) ([]string, error) {
	if !o.quiet {
		fmt.Fprintf(o.ErrOut, "as webhook %s:\n", version)
		writeReport(o.ErrOut, report, settings)
	}
	after, err := o.injected(settings, streams, report)
	if err != nil {
		return nil, fmt.Errorf("injecting as webhook %s: %w", version, err)
	}
	return after, nil
}

// injected makes the report's edits and returns each file's text, unless something
// forbids it.
func (o *diffOptions) injected(settings *config.InjectRRSA, streams []*manifest.Stream, report *manifest.Report) ([]string, error) {
	if err := o.blocked(settings, report); err != nil {
		return nil, err
	}
	if err := report.Apply(); err != nil {
		return nil, err
	}
	return texts(streams), nil
}

func texts(streams []*manifest.Stream) []string {
	var out []string
	for _, s := range streams {
		out = append(out, string(s.Bytes()))
	}
	return out
}

// shownName is a file's name, or that of the object in a stream from a cluster.
func shownName(s *manifest.Stream) string {
	if items := s.Items(); s.Name == cluster.Source && len(items) == 1 {
		return itemName(items[0])
	}
	return s.Name
}

func itemName(it *manifest.Item) string {
	return objectName(it.APIVersion, it.Kind, it.Namespace, it.Name)
}

func pairs(streams []*manifest.Stream, before, after []string) []textdiff.Pair {
	var out []textdiff.Pair
	for i, s := range streams {
		out = append(out, textdiff.Pair{Name: shownName(s), Before: before[i], After: after[i]})
	}
	return out
}
