package yamlnode

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Each calls a function for every key of a mapping; a null or missing mapping has
// none. The path of an error grows on its way up, so that none is built for
// objects that have no error.
func Each(m *yaml.Node, do func(key string, v *yaml.Node) error) error {
	if IsNull(m) {
		return nil
	}
	m = Deref(m)
	if m.Kind != yaml.MappingNode {
		return &Error{Line: m.Line, Problem: "want a mapping, got " + Describe(m)}
	}
	content, err := Pairs(m)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(content); i += 2 {
		if err := do(content[i].Value, Deref(content[i+1])); err != nil {
			return Below("."+content[i].Value, err)
		}
	}
	return nil
}

// EachEntry calls a function for every entry of a list; a null or missing list
// has none.
func EachEntry(list *yaml.Node, do func(entry *yaml.Node) error) error {
	if IsNull(list) {
		return nil
	}
	list = Deref(list)
	if list.Kind != yaml.SequenceNode {
		return &Error{Line: list.Line, Problem: "want a list, got " + Describe(list)}
	}
	for i, entry := range list.Content {
		if IsNull(entry) {
			return Below("["+strconv.Itoa(i)+"]", &Error{Line: entry.Line, Problem: "the entry is empty"})
		}
		if err := do(Deref(entry)); err != nil {
			return Below("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

// ReadList reads a list's entries one by one.
func ReadList[T any](list *yaml.Node, read func(*yaml.Node) (T, error)) ([]T, error) {
	if IsNull(list) {
		return nil, nil
	}
	out := make([]T, 0, len(list.Content))
	err := EachEntry(list, func(entry *yaml.Node) error {
		one, err := read(entry)
		out = append(out, one)
		return err
	})
	return out, err
}

// Scalar reads a scalar's text; null is empty.
func Scalar(v *yaml.Node) (string, error) {
	if IsNull(v) {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		return "", &Error{Line: v.Line, Problem: "want a string, got " + Describe(v)}
	}
	return v.Value, nil
}

// Number reads an integer, in any of YAML's notations.
func Number[T int32 | int64](v *yaml.Node) (*T, error) {
	if IsNull(v) {
		return nil, nil
	}
	var out T
	if err := v.Decode(&out); err != nil {
		return nil, &Error{Line: v.Line, Problem: "want a whole number, got " + Describe(v)}
	}
	return &out, nil
}

// IsString tells whether both YAML 1.2 and YAML 1.1, which kubectl reads, take a
// scalar for a string.
func IsString(v *yaml.Node) bool {
	if IsNull(v) {
		return true // Kubernetes reads null as the empty string
	}
	if v.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return true
	}
	if v.Tag != yaml.NodeTagString {
		return false
	}
	return !yaml.IsYaml1_1NonString(v) || v.Style&yaml.TaggedStyle != 0
}

// Error is about one place in an object. The caller adds the object's file and
// document.
type Error struct {
	// Path is the way to the place, such as ".spec.containers[0]"; empty for the
	// object itself.
	Path string
	// Line counts from the start of the document, from 1; 0 if it isn't known.
	Line    int
	Problem string
	// First is the line of an earlier place that the problem is about too; 0 for none.
	First int
}

func (e *Error) Error() string {
	problem := e.Problem
	if e.First > 0 {
		problem += fmt.Sprintf(", first in line %d", e.First)
	}
	if e.Path == "" {
		return problem
	}
	return fmt.Sprintf("reading %s: %s", strings.TrimPrefix(e.Path, "."), problem)
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
