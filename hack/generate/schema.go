package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

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
	MaxLength            int               `json:"maxLength,omitempty"`
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

// text is the schema of a string, which may be one of some values only.
func text(values ...string) *schema { return &schema{Type: "string", Enum: values} }

// schemas are the JSON schema that editors take, and as indented YAML the one in the
// function's definition. Both have the same order.
func schemas() (editors, openAPI string, err error) {
	s := configSchema()
	bare, err := json.Marshal(s)
	if err != nil {
		return "", "", fmt.Errorf("encoding the schema: %w", err)
	}
	s.Schema, s.Title = "http://json-schema.org/draft-07/schema#", "InjectRRSA"
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return "", "", fmt.Errorf("encoding the schema: %w", err)
	}
	n, err := yaml.Parse(string(bare))
	if err != nil {
		return "", "", fmt.Errorf("encoding the schema: %w", err)
	}
	plain(n.YNode())
	text, err := n.String()
	if err != nil {
		return "", "", fmt.Errorf("encoding the schema: %w", err)
	}
	for line := range strings.Lines(text) {
		openAPI += strings.Repeat(" ", 8) + line
	}
	return out.String(), openAPI, nil
}

// plain takes the style of JSON from nodes.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plain(child)
	}
}

// configSchema is the schema of an InjectRRSA object.
func configSchema() *schema {
	out := &schema{
		Description: "The settings of inject-rrsa and of kubectl rrsa: what no manifest says about the cluster and its webhook.",
		Type:        "object", Required: []string{"apiVersion", "kind"}, AdditionalProperties: false,
	}
	out.add("apiVersion", text(config.APIVersion))
	out.add("kind", text(config.Kind))
	out.add("metadata", objectSchema([]config.Field{{Name: "name"}, {Name: "annotations", Texts: true}, {Name: "labels", Texts: true}}))
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
	out := &schema{Description: s.Doc, Type: "string", Enum: s.Values, MaxLength: s.Longest}
	if s.Pattern != "" {
		out.Pattern = "^$|" + s.Pattern // empty is as not set
	}
	if s.Default != "" && s.Else == "" {
		out.Default = s.Default
	}
	if s.Truth() {
		out.Type, out.Default = "boolean", s.Default == "true"
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
			out.add(f.Name, &schema{Type: "object", AdditionalProperties: text()})
		case f.Fields != nil:
			out.add(f.Name, objectSchema(f.Fields))
		case f.Truth:
			out.add(f.Name, &schema{Description: f.Doc, Type: "boolean", Default: false})
		default:
			out.add(f.Name, &schema{Description: f.Doc, Type: "string", Enum: f.Values})
		}
	}
	return out
}
