package fn

import (
	"fmt"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Processor injects RRSA into a ResourceList's items by the settings of its
// functionConfig. It keeps the SDK's contract for processors.
type Processor struct {
	items []*manifest.Item
}

var _ fn.ResourceListProcessor = (*Processor)(nil)

// Process reads the config, decides, and edits the items unless there is an
// error. Every finding is added to the results, and false returned if any is an
// error.
func (p *Processor) Process(list *fn.ResourceList) (bool, error) {
	settings, err := readConfig(list.FunctionConfig)
	if err != nil {
		return false, configError(list, err)
	}
	injector, err := settings.Injector()
	if err != nil {
		return false, configError(list, err)
	}
	report, err := injector.Plan(p.items)
	if err != nil {
		return false, err
	}
	list.Results = append(list.Results, starved(p.items, report, settings.Unresolved)...)
	list.Results = append(list.Results, results(report, settings)...)
	if list.Results.ExitCode() != 0 {
		return false, nil
	}
	if settings.Mode == config.ModeCheck {
		return true, nil
	}
	return true, report.Apply()
}

func readConfig(object *fn.KubeObject) (*config.InjectRRSA, error) {
	if object.IsEmpty() {
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

// configError reports what is wrong with the config as a result about it.
func configError(list *fn.ResourceList, err error) error {
	if list.FunctionConfig.IsEmpty() {
		return err
	}
	list.Results = append(list.Results, fn.ConfigObjectResult(err.Error(), list.FunctionConfig, fn.Error))
	return nil
}
