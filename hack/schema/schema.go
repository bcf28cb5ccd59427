package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// schema is what JSON schema (draft 7) and OpenAPI v3 have in common.
type schema struct {
	Schema               string     `json:"$schema,omitempty"`
	Title                string     `json:"title,omitempty"`
	Description          string     `json:"description,omitempty"`
	Type                 string     `json:"type"`
	Enum                 []string   `json:"enum,omitempty"`
	Pattern              string     `json:"pattern,omitempty"`
	Default              any        `json:"default,omitempty"`
	Items                *schema    `json:"items,omitempty"`
	Required             []string   `json:"required,omitempty"`
	Properties           properties `json:"properties,omitempty"`
	AdditionalProperties any        `json:"additionalProperties,omitempty"`
}

// properties keep the order of the fields.
type properties []property

type property struct {
	name string
	*schema
}

func (p properties) get(name string) *schema {
	for _, property := range p {
		if property.name == name {
			return property.schema
		}
	}
	return nil
}

// MarshalJSON writes an object in the order of the list.
func (p properties) MarshalJSON() ([]byte, error) {
	out := bytes.NewBufferString("{")
	for i, property := range p {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(out, "%q:", property.name)
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(property.schema); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func text(description string) *schema { return &schema{Type: "string", Description: description} }

func one(values ...string) *schema { return &schema{Type: "string", Enum: values} }

// configSchema is the schema of an InjectRRSA object.
func configSchema(top string) (*schema, error) {
	s := sources{top: top, packages: map[string]*source{}}
	spec, err := s.object(reflect.TypeFor[config.InjectRRSA]())
	if err != nil {
		return nil, err
	}
	patterns, err := s.load(reflect.TypeFor[rrsa.Config]().PkgPath())
	if err != nil {
		return nil, err
	}
	for setting, name := range map[string]string{
		"accountID": "accountPattern", "clusterID": "clusterPattern", "region": "regionPattern", "oidcProviderARN": "providerPattern",
		"webhookVersion": "versionPattern",
	} {
		property, pattern := spec.Properties.get(setting), patterns.patterns[name]
		if property == nil || pattern == "" {
			return nil, fmt.Errorf("looking for the pattern of %s: there is no such setting, or no %s in pkg/rrsa", setting, name)
		}
		property.Pattern = "^$|" + pattern // empty is as not set
	}
	spec.Description = "The settings. None is needed as long as nothing needs to know it."
	metadata := &schema{Type: "object", Properties: properties{{"name", text("")}, {"annotations", texts()}, {"labels", texts()}}}
	return &schema{
		Description: "The settings of inject-rrsa and of kubectl rrsa: what no manifest says about the cluster and its webhook.",
		Type:        "object", Required: []string{"apiVersion", "kind"}, AdditionalProperties: false,
		Properties: properties{{"apiVersion", one(config.APIVersion)}, {"kind", one(config.Kind)}, {"metadata", metadata}, {"spec", spec}},
	}, nil
}

// required are the fields that an entry of a list can't be without.
var required = map[string][]string{"PodTemplatePath": {"kind"}}

// object is the schema of a struct whose fields are settings.
func (s sources) object(t reflect.Type) (*schema, error) {
	src, err := s.load(t.PkgPath())
	if err != nil {
		return nil, err
	}
	out := &schema{Type: "object", Required: required[t.Name()], AdditionalProperties: false}
	names := map[string]string{}
	for _, f := range reflect.VisibleFields(t) {
		names[f.Name] = settingName(f.Name)
	}
	for _, f := range reflect.VisibleFields(t) {
		comment := src.comments[t.Name()+"."+f.Name]
		if comment == "" {
			return nil, fmt.Errorf("describing %s.%s: it has no comment", t.Name(), f.Name)
		}
		comment, unset := cutDefault(comment)
		p, err := s.value(f.Type)
		if err != nil {
			return nil, fmt.Errorf("describing %s.%s: %w", t.Name(), f.Name, err)
		}
		p.Description = word.ReplaceAllStringFunc(comment, func(w string) string {
			if name, ok := names[w]; ok {
				return name
			}
			return w
		})
		if p.Default, err = defaultOf(f, p, unset); err != nil {
			return nil, fmt.Errorf("describing %s.%s: %w", t.Name(), f.Name, err)
		}
		out.Properties = append(out.Properties, property{names[f.Name], p})
	}
	return out, nil
}

// value is the schema of a field by its type.
func (s sources) value(t reflect.Type) (*schema, error) {
	switch {
	case t == reflect.TypeFor[*manifest.Item]():
		return contextItem(), nil
	case t.Kind() == reflect.String && t.PkgPath() == "":
		return text(""), nil
	case t.Kind() == reflect.String:
		src, err := s.load(t.PkgPath())
		if err != nil {
			return nil, err
		}
		if len(src.values[t.Name()]) == 0 {
			return nil, fmt.Errorf("type %s has no values", t.Name())
		}
		return one(src.values[t.Name()]...), nil
	case t == reflect.TypeFor[*bool]():
		return &schema{Type: "boolean"}, nil
	case t.Kind() == reflect.Slice:
		items, err := s.value(t.Elem())
		return &schema{Type: "array", Items: items}, err
	case t.Kind() == reflect.Struct:
		return s.object(t)
	}
	return nil, fmt.Errorf("type %s is none that a setting has", t)
}

// contextItem is the schema of a Namespace or ServiceAccount in the context.
func contextItem() *schema {
	metadata := &schema{
		Type: "object", Required: []string{"name"},
		Properties: properties{{"name", text("")}, {"namespace", text("")}, {"labels", texts()}, {"annotations", texts()}},
	}
	return &schema{
		Type: "object", Required: []string{"apiVersion", "kind", "metadata"},
		Properties: properties{{"apiVersion", one("v1")}, {"kind", one("Namespace", "ServiceAccount")}, {"metadata", metadata}},
	}
}

// texts is the schema of labels and annotations.
func texts() *schema { return &schema{Type: "object", AdditionalProperties: text("")} }

var (
	word    = regexp.MustCompile(`\w+`)
	initial = regexp.MustCompile(`^[A-Z]+`)
)

// settingName is the name that a Go field has in the config: accountID of
// AccountID, oidcProviderARN of OIDCProviderARN.
func settingName(field string) string {
	n := len(initial.FindString(field))
	if n > 1 && n < len(field) {
		n-- // the last one starts the next word
	}
	return strings.ToLower(field[:n]) + field[n:]
}

var unsetClause = regexp.MustCompile(`; (?:nil|empty) means (\w+)`)

// cutDefault takes what an unset field means out of its comment.
func cutDefault(comment string) (rest, unset string) {
	if m := unsetClause.FindStringSubmatch(comment); m != nil {
		return unsetClause.ReplaceAllString(comment, ""), m[1]
	}
	return comment, ""
}

// defaultOf is a setting's default: what its comment says, or what a webhook has
// that is installed as it comes. Where both say something, they have to agree.
func defaultOf(f reflect.StructField, p *schema, unset string) (any, error) {
	var said, known any
	switch {
	case unset == "":
	case p.Type == "boolean":
		said = unset == "true"
	default:
		i := slices.IndexFunc(p.Enum, func(v string) bool { return strings.EqualFold(v, strings.TrimPrefix(unset, f.Type.Name())) })
		if i < 0 {
			return nil, fmt.Errorf("%s is none of the values %s", unset, strings.Join(p.Enum, ", "))
		}
		said = p.Enum[i]
	}
	if v := reflect.ValueOf(rrsa.Default()).FieldByName(f.Name); v.IsValid() && !v.IsZero() {
		known = v.Interface()
	}
	if said != nil && known != nil && said != known {
		return nil, fmt.Errorf("the comment says that the default is %v, and it is %v", said, known)
	}
	if said == nil {
		said = known
	}
	return said, nil
}
