// Package inject applies RRSA injection to manifests: it finds the pod templates of
// objects, decides for each with the engine, and says what has to change.
//
//	stream, err := manifest.Parse("app.yaml", data)
//	report, err := inject.Injector{Config: cfg}.Plan(stream.Items())
//	streams, report, err := report.Rewrite(stream)
//	out := streams[0].Bytes()
//
// An [Injector] looks up each template's Namespace and ServiceAccount in the input,
// in a config's context, and wherever a [Lookup] asks. The [Report] holds a
// [Template] for each pod template, with the engine's decision and what differs;
// Plan changes nothing, and Rewrite returns new streams.
//
// What an injection adds carries a [Mark]. By it a later run knows what it may
// change and take out again; whatever has none is a person's, and stays. See
// docs/convergence.md.
package inject

import (
	"errors"

	"github.com/kubectl-rrsa/rrsa/internal/parallel"
	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// PodTemplatePath says where a kind of object holds a pod template, or that it makes
// no pods.
type PodTemplatePath = podtemplate.Path

// ConfigGroup is the API group of the function's own config, whose objects are no
// workloads.
const ConfigGroup = "fn.rrsa.dev"

// Injector decides for every pod template of its items. The zero value of each
// field but Config is of use.
type Injector struct {
	// Config holds the component-level settings.
	Config rrsa.Config
	// Namespace is where objects without a namespace belong. If it is empty they
	// belong to the input's only Namespace, if there is exactly one.
	Namespace string
	// Context holds Namespaces and ServiceAccounts that aren't in the input. What is
	// in the input wins.
	Context []*manifest.Item
	// Remove takes out what earlier runs have added, and injects nothing.
	Remove bool
	// Unmarked extends Remove to what carries no mark and is exactly what an
	// injection writes, all of it: in flow style and JSON, or by the webhook itself.
	// What a person has written in the same form can't be told from it.
	Unmarked bool
	// Existing says to decide about a Pod that exists already as if it were created now,
	// without what an injection has put into it, see [rrsa.Examine]. Nothing is written
	// into such a Pod.
	Existing bool
	// Lookup is asked for what neither the input nor Context has; nil for nobody.
	Lookup Lookup
	// PodTemplates are kinds besides the known ones, and kinds that make no pods.
	PodTemplates []PodTemplatePath
	// AliasLimit is how many YAML nodes the aliases and merge keys of the input may stand
	// for, with what is injected there; 0 means [DefaultAliasLimit].
	AliasLimit int
}

// Plan decides for every pod template among the items and changes nothing. It
// fails if an object can't be read, with an error for each such object.
func (in Injector) Plan(items []*manifest.Item) (*Report, error) {
	if err := in.Config.Validate(); err != nil {
		return nil, err
	}
	for i, p := range in.PodTemplates {
		if err := p.Validate(in.PodTemplates[:i]...); err != nil {
			return nil, err
		}
	}
	report := &Report{}
	run := run{Injector: in, kinds: podtemplate.NewTable(in.PodTemplates), elsewhere: podtemplate.MadeElsewhere()}
	if err := measure(items, run.kinds, in.AliasLimit); err != nil {
		return nil, err
	}
	if !in.Remove {
		report.Notices = in.Config.Notices()
		if err := run.know(items, report); err != nil {
			return nil, err
		}
	}
	var faults []error
	for i, d := range decideAll(run, items) {
		if d.err != nil && !ofManifest(d.err) {
			return nil, items[i].Wrap(d.err)
		} else if d.err != nil {
			faults = append(faults, items[i].Wrap(d.err))
		}
		report.Templates = append(report.Templates, d.templates...)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return report, nil
}

// decided is what was decided about an object.
type decided struct {
	templates []*Template
	err       error
}

// decideAll decides about each item: side by side, unless somebody is asked for what is
// missing, who need not be able to answer two at once.
func decideAll(r run, items []*manifest.Item) []decided {
	out := make([]decided, len(items))
	worker := func() func(int) {
		own := r
		own.entries, own.ways = entries{}, map[string]yamlnode.Way{}
		own.reader, own.others = &manifest.Reader{}, &manifest.Reader{}
		return func(i int) {
			if !untouchable(items[i]) {
				out[i].templates, out[i].err = own.item(items[i])
			}
		}
	}
	if r.Lookup == nil {
		parallel.Each(len(items), worker)
		return out
	}
	do := worker()
	for i := range items {
		if do(i); out[i].err != nil && !ofManifest(out[i].err) {
			break
		}
	}
	return out
}

// ofManifest tells whether an error is about what is written in an object.
func ofManifest(err error) bool {
	_, ok := errors.AsType[*yamlnode.Error](err)
	return ok
}

func (in Injector) takesUnmarked() bool { return in.Remove && in.Unmarked }

// untouchable tells whether an object is never looked into: it describes other
// objects, or it is never applied to a cluster.
func untouchable(it *manifest.Item) bool {
	switch it.Group() {
	case "apiextensions.k8s.io":
		return it.Kind == "CustomResourceDefinition"
	case "kpt.dev", ConfigGroup:
		return true
	}
	return it.LocalConfig()
}

// Codes of what only a reader of manifests can tell.
const (
	// CodeNamespaceAssumed is about the namespace of objects that have none.
	CodeNamespaceAssumed rrsa.Code = "NamespaceAssumed"
	// CodeModeRemove is about pods that aren't looked at for an injection.
	CodeModeRemove rrsa.Code = "ModeRemove"
	// CodeVolumeStays is about a token volume that can't be taken out.
	CodeVolumeStays rrsa.Code = "VolumeStays"
	// CodeMountStays is about a mount that was there before the token volume, which
	// is taken out.
	CodeMountStays rrsa.Code = "MountStays"
	// CodeUnmarkedStays is about what looks like an injection and isn't taken out.
	CodeUnmarkedStays rrsa.Code = "UnmarkedStays"
	// CodeUnmarkedOutdated is about an injection without a mark that would turn out
	// differently now.
	CodeUnmarkedOutdated rrsa.Code = "UnmarkedOutdated"
)
