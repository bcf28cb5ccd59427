package config

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
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

	// always tells that it is written even where it is empty.
	always bool
	text   func(*inject.PodTemplatePath) *string
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
