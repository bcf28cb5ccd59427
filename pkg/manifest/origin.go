package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Annotations with which kpt and kustomize tell a function where an object comes
// from. They are read and never written.
const (
	pathAnnotation        = "internal.config.kubernetes.io/path"
	indexAnnotation       = "internal.config.kubernetes.io/index"
	legacyPathAnnotation  = "config.kubernetes.io/path"
	legacyIndexAnnotation = "config.kubernetes.io/index"
)

// Origin is a place in the input.
type Origin struct {
	// File is the file's name, as the caller or an orchestrator gave it.
	File string
	// Document counts the documents of the file from 1; 0 means that the input
	// doesn't say.
	Document int
	// Line is the object's first line in the file, from 1; 0 for an object whose
	// file was not read here.
	Line int
}

// String writes the origin as a person looks for it.
func (o Origin) String() string {
	var parts []string
	if o.File != "" {
		parts = append(parts, o.File)
	}
	if o.Document > 0 {
		parts = append(parts, fmt.Sprintf("document %d", o.Document))
	}
	if o.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", o.Line))
	}
	return strings.Join(parts, ", ")
}

// wrappedOrigin reads where an item of a ResourceList comes from. kpt counts the
// documents of a file from 0.
func wrappedOrigin(annotations *yaml.Node) Origin {
	first := func(keys ...string) string {
		for _, key := range keys {
			if v := yamlnode.GetString(annotations, key); v != "" {
				return v
			}
		}
		return ""
	}
	o := Origin{File: first(pathAnnotation, legacyPathAnnotation)}
	if i, err := strconv.Atoi(first(indexAnnotation, legacyIndexAnnotation)); err == nil && i >= 0 {
		o.Document = i + 1
	}
	return o
}
