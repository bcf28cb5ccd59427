package manifest

import (
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reader reads from nodes what the engine needs, and nothing else: a typed
// decoding of whole objects would cost several times as much and drop fields that
// it doesn't know. Errors name the path; reasons collect what only a reader of
// YAML can see.
type reader struct {
	level   rrsa.Level
	reasons []rrsa.Reason
}

// each calls a function for every key of a mapping; a null or missing mapping has
// none. The path of an error grows on its way up, so that none is built for
// objects that have no error.
func each(m *yaml.Node, do func(key string, v *yaml.Node) error) error {
	if isNull(m) {
		return nil
	}
	m = deref(m)
	if m.Kind != yaml.MappingNode {
		return &fieldError{line: m.Line, problem: "want a mapping, got " + describe(m)}
	}
	content, err := pairs(m)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(content); i += 2 {
		if err := do(content[i].Value, deref(content[i+1])); err != nil {
			return below("."+content[i].Value, err)
		}
	}
	return nil
}

// eachEntry calls a function for every entry of a list; a null or missing list
// has none.
func eachEntry(list *yaml.Node, do func(entry *yaml.Node) error) error {
	if isNull(list) {
		return nil
	}
	list = deref(list)
	if list.Kind != yaml.SequenceNode {
		return &fieldError{line: list.Line, problem: "want a list, got " + describe(list)}
	}
	for i, entry := range list.Content {
		if isNull(entry) {
			return below("["+strconv.Itoa(i)+"]", &fieldError{line: entry.Line, problem: "the entry is empty"})
		}
		if err := do(deref(entry)); err != nil {
			return below("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

// readList reads a list's entries one by one.
func readList[T any](list *yaml.Node, read func(*yaml.Node) (T, error)) ([]T, error) {
	if isNull(list) {
		return nil, nil
	}
	out := make([]T, 0, len(list.Content))
	err := eachEntry(list, func(entry *yaml.Node) error {
		one, err := read(entry)
		out = append(out, one)
		return err
	})
	return out, err
}

// scalar reads a scalar's text; null is empty.
func scalar(v *yaml.Node) (string, error) {
	if isNull(v) {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		return "", &fieldError{line: v.Line, problem: "want a string, got " + describe(v)}
	}
	return v.Value, nil
}

// number reads an integer, in any of YAML's notations.
func number[T int32 | int64](v *yaml.Node) (*T, error) {
	if isNull(v) {
		return nil, nil
	}
	var out T
	if err := v.Decode(&out); err != nil {
		return nil, &fieldError{line: v.Line, problem: "want a whole number, got " + describe(v)}
	}
	return &out, nil
}
