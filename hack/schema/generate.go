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

// Where the generated texts are, from the top of the module.
const (
	schemaFile     = "fn/schema/injectrrsa.json"
	definitionFile = "fn/definition.yaml"
	referenceFile  = "docs/config.md"
)

// What the generated parts of files are between. The definition's is its end.
const (
	definitionKey  = "      openAPIV3Schema: # generated from here on: make generate\n"
	referenceStart = "<!-- settings: generated -->\n"
	referenceEnd   = "<!-- /settings -->\n"
)

type file struct {
	path string
	data []byte
}

// generate makes the files again, and keeps what people have written in them.
func generate(top string) ([]file, error) {
	editors, err := editorSchema()
	if err != nil {
		return nil, err
	}
	openAPI, err := indented(configSchema(), strings.Repeat(" ", 8))
	if err != nil {
		return nil, err
	}
	definition, err := between(top, definitionFile, definitionKey, "", openAPI)
	if err != nil {
		return nil, err
	}
	page, err := between(top, referenceFile, referenceStart, referenceEnd, reference())
	if err != nil {
		return nil, err
	}
	return []file{{schemaFile, editors}, definition, page}, nil
}

// between replaces what a file has between two lines; with no end, all of the rest.
func between(top, path, start, end, text string) (file, error) {
	data, err := os.ReadFile(filepath.Join(top, path))
	if err != nil {
		return file{}, fmt.Errorf("reading what is to be generated: %w", err)
	}
	before, after, ok := strings.Cut(string(data), start)
	if ok && end == "" {
		after = ""
	} else if ok {
		_, after, ok = strings.Cut(after, end)
	}
	if !ok {
		return file{}, fmt.Errorf("reading %s: no line %q with a line %q after it", path, strings.TrimSpace(start), strings.TrimSpace(end))
	}
	return file{path, []byte(before + start + text + end + after)}, nil
}

// editorSchema is the JSON schema that editors take.
func editorSchema() ([]byte, error) {
	s := configSchema()
	s.Schema, s.Title = "http://json-schema.org/draft-07/schema#", "InjectRRSA"
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return out.Bytes(), nil
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
