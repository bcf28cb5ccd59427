package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Where the generated files are, from the top of the module.
const (
	schemaFile     = "fn/schema/injectrrsa.json"
	definitionFile = "fn/definition.yaml"
)

// definitionKey is the line of the definition behind which all is generated.
const definitionKey = "      openAPIV3Schema: # generated from here on: make generate\n"

type file struct {
	path string
	data []byte
}

// generate makes the files anew. Of the definition, only the schema at its end is
// generated.
func generate(top string) ([]file, error) {
	config, err := configSchema(top)
	if err != nil {
		return nil, err
	}
	openAPI, err := indented(config, strings.Repeat(" ", 8))
	if err != nil {
		return nil, err
	}
	config.Schema, config.Title = "http://json-schema.org/draft-07/schema#", "InjectRRSA"
	var editors bytes.Buffer
	enc := json.NewEncoder(&editors)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(config); err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	definition, err := os.ReadFile(filepath.Join(top, definitionFile))
	if err != nil {
		return nil, fmt.Errorf("reading the definition: %w", err)
	}
	head, _, ok := strings.Cut(string(definition), definitionKey)
	if !ok {
		return nil, fmt.Errorf("reading %s: no line %q", definitionFile, strings.TrimSpace(definitionKey))
	}
	return []file{{schemaFile, editors.Bytes()}, {definitionFile, []byte(head + definitionKey + openAPI)}}, nil
}

// indented encodes a schema as YAML, in the order that it has as JSON.
func indented(s *schema, indent string) (string, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encoding the schema: %w", err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		return "", fmt.Errorf("encoding the schema: %w", err)
	}
	plain(&n)
	text, err := yaml.NewRNode(&n).String()
	if err != nil {
		return "", fmt.Errorf("encoding the schema: %w", err)
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(indent + line)
	}
	return out.String(), nil
}

// plain takes the style of JSON from nodes.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plain(child)
	}
}
