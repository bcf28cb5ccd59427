package trustpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// node is a value of a JSON text, with its line. encoding/json alone would tell a
// person about Go's types, take keys in any case, and drop one that stands twice.
type node struct {
	kind kind
	line int
	// text is a string's value.
	text string
	// keys are those of an object, and items their values, or those of a list.
	keys  []string
	items []*node
}

// kind is what a value is, as it is called in a message.
type kind string

const (
	anObject kind = "an object"
	aList    kind = "a list"
	aString  kind = "a string"
)

// fault is what is wrong with a policy, at a line of its text.
func fault(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
}

// parse reads a JSON text.
func parse(data []byte) (*node, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("it is empty")
	}
	var valid json.RawMessage
	if err := json.Unmarshal(data, &valid); err != nil {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, fmt.Errorf("it is no JSON: %w", err)
		}
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return nil, fault(line, "it is no JSON: %v", err)
	}
	r := reader{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.decoder.UseNumber()
	return r.value()
}

// reader reads a text that is known to be JSON.
type reader struct {
	data    []byte
	decoder *json.Decoder
	// read is how far lines are counted.
	read, line int
}

func (r *reader) token() json.Token {
	token, _ := r.decoder.Token()
	at := int(r.decoder.InputOffset())
	r.line += bytes.Count(r.data[r.read:at], []byte("\n"))
	r.read = at
	return token
}

func (r *reader) value() (*node, error) {
	token := r.token()
	n := &node{line: r.line}
	switch token := token.(type) {
	case json.Delim:
		n.kind = aList
		if token == '{' {
			n.kind = anObject
		}
		seen := map[string]bool{}
		for r.decoder.More() {
			if n.kind == anObject {
				key, _ := r.token().(string)
				if seen[key] {
					return nil, fault(r.line, "%q stands twice in one object", key)
				}
				seen[key] = true
				n.keys = append(n.keys, key)
			}
			item, err := r.value()
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		r.token() // its end
	case string:
		n.kind, n.text = aString, token
	case json.Number:
		n.kind, n.text = "a number", token.String()
	case bool:
		n.kind, n.text = "a boolean", fmt.Sprint(token)
	default:
		n.kind = "null"
	}
	return n, nil
}

// strings reads one string or a list of strings; null is none.
func (n *node) strings(path string) (Values, error) {
	switch n.kind {
	case aString:
		return Values{n.text}, nil
	case "null":
		return nil, nil
	case aList:
		out := Values{}
		for _, item := range n.items {
			if item.kind != aString {
				return nil, fault(item.line, "%s: want a string or a list of strings, got %s in the list", path, item.kind)
			}
			out = append(out, item.text)
		}
		return out, nil
	}
	return nil, fault(n.line, "%s: want a string or a list of strings, got %s", path, n.kind)
}

// is fails for another kind of value.
func (n *node) is(want kind, path string) error {
	if n.kind == want {
		return nil
	}
	if path == "" {
		return fault(n.line, "want %s, got %s", want, n.kind)
	}
	return fault(n.line, "%s: want %s, got %s", path, want, n.kind)
}
