package podtemplate

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Found is what there is of pod templates in an object.
type Found struct {
	// Known tells whether the object's kind is known to make pods of templates.
	Known bool
	// Paths are those of its kind.
	Paths []string
	// Templates are the pod templates that the paths lead to.
	Templates []*Template
	// Unreached is where containers are that no path leads to; empty for none.
	Unreached string
	// Wrapped is the kind of the object in this one that has those; nil for its own.
	Wrapped *Path

	// places are where the templates are.
	places map[string]bool
}

// Find reads the pod templates of an object. One that can't be read is an error
// with its path.
func (t Table) Find(object *yaml.Node, group, kind string) (Found, error) {
	out := Found{Known: t.Has(group, kind)}
	if !out.Known {
		return out, nil
	}
	f := found{nodes: []*yaml.Node{object}}
	if err := t.find(f, group, kind, &out); err != nil {
		return out, err
	}
	for _, row := range t[[2]string{group, kind}] {
		out.Paths = append(out.Paths, row.Path.Path)
	}
	// A path that leads to something without any container may be a wrong one.
	holds := func(template *Template) bool { return len(template.Containers) > 0 || template.Lacks != "" }
	if out.Unreached == "" && !slices.ContainsFunc(out.Templates, holds) {
		if out.Unreached, _ = Containers(object); out.Unreached != "" {
			out.Templates = nil
		}
	}
	return out, nil
}

// find adds the pod templates of an object of a kind, which may stand in another.
func (t Table) find(f found, group, kind string, out *Found) error {
	rows := t[[2]string{group, kind}]
	byPath := map[string][]*Template{}
	for _, row := range rows {
		err := f.walk(row.steps(), func(at found) error {
			if row.Form == ObjectForm {
				return t.wrapped(at, out)
			}
			template, err := read(f.node(), at, row)
			if err != nil {
				return err
			}
			template.Several = len(rows) > 1 || len(f.way) > 0 || strings.ContainsAny(row.Path.Path, "[*")
			byPath[row.Path.Path] = append(byPath[row.Path.Path], template)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if out.places == nil {
		out.places = map[string]bool{}
	}
	for _, row := range rows {
		for _, template := range row.judge(f, byPath) {
			if place := template.Way.String(); !out.places[place] { // two paths may lead to one place
				out.places[place] = true
				out.Templates = append(out.Templates, template)
			}
		}
	}
	return nil
}

// wrapped finds the pod templates of a whole object that stands in another.
func (t Table) wrapped(f found, out *Found) error {
	group, _, ok := strings.Cut(yamlnode.GetString(f.node(), "apiVersion"), "/")
	if !ok {
		group = ""
	}
	kind := yamlnode.GetString(f.node(), "kind")
	before := len(out.Templates)
	if t.Has(group, kind) {
		if err := t.find(f, group, kind, out); err != nil {
			return err
		}
	}
	if path, _ := Containers(f.node()); path != "" && len(out.Templates) == before && out.Unreached == "" && !t.None(group, kind) {
		out.Unreached, out.Wrapped = f.way.String()+"."+path, &Path{Group: group, Kind: kind}
	}
	return nil
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
