package main

import (
	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// schema is what JSON schema (draft 7) and OpenAPI v3 have in common.
type schema struct {
	Schema               string            `json:"$schema,omitempty"`
	Title                string            `json:"title,omitempty"`
	Description          string            `json:"description,omitempty"`
	Type                 string            `json:"type"`
	Enum                 []string          `json:"enum,omitempty"`
	Pattern              string            `json:"pattern,omitempty"`
	Default              any               `json:"default,omitempty"`
	Items                *schema           `json:"items,omitempty"`
	Required             []string          `json:"required,omitempty"`
	Properties           jsonobject.Object `json:"properties,omitempty"`
	AdditionalProperties any               `json:"additionalProperties,omitempty"`
}

// add adds a property.
func (s *schema) add(name string, property *schema) {
	s.Properties = append(s.Properties, jsonobject.Member{Key: name, Value: property})
}

func text() *schema { return &schema{Type: "string"} }

func one(values ...string) *schema { return &schema{Type: "string", Enum: values} }

// texts is the schema of labels and annotations.
func texts() *schema { return &schema{Type: "object", AdditionalProperties: text()} }

// configSchema is the schema of an InjectRRSA object.
func configSchema() *schema {
	metadata := &schema{Type: "object"}
	metadata.add("name", text())
	metadata.add("annotations", texts())
	metadata.add("labels", texts())
	out := &schema{
		Description: "The settings of inject-rrsa and of kubectl rrsa: what no manifest says about the cluster and its webhook.",
		Type:        "object", Required: []string{"apiVersion", "kind"}, AdditionalProperties: false,
	}
	out.add("apiVersion", one(config.APIVersion))
	out.add("kind", one(config.Kind))
	out.add("metadata", metadata)
	out.add("spec", specSchema())
	return out
}

// specSchema is the schema of the settings.
func specSchema() *schema {
	out := &schema{
		Description: "The settings. None is needed as long as nothing needs to know it.",
		Type:        "object", AdditionalProperties: false,
	}
	for _, s := range config.Settings() {
		out.add(s.Name, settingSchema(s))
	}
	for _, l := range config.Lists() {
		entry := objectSchema(l.Entry)
		if !l.Open {
			entry.AdditionalProperties = false
		}
		out.add(l.Name, &schema{Description: l.Doc, Type: "array", Items: entry})
	}
	return out
}

func settingSchema(s config.Setting) *schema {
	out := &schema{Description: s.Doc, Type: "string", Enum: s.Values}
	if s.Pattern != "" {
		out.Pattern = "^$|" + s.Pattern // empty is as not set
	}
	if s.Truth() {
		out.Type = "boolean"
	}
	switch {
	case s.Default == "":
	case s.Truth():
		out.Default = s.Default == "true"
	default:
		out.Default = s.Default
	}
	return out
}

// objectSchema is the schema of an object, which may have other fields as well.
func objectSchema(fields []config.Field) *schema {
	out := &schema{Type: "object"}
	for _, f := range fields {
		if f.Required {
			out.Required = append(out.Required, f.Name)
		}
		switch {
		case f.Texts:
			out.add(f.Name, texts())
		case f.Fields != nil:
			out.add(f.Name, objectSchema(f.Fields))
		default:
			out.add(f.Name, &schema{Description: f.Doc, Type: "string", Enum: f.Values})
		}
	}
	return out
}
