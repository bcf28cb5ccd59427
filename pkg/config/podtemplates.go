package config

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
)

func podTemplateFields() []Field {
	return []Field{
		{
			Name: "group", Doc: "The API group, in any version; empty for the core group.",
			text: func(p *inject.PodTemplatePath) *string { return &p.Group },
		},
		{
			Name: "kind", Doc: "The kind of the object.", Required: true, always: true,
			text: func(p *inject.PodTemplatePath) *string { return &p.Kind },
		},
		{
			Name: "path", always: true, // an empty one says that the object is a Pod
			Doc:  `Where the pod template is: keys with dots between them, "[]" after the key of a list for all its entries, "*" for all values of a mapping. If it is empty, the object itself is the Pod.`,
			text: func(p *inject.PodTemplatePath) *string { return &p.Path },
		},
		{
			Name: "serviceAccountPath",
			Doc:  "Where the name of the ServiceAccount is, in kinds that keep it outside of the pod template. If nothing is there, the template's counts.",
			text: func(p *inject.PodTemplatePath) *string { return &p.ServiceAccountPath },
		},
	}
}

func (d *decoder) podTemplates(n *yaml.Node, path string) {
	if n == nil || n.Tag == yaml.NodeTagNull {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.fault(n, "%q is no list", path)
		return
	}
	fields := podTemplateFields()
	for i, entry := range n.Content {
		if entry.Kind == yaml.AliasNode {
			continue // a fault already
		}
		at, before := fmt.Sprintf("%s[%d]", path, i), len(d.faults)
		values := d.object(entry, at)
		d.only(values, at, fieldNames(fields)...)
		var p inject.PodTemplatePath
		for _, f := range fields {
			*f.text(&p) = d.scalar(values[f.Name], at+"."+f.Name)
		}
		// The path of an entry that is wrong already tells nothing more.
		if err := p.Validate(); err != nil && len(d.faults) == before {
			d.fault(entry, "%s: %v", at, err)
		}
		d.config.PodTemplates = append(d.config.PodTemplates, p)
	}
}

func (c *InjectRRSA) podTemplateObjects() ([]any, error) {
	var out []any
	for _, p := range c.PodTemplates {
		var object jsonobject.Object
		for _, f := range podTemplateFields() {
			if value := *f.text(&p); value != "" || f.always {
				object = append(object, jsonobject.Member{Key: f.Name, Value: value})
			}
		}
		out = append(out, object)
	}
	return out, nil
}
