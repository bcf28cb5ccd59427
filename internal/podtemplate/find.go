package podtemplate

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Find reads the pod templates of an object, and tells whether its kind is in the
// table. A template that can't be read is an error with its path.
func (t Table) Find(object *yaml.Node, group, kind string) (templates []*Template, known bool, err error) {
	paths, known := t[[2]string{group, kind}]
	for _, p := range paths {
		account := ""
		if p.ServiceAccountPath != "" {
			account = yamlnode.GetString(object, strings.Split(p.ServiceAccountPath, ".")...)
		}
		var pattern []string
		if p.Path != "" {
			pattern = strings.Split(p.Path, ".")
		}
		f := found{nodes: []*yaml.Node{object}}
		err := f.walk(pattern, func(f found) error {
			template, err := read(f, account)
			if err != nil {
				return err
			}
			template.Several = len(paths) > 1 || strings.ContainsAny(p.Path, "[*")
			templates = append(templates, template)
			return nil
		})
		if err != nil {
			return nil, known, err
		}
	}
	return templates, known, nil
}

// found is a place in an object, and the nodes on the way there, without aliases.
type found struct {
	way   yamlnode.Way
	nodes []*yaml.Node
}

func (f found) node() *yaml.Node { return f.nodes[len(f.nodes)-1] }

// to is the way one step further.
func (f found) to(child *yaml.Node, s yamlnode.Step) found {
	f.nodes = append(f.nodes[:len(f.nodes):len(f.nodes)], yamlnode.Deref(child))
	f.way = append(f.way[:len(f.way):len(f.way)], s)
	return f
}

// walk follows a path's pattern and calls a function for every node that it leads
// to. A key that stands twice on the way is an error.
func (f found) walk(pattern []string, do func(found) error) error {
	at := f.node()
	switch {
	case yamlnode.IsNull(at):
		return nil
	case len(pattern) == 0:
		return do(f)
	case at.Kind != yaml.MappingNode:
		return nil
	}
	content, err := yamlnode.Pairs(at)
	if err != nil {
		return err
	}
	key, list := strings.CutSuffix(pattern[0], "[]")
	for i := 0; i+1 < len(content); i += 2 {
		name, v := content[i].Value, content[i+1]
		if name != key && key != "*" {
			continue
		}
		next := f.to(v, yamlnode.Step{Key: name})
		if !list {
			if err := next.walk(pattern[1:], do); err != nil {
				return yamlnode.Below("."+name, err)
			}
			continue
		}
		seq := next.node()
		for j := 0; seq != nil && seq.Kind == yaml.SequenceNode && j < len(seq.Content); j++ {
			if err := next.to(seq.Content[j], yamlnode.Step{Index: j}).walk(pattern[1:], do); err != nil {
				return yamlnode.Below("."+name+"["+strconv.Itoa(j)+"]", err)
			}
		}
	}
	return nil
}

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
