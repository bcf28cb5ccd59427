package podtemplate

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Containers looks for containers in an object whose kind isn't in the table,
// and returns the path of the first ones; empty for none.
func Containers(n *yaml.Node, path string) string {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, v := n.Content[i].Value, n.Content[i+1]
			at := strings.TrimPrefix(path+"."+key, ".")
			entries := v.Content
			if key == "container" && v.Kind == yaml.MappingNode {
				entries = []*yaml.Node{v}
			}
			if (key == "container" && v.Kind == yaml.MappingNode || key == "containers" && v.Kind == yaml.SequenceNode) && anyContainer(entries) {
				return at
			}
			if p := Containers(v, at); p != "" {
				return p
			}
		}
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			if p := Containers(entry, path+"["+strconv.Itoa(i)+"]"); p != "" {
				return p
			}
		}
	}
	return ""
}

func anyContainer(entries []*yaml.Node) bool {
	for _, entry := range entries {
		if yamlnode.GetString(entry, "image") != "" || yamlnode.GetString(entry, "name") != "" {
			return true
		}
	}
	return false
}
