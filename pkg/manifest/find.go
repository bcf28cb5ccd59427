package manifest

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// found is a pod template in an object.
type found struct {
	// steps lead from the object to the template.
	steps []step
	// nodes are those on the way, both ends and aliases included.
	nodes []*yaml.Node
	// serviceAccount is the name at ServiceAccountPath.
	serviceAccount string
	// several says that objects of this kind may have more than one template.
	several bool
}

// step is a key of a mapping or, with an empty key, an index of a list.
type step struct {
	key   string
	index int
}

func (f found) node() *yaml.Node { return deref(f.nodes[len(f.nodes)-1]) }

// path writes the steps as a field path; empty for the object itself.
func (f found) path() string {
	var b strings.Builder
	for _, s := range f.steps {
		switch {
		case s.key == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		case b.Len() > 0:
			b.WriteByte('.')
		}
		b.WriteString(s.key)
	}
	return b.String()
}

// find returns the object's pod templates, and whether the kind is in the table.
func (t kindTable) find(it *Item) (templates []found, known bool, err error) {
	paths, known := t[[2]string{it.group(), it.Kind}]
	for _, p := range paths {
		f := found{nodes: []*yaml.Node{it.node}, several: len(paths) > 1 || strings.ContainsAny(p.Path, "[*")}
		if p.ServiceAccountPath != "" {
			f.serviceAccount = getString(it.node, strings.Split(p.ServiceAccountPath, ".")...)
		}
		var pattern []string
		if p.Path != "" {
			pattern = strings.Split(p.Path, ".")
		}
		if err := f.walk(pattern, func(f found) { templates = append(templates, f) }); err != nil {
			return nil, known, below(f.path(), err)
		}
	}
	return templates, known, nil
}

// to is the way one step further.
func (f found) to(child *yaml.Node, s step) found {
	f.nodes = append(f.nodes[:len(f.nodes):len(f.nodes)], child)
	f.steps = append(f.steps[:len(f.steps):len(f.steps)], s)
	return f
}

// walk follows a path's pattern and calls a function for every node that it leads
// to. A key that stands twice on the way is an error.
func (f found) walk(pattern []string, do func(found)) error {
	at := f.node()
	switch {
	case isNull(at):
		return nil
	case len(pattern) == 0:
		do(f)
		return nil
	case at.Kind != yaml.MappingNode:
		return nil
	}
	content, err := pairs(at)
	if err != nil {
		return err
	}
	key, list := strings.CutSuffix(pattern[0], "[]")
	for i := 0; i+1 < len(content); i += 2 {
		name, v := content[i].Value, content[i+1]
		if name != key && key != "*" {
			continue
		}
		if _, own := pair(at, name); own != v {
			// The value comes through a merge key: an alias stands in for it, as it
			// is shared just the same.
			v = &yaml.Node{Kind: yaml.AliasNode, Alias: v}
		}
		next := f.to(v, step{key: name})
		if !list {
			if err := next.walk(pattern[1:], do); err != nil {
				return below("."+name, err)
			}
			continue
		}
		seq := next.node()
		for j := 0; seq != nil && seq.Kind == yaml.SequenceNode && j < len(seq.Content); j++ {
			if err := next.to(seq.Content[j], step{index: j}).walk(pattern[1:], do); err != nil {
				return below("."+name+"["+strconv.Itoa(j)+"]", err)
			}
		}
	}
	return nil
}

// findContainers looks for containers in an object whose kind isn't in the table,
// and returns the path of the first ones; empty for none.
func findContainers(n *yaml.Node, path string) string {
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
			if p := findContainers(v, at); p != "" {
				return p
			}
		}
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			if p := findContainers(entry, path+"["+strconv.Itoa(i)+"]"); p != "" {
				return p
			}
		}
	}
	return ""
}

func anyContainer(entries []*yaml.Node) bool {
	for _, entry := range entries {
		if getString(entry, "image") != "" || getString(entry, "name") != "" {
			return true
		}
	}
	return false
}
