package fn

import (
	"fmt"
	"slices"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Processor injects RRSA into a ResourceList's items by the settings of its
// functionConfig, under the SDK's own main: fn.AsMain(fn.Processor{}). It does what
// [Run] does, which is faster and keeps the items' order and text, as the SDK can't.
type Processor struct{}

var _ fn.ResourceListProcessor = Processor{}

// Process reads the config, decides, and injects into the items unless there is an
// error. Every finding is added to the results, and false returned if any is an
// error.
func (Processor) Process(list *fn.ResourceList) (bool, error) {
	// The SDK sorts what it writes.
	envelope := fn.ResourceList{Items: slices.Clone(list.Items), FunctionConfig: fn.NewEmptyKubeObject()}
	data, err := envelope.ToYAML()
	if err != nil {
		return false, fmt.Errorf("writing the items: %w", err)
	}
	read, err := manifest.ParseResourceList(data)
	if err != nil {
		return false, err
	}
	if err := read.Invalid(); err != nil {
		list.Results = append(list.Results, errorResults(err)...)
		return false, nil
	}
	run := decide(read.Items(), list.FunctionConfig)
	text, err := run.rewrite(read)
	if err != nil {
		return false, err
	}
	list.Results = append(list.Results, run.results...)
	if !run.ok() {
		return false, nil
	}
	written, err := fn.ParseResourceList([]byte(text.String()))
	if err != nil {
		return false, fmt.Errorf("reading the items again: %w", err)
	}
	list.Items = written.Items
	return true, nil
}

// run is what becomes of a ResourceList.
type run struct {
	settings *config.InjectRRSA
	// report is nil where nothing could be decided.
	report  *inject.Report
	starved fn.Results
	results fn.Results
}

// ok says that there is no error among the results.
func (r *run) ok() bool { return r.results.ExitCode() == 0 }

// decide reads the config and decides about the items. What is wrong is a result.
func decide(items []*manifest.Item, object *fn.KubeObject) *run {
	r := &run{}
	var injector inject.Injector
	var err error
	if r.settings, err = readConfig(object); err == nil {
		injector, err = r.settings.Injector()
	}
	if err != nil {
		return r.failed(configResult(object, err))
	}
	if r.report, err = injector.Plan(items); err != nil {
		return r.failed(errorResults(err)...)
	}
	r.starved = starved(items, r.report, r.settings)
	r.findings(nil)
	return r
}

// findings makes the results of the report, in which objects may be written anew.
func (r *run) findings(rewritten []manifest.Rewritten, failures ...*fn.Result) {
	report := r.report.With(rewritten)
	for _, written := range []bool{true, false} {
		r.results = slices.Concat(r.starved, results(report, r.settings, written), failures)
		if r.ok() {
			return
		}
	}
}

// failed adds errors. What was decided is not written then.
func (r *run) failed(failures ...*fn.Result) *run {
	if r.report == nil {
		r.results = append(r.results, failures...)
	} else {
		r.findings(nil, failures...)
	}
	return r
}

// rewrite returns the list with all that is decided, and with the run's results. After
// an error the items are as they came in.
func (r *run) rewrite(list *manifest.ResourceList) (manifest.Text, error) {
	var changes manifest.Changes
	var err error
	if r.ok() && r.settings.Mode != config.ModeCheck {
		changes, err = r.report.Changes()
	}
	results := func(rewritten []manifest.Rewritten) []*yaml.Node {
		if len(rewritten) > 0 {
			r.findings(rewritten)
		}
		return nodes(r.results)
	}
	var out manifest.Text
	if err == nil {
		out, err = list.Rewrite(changes, results)
	}
	if err != nil && len(changes) > 0 {
		r.failed(errorResults(err)...)
		return list.Rewrite(nil, results)
	}
	return out, err
}

func readConfig(object *fn.KubeObject) (*config.InjectRRSA, error) {
	if object == nil || object.IsEmpty() {
		return &config.InjectRRSA{}, nil
	}
	n, err := yaml.Parse(object.String())
	if err != nil {
		return nil, fmt.Errorf("reading the function's config: %w", err)
	}
	dropLines(n.YNode())
	return config.Decode(n.YNode())
}

// dropLines makes nodes forget their lines: those of a config that came through
// an orchestrator are not the ones in anybody's file.
func dropLines(n *yaml.Node) {
	n.Line = 0
	for _, child := range n.Content {
		dropLines(child)
	}
}

// configResult reports what is wrong with the config, as a result about it.
func configResult(object *fn.KubeObject, err error) *fn.Result {
	if object == nil || object.IsEmpty() {
		return errorResult(err)
	}
	return fn.ConfigObjectResult(err.Error(), object, fn.Error)
}
