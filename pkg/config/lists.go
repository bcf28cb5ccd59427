package config

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// List is a setting that is a list of objects. What has only texts, as a ConfigMap
// and the command line have, can't give it.
type List struct {
	Name, Usage, Doc string
	// Entry are the fields of an object in it.
	Entry []Field
	// Open tells that an object may have other fields as well, which aren't read.
	Open bool

	read  func(d *decoder, n *yaml.Node, path string)
	write func(*InjectRRSA) ([]any, error)
}

// Field is a field of an object in a list.
type Field struct {
	// Doc is empty where Kubernetes itself describes the field.
	Name, Doc string
	Required  bool
	// Values are all that there are; nil for any text.
	Values []string
	// Fields are those of a field that is an object itself.
	Fields []Field
	// Texts tells that it is a mapping from texts to texts, such as labels.
	Texts bool
	// Truth tells that it is true or false.
	Truth bool

	text  func(*inject.PodTemplatePath) *string
	truth func(*inject.PodTemplatePath) *bool
}

// Help is the usage, with the fields of an object.
func (l List) Help() string {
	if l.Open {
		return l.Usage
	}
	return l.Usage + ": {" + strings.Join(fieldNames(l.Entry), ", ") + "}"
}

func fieldNames(fields []Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// Lists lists the settings that are lists of objects, which are shown last.
func Lists() []List {
	return []List{
		{
			Name:  "context",
			Usage: "Namespaces and ServiceAccounts that aren't in the input",
			Doc:   "Namespaces and ServiceAccounts that aren't in the input. They are only read.",
			Entry: contextFields(), Open: true,
			read: (*decoder).context, write: (*InjectRRSA).contextObjects,
		},
		{
			Name:  "podTemplates",
			Usage: "kinds to inject in addition to the known ones, and kinds that make no pods",
			Doc:   "Kinds that hold pod templates, in addition to the known ones, and kinds that make no pods.",
			Entry: podTemplateFields(),
			read:  (*decoder).podTemplates, write: (*InjectRRSA).podTemplateObjects,
		},
	}
}

// contextFields are those of a Namespace or ServiceAccount that say something.
func contextFields() []Field {
	return []Field{
		{Name: "apiVersion", Required: true, Values: []string{"v1"}},
		{Name: "kind", Required: true, Values: []string{"Namespace", "ServiceAccount"}},
		{Name: "metadata", Required: true, Fields: []Field{
			{Name: "name", Required: true}, {Name: "namespace"}, {Name: "labels", Texts: true}, {Name: "annotations", Texts: true},
		}},
	}
}

func (d *decoder) context(n *yaml.Node, path string) {
	items, err := manifest.ContextItems(n)
	if err != nil {
		d.fault(n, "%s: %v", path, err)
	}
	for _, it := range items {
		it.Origin.Line += d.shift
	}
	d.config.Context = items
}

func (c *InjectRRSA) contextObjects() ([]any, error) {
	var out []any
	for _, it := range c.Context {
		var object any
		n, err := it.Node()
		if err == nil {
			err = n.Decode(&object)
		}
		if err != nil {
			return nil, fmt.Errorf("encoding the config's context: %s: %w", it, err)
		}
		out = append(out, object)
	}
	return out, nil
}

func podTemplateFields() []Field {
	return []Field{
		{
			Name: "group", Doc: "The API group, in any version; empty for the core group.",
			text: func(p *inject.PodTemplatePath) *string { return &p.Group },
		},
		{
			Name: "kind", Doc: "The kind of the object.", Required: true,
			text: func(p *inject.PodTemplatePath) *string { return &p.Kind },
		},
		{
			Name: "path",
			Doc:  `Where the pod template is, or a pod spec: keys with dots between them, "[]" after the key of a list for all its entries, "*" for all values of a mapping. If it is empty, the object itself is the Pod.`,
			text: func(p *inject.PodTemplatePath) *string { return &p.Path },
		},
		{
			Name: "serviceAccountPath",
			Doc:  "Where the name of the ServiceAccount is, in kinds that keep it outside of the pod template. If nothing is there, the template's counts.",
			text: func(p *inject.PodTemplatePath) *string { return &p.ServiceAccountPath },
		},
		{
			Name: "none", Truth: true,
			Doc:   "In place of a path: the kind makes no pods, so its containers are never looked at. This holds for a known kind too.",
			truth: func(p *inject.PodTemplatePath) *bool { return &p.None },
		},
	}
}

func (d *decoder) podTemplates(n *yaml.Node, path string) {
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
			value := d.scalar(values[f.Name], at+"."+f.Name)
			switch {
			case !f.Truth:
				*f.text(&p) = value
			case value != "" && value != "true" && value != "false":
				d.fault(values[f.Name], "%s.%s is %q: want true or false", at, f.Name, value)
			default:
				*f.truth(&p) = value == "true"
			}
		}
		// The path of an entry that is wrong already tells nothing more.
		if err := p.Validate(d.config.PodTemplates...); err != nil && len(d.faults) == before {
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
			switch {
			case f.Truth:
				if *f.truth(&p) {
					object = append(object, jsonobject.Member{Key: f.Name, Value: true})
				}
			case *f.text(&p) != "" || f.Required || f.Name == "path" && !p.None: // an empty path says that the object is a Pod
				object = append(object, jsonobject.Member{Key: f.Name, Value: *f.text(&p)})
			}
		}
		out = append(out, object)
	}
	return out, nil
}
