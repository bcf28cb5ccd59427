package manifest

import (
	"bytes"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// templateHint is what to do about a document that can't be read, if it looks like a
// chart's template; empty if it doesn't.
func templateHint(d *document) string {
	before, _, found := bytes.Cut(d.text.Data, []byte("{{"))
	if !found {
		return ""
	}
	return fmt.Sprintf(`: "{{" in line %d starts an expression of a template: render it first`, d.line+yamltext.New(before).Lines()-1)
}

// checkKeys refuses a mapping whose key is no word, which no Kubernetes object has and
// kubectl doesn't read. YAML takes "{{ .Values.x }}" without quotes for one.
func checkKeys(d *document, n *yaml.Node) error {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && yamlnode.Deref(child).Kind != yaml.ScalarNode {
			return d.fault(child, "a key is "+yamlnode.Describe(child)+", and kubectl reads only words"+templateHint(d))
		}
		if err := checkKeys(d, child); err != nil {
			return err
		}
	}
	return nil
}
