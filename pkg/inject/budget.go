package inject

import (
	"cmp"
	"fmt"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// DefaultAliasLimit is how many nodes the aliases and merge keys of an input may stand
// for, with what is injected there. An object of so many is far beyond what the API
// server takes.
const DefaultAliasLimit = 100_000

// MaxAliasLimit is the highest limit: more is written out of no object.
const MaxAliasLimit = 1_000_000

// maxAliasText bounds the text that they may stand for, in bytes.
const maxAliasText = 64 << 20

// addedToContainer is about how many nodes an injection adds to a container.
const addedToContainer = 40

// measure fails for an input whose aliases and merge keys stand for too much. A text of
// some lines can stand for more than any machine has, so it is measured before anything
// else is done with it. Objects without any take time in proportion to their text.
func measure(items []*manifest.Item, kinds podtemplate.Table, nodes int) error {
	limit := yamlnode.Size{Nodes: cmp.Or(nodes, DefaultAliasLimit), Text: maxAliasText}
	var all yamlnode.Size
	sizer := yamlnode.Sizer{Weigh: containers}
	for _, it := range items {
		if untouchable(it) || !kinds.Has(it.Group(), it.Kind) || !it.Shares() {
			continue
		}
		n, err := it.Node()
		if err != nil {
			return err
		}
		if it.Alone() {
			sizer = yamlnode.Sizer{Weigh: containers} // others of its document share no nodes with it
		}
		size, written := sizer.Of(n), sizer.Written(n)
		all.Nodes += max(size.Nodes-written.Nodes, 0)
		all.Text += max(size.Text-written.Text, 0)
		if !all.More(limit) {
			continue
		}
		what := strconv.Itoa(limit.Nodes) + " nodes"
		if all.Nodes <= limit.Nodes {
			what = strconv.Itoa(limit.Text>>20) + " MiB of text"
		}
		e := &yamlnode.Error{Line: n.Line, Problem: fmt.Sprintf(
			"aliases and merge keys stand for more than %s up to here, with what is injected there: write out what they stand for, or raise aliasLimit", what)}
		if shared := yamlnode.FirstShared(n); shared != nil {
			e.Line = shared.Line
		}
		return it.Wrap(e)
	}
	return nil
}

// containers is what an injection adds to a list of containers.
func containers(key string, v *yaml.Node) yamlnode.Size {
	if v == nil || v.Kind != yaml.SequenceNode || key != podtemplate.ListKey(true) && key != podtemplate.ListKey(false) {
		return yamlnode.Size{}
	}
	return yamlnode.Size{Nodes: addedToContainer * len(v.Content)}
}
