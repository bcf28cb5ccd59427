package podtemplate

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// judge returns the templates of a row, and says which lack the container that
// their pods are about. Such a template also stands for one that isn't written.
func (r Row) judge(object found, byPath map[string][]*Template) []*Template {
	have := byPath[r.Path.Path]
	switch {
	case r.Main == "" && r.Form == AnyForm:
		// Nothing is known of what makes pods of a pod spec without containers.
		for _, t := range have {
			if t.Bare && len(t.Typed.Spec.Containers) == 0 {
				t.Lacks, t.Hint = "a container", label("")
			}
		}
		return have
	case r.Main == "":
		return have
	case r.Elsewhere != nil:
		for _, t := range have {
			if len(t.Typed.Spec.Containers) == 0 || slices.ContainsFunc(r.Elsewhere, t.has) {
				t.Lacks, t.Hint = r.Main, r.Hint
			}
		}
		return have
	case r.Base != "":
		return r.judgeGroup(object, byPath)
	}
	have = append(slices.Clip(have), r.absent(object)...)
	main := cmp.Or(yamlnode.GetString(object.node(), strings.Split(r.MainPath, ".")...), r.Main)
	for _, t := range have {
		if !t.named(main) {
			t.Lacks, t.Hint = main, "write a "+t.Way.String()+" with a container named "+main
		}
	}
	return have
}

// judgeGroup is for templates that are merged into one another: a pod has what
// either of its templates has. They are of one application, so that they are good
// for an injection together, or not.
func (r Row) judgeGroup(object found, byPath map[string][]*Template) []*Template {
	levels := 0
	common, named := false, true
	for path, templates := range byPath {
		for _, t := range templates {
			if path == r.Base {
				common = t.named(r.Main)
			} else if levels++; !t.named(r.Main) {
				named = false
			}
		}
	}
	const managers = 2
	if common || named && levels == managers {
		return byPath[r.Path.Path]
	}
	have := byPath[r.Path.Path]
	if len(byPath) == 0 && r.Base == r.Path.Path {
		have = r.absent(object)
	}
	for _, t := range have {
		t.Lacks, t.Hint = r.Main, "write a "+r.Base+" with a container named "+r.Main
	}
	return have
}

// absent makes templates for those that aren't written where the path leads to.
func (r Row) absent(object found) []*Template {
	steps := r.steps()
	last := steps[len(steps)-1]
	var out []*Template
	// What can't be read on the way is an error already.
	_ = object.walk(steps[:len(steps)-1], func(parent found) error {
		if parent.node().Kind == yaml.MappingNode && yamlnode.IsNull(yamlnode.Get(parent.node(), last)) {
			at := parent.to(&yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap}, yamlnode.Step{Key: last})
			t := &Template{Way: at.way, nodes: at.nodes, Typed: &corev1.PodTemplateSpec{}, Several: strings.Contains(r.Path.Path, "["), Absent: true}
			t.Typed.Spec.ServiceAccountName = r.account(object.node())
			out = append(out, t)
		}
		return nil
	})
	return out
}

// named tells whether a template has a container of a name.
func (t *Template) named(name string) bool {
	return slices.ContainsFunc(t.Typed.Spec.Containers, func(c corev1.Container) bool { return c.Name == name })
}

// has tells whether a template has something at a key.
func (t *Template) has(key string) bool { return !yamlnode.IsNull(yamlnode.Get(t.Node(), key)) }
