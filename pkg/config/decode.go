package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Parse reads the settings from a file with one InjectRRSA or ConfigMap. name is
// the file's name for messages.
func Parse(name string, data []byte) (*InjectRRSA, error) {
	s, err := manifest.Parse(name, data)
	if err != nil {
		return nil, err
	}
	if kindless := s.Kindless(); len(kindless) > 0 {
		return nil, fmt.Errorf("reading %s: the object has no kind", kindless[0])
	}
	items := s.Items()
	if len(items) != 1 {
		return nil, fmt.Errorf("reading %s: want one object of kind %s, got %d objects", name, Kind, len(items))
	}
	n, err := items[0].Node()
	if err != nil {
		return nil, err
	}
	// Nodes count lines from the start of their document.
	shift := 0
	if items[0].Origin.Line > 0 {
		shift = items[0].Origin.Line - n.Line
	}
	c, err := decode(n, shift)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return c, nil
}

// Decode reads the settings from an object's node. A nil or null node, and the
// empty ConfigMap that kpt passes where nothing is configured, are the defaults.
// Decoding is strict: all keys that aren't known and all values of a wrong form
// come back in one error, in the order of their lines.
func Decode(n *yaml.Node) (*InjectRRSA, error) { return decode(n, 0) }

// decode is Decode of a node whose file has more lines before it.
func decode(n *yaml.Node, shift int) (*InjectRRSA, error) {
	c := &InjectRRSA{}
	if n != nil && n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n == nil || n.Kind == 0 || n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagNull || len(n.Content) == 0 && n.Kind == yaml.MappingNode {
		return c, nil
	}
	d := decoder{config: c, shift: shift}
	d.refuseAliases(n)
	top := d.object(n, "")
	kind, apiVersion := text(top["kind"]), text(top["apiVersion"])
	switch {
	case kind == Kind && apiVersion == APIVersion:
		d.only(top, "", "apiVersion", "kind", "metadata", "spec")
		d.spec(top["spec"], "spec", Lists())
	case kind == "ConfigMap" && apiVersion == "v1":
		d.only(top, "", "apiVersion", "kind", "metadata", "data", "immutable")
		d.spec(top["data"], "data", nil)
	default:
		return nil, fmt.Errorf("the config is of kind %q in apiVersion %q: want %s in %s, or a ConfigMap in v1", kind, apiVersion, Kind, APIVersion)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// object returns a mapping's values by key.
func (d *decoder) object(n *yaml.Node, path string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagNull {
		return out
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, "%q is no mapping", path)
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		if refused(key, v) {
			continue
		}
		if out[key.Value] != nil {
			d.fault(key, "key %q stands twice", key.Value)
		}
		out[key.Value] = v
	}
	return out
}

// only faults keys that aren't in a list, with the nearest one that is.
func (d *decoder) only(object map[string]*yaml.Node, path string, known ...string) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if slices.Contains(known, key) {
			continue
		}
		hint := suggest.DidYouMean(key, known)
		if hint == "" {
			hint = "known are " + strings.Join(known, ", ")
		}
		d.fault(object[key], "unknown key %q: %s", strings.TrimPrefix(path+"."+key, "."), hint)
	}
}

// spec reads the settings; the lists are there only in an InjectRRSA.
func (d *decoder) spec(n *yaml.Node, path string, lists []List) {
	values := d.object(n, path)
	var known []string
	for _, s := range Settings() {
		known = append(known, s.Name)
	}
	for _, l := range lists {
		known = append(known, l.Name)
	}
	d.only(values, path, known...)
	for _, s := range Settings() {
		at := path + "." + s.Name
		if err := s.Set(d.config, d.scalar(values[s.Name], at)); err != nil {
			d.fault(values[s.Name], "%s is %w", at, err)
		}
	}
	for _, l := range lists {
		if n := values[l.Name]; n != nil && n.Tag != yaml.NodeTagNull {
			l.read(d, n, path+"."+l.Name)
		}
	}
}

// scalar reads a string; a number is taken as it is written, as an account id
// without quotes looks like one.
func (d *decoder) scalar(n *yaml.Node, path string) string {
	switch {
	case n == nil || n.Tag == yaml.NodeTagNull:
		return ""
	case n.Kind != yaml.ScalarNode:
		d.fault(n, "%q is no string", path)
		return ""
	}
	return n.Value
}

func text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}

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
	var errs []error
	for _, f := range d.faults {
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}

// refuseAliases faults the aliases and merge keys, which a reader of the config
// would have to follow.
func (d *decoder) refuseAliases(n *yaml.Node) {
	for i, child := range n.Content {
		inPair := n.Kind == yaml.MappingNode && i%2 == 0 && refused(child, n.Content[i+1])
		if inPair || n.Kind == yaml.SequenceNode && child.Kind == yaml.AliasNode {
			d.fault(child, "the config can't use YAML aliases or merge keys")
		}
		d.refuseAliases(child)
	}
}

// refused tells whether a mapping's pair uses an alias or is a merge key.
func refused(key, value *yaml.Node) bool {
	return key.Value == "<<" || key.Kind == yaml.AliasNode || value.Kind == yaml.AliasNode
}
