package yamlnode

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Error is about one place in an object. The caller adds the object's file and
// document.
type Error struct {
	// Path is the way to the place, such as ".spec.containers[0]"; empty for the
	// object itself.
	Path string
	// Line counts from the start of the document, from 1; 0 if it isn't known.
	Line    int
	Problem string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Problem
	}
	return fmt.Sprintf("reading %s: %s", strings.TrimPrefix(e.Path, "."), e.Problem)
}

// Below adds the way to the place of an error in front of its path.
func Below(path string, err error) error {
	var fe *Error
	if errors.As(err, &fe) {
		fe.Path = path + fe.Path
	}
	return err
}

// Describe names a node's kind for a person.
func Describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return fmt.Sprintf("%q", n.Value)
	}
	return "something else"
}
