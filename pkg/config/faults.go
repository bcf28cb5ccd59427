package config

import (
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// decoder collects every fault while it reads.
type decoder struct {
	config *InjectRRSA
	// shift is what a node's line lacks to the line in the file.
	shift  int
	faults []fault
}

type fault struct {
	line int
	err  error
}

func (d *decoder) fault(n *yaml.Node, format string, args ...any) {
	f := fault{err: fmt.Errorf(format, args...)}
	if n.Line > 0 {
		f.line = n.Line + d.shift
		f.err = fmt.Errorf("line %d: %w", f.line, f.err)
	}
	d.faults = append(d.faults, f)
}

// err joins the faults in the order of their lines.
func (d *decoder) err() error {
	slices.SortStableFunc(d.faults, func(a, b fault) int { return a.line - b.line })
	errs := make([]error, 0, len(d.faults))
	for _, f := range d.faults {
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}

// refuseAliases faults the aliases and merge keys, which a reader of the config
// would have to follow.
func (d *decoder) refuseAliases(n *yaml.Node) {
	for i, child := range n.Content {
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 0:
			if refused(child, n.Content[i+1]) {
				d.fault(child, "the config can't use YAML aliases or merge keys")
			}
		case n.Kind == yaml.SequenceNode && child.Kind == yaml.AliasNode:
			d.fault(child, "the config can't use YAML aliases or merge keys")
		}
		d.refuseAliases(child)
	}
}

// refused tells whether a mapping's pair uses an alias or is a merge key.
func refused(key, value *yaml.Node) bool {
	return key.Value == "<<" || key.Kind == yaml.AliasNode || value.Kind == yaml.AliasNode
}
