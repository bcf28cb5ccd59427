package diff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// comparison is what diff shows: texts before and after, and in a word what each
// side is.
type comparison struct {
	from, to string
	pairs    []textdiff.Pair
	// pods are Pods that exist, as they are in podsFrom and as they are expected to be.
	podsFrom string
	pods     []textdiff.Pair
}

// all are all pairs.
func (c comparison) all() []textdiff.Pair { return slices.Concat(c.pairs, c.pods) }

// compare makes what there is to show.
func (o *options) compare(ctx context.Context, s *session.Session) (comparison, error) {
	if s.Settings.Mode == config.ModeCheck {
		s = s.WithMode(config.ModeInject) // to show what differs is a check
	}
	from, to := o.set.Changed("from-version"), o.set.Changed("to-version")
	applied := s.Cluster != nil && !s.Input.Live() && !from && !to
	if err := o.checkApply(applied); err != nil {
		return comparison{}, err
	}
	switch {
	case !from && !to && s.Input.Live():
		return compareLive(ctx, s)
	case !from && !to:
		return o.compareFiles(ctx, s, applied)
	case s.Settings.Mode == config.ModeRemove:
		return comparison{}, errors.New("checking the arguments: with the mode remove nothing is injected, so that no versions of the webhook can be compared")
	case from && to && o.set.Changed("webhook-version"):
		return comparison{}, errors.New("checking the arguments: --webhook-version stands for the one of --from-version and --to-version that isn't given, and both are")
	}
	return o.compareVersions(s)
}

// compareFiles compares manifests with what an injection makes of them, or with the
// cluster, and the Pods among them that exist with what they would get now.
func (o *options) compareFiles(ctx context.Context, s *session.Session, applied bool) (comparison, error) {
	if err := checkPods(s); err != nil {
		return comparison{}, err
	}
	out := comparison{from: "manifest", to: "injected"}
	var err error
	if applied {
		out, err = compareApplied(ctx, s, o.howApplied())
	} else {
		out.pairs, err = injected(s, s.Input.Streams)
	}
	if err != nil {
		return comparison{}, err
	}
	pods, err := comparePods(s, session.Live(s), s.Injector, s.Input.Streams, nil)
	if err != nil {
		return comparison{}, err
	}
	if len(pods) > 0 && !slices.ContainsFunc(out.pairs, textdiff.Pair.Differs) {
		out.from, out.to = "manifest", "expected"
	}
	out.podsFrom, out.pods = "manifest", pods
	return out, nil
}

// injected pairs the text of streams with what an injection makes of it.
func injected(s *session.Session, streams []*manifest.Stream) ([]textdiff.Pair, error) {
	after, _, err := s.Changed(s.Injector, streams, func(report *inject.Report) { tellOthers(s, report) })
	if err != nil {
		return nil, err
	}
	return pairs(streams, streams, after), nil
}

// compareVersions compares what two versions of the webhook make of each file.
func (o *options) compareVersions(s *session.Session) (comparison, error) {
	from, err := o.as("from-version", o.fromVersion, s.Injector)
	if err != nil {
		return comparison{}, err
	}
	to, err := o.as("to-version", o.toVersion, s.Injector)
	if err != nil {
		return comparison{}, err
	}
	before, podsBefore, err := injectedAs(s, from)
	if err != nil {
		return comparison{}, err
	}
	after, podsAfter, err := injectedAs(s, to)
	if err != nil {
		return comparison{}, err
	}
	out := comparison{from: "webhook-" + from.Config.WebhookVersion, to: "webhook-" + to.Config.WebhookVersion}
	out.pairs = pairs(s.Input.Streams, before, after)
	for i, pod := range podsBefore {
		out.pairs = append(out.pairs, textdiff.Pair{Name: pod.Name, Before: pod.After, After: podsAfter[i].After})
	}
	return out, nil
}

// as is the injector with a flag's version of the webhook, if the flag is given.
func (o *options) as(flag, version string, injector inject.Injector) (inject.Injector, error) {
	if !o.set.Changed(flag) {
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

// injectedAs is each file as one of two versions of the webhook would have it, which
// the report names, and the Pods of files that exist as they would be now.
func injectedAs(s *session.Session, injector inject.Injector) ([]*manifest.Stream, []textdiff.Pair, error) {
	version := injector.Config.WebhookVersion
	after, _, err := s.Changed(injector, s.Input.Streams, func(report *inject.Report) {
		fmt.Fprintf(s.Talk, "as webhook %s:\n", version)
		tellOthers(s, report)
	})
	var pods []textdiff.Pair
	if err == nil && !s.Input.Live() {
		pods, err = comparePods(s, diagnose.Live{Settings: diagnose.Settings{Config: injector.Config}}, injector, s.Input.Streams, nil)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("injecting as webhook %s: %w", version, err)
	}
	return after, pods, nil
}

// pairs are the texts of the input before and after. A file has its own name, and in
// streams from a cluster the object has.
func pairs(input, before, after []*manifest.Stream) []textdiff.Pair {
	var out []textdiff.Pair
	for i, s := range input {
		name := s.Name
		if items := s.Items(); name == cluster.Source && len(items) == 1 {
			name = itemName(items[0])
		}
		out = append(out, textdiff.Pair{Name: name, Before: string(before[i].Bytes()), After: string(after[i].Bytes())})
	}
	return out
}

func itemName(it *manifest.Item) string {
	return objectName(it.APIVersion, it.Kind, it.Namespace, it.Name)
}

// objectName names an object as kubectl diff does, such as
// "apps.v1.Deployment.shop.cart".
func objectName(apiVersion, kind, namespace, name string) string {
	return strings.Join(term.NonEmpty(strings.ReplaceAll(apiVersion, "/", "."), kind, namespace, name), ".")
}
