// Package jsonobject writes JSON objects whose keys keep an order. encoding/json
// sorts those of a map, and needs a struct for any other order.
package jsonobject

import (
	"bytes"
	"encoding/json"
)

// Object is a JSON object as a list of its keys and values.
type Object []Member

// Member is one key of an object with its value.
type Member struct {
	Key   string
	Value any
}

// MarshalJSON writes the members in the order of the list.
func (o Object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	// Whoever encodes the whole decides whether <, > and & are escaped.
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := enc.Encode(m.Key); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		if err := enc.Encode(m.Value); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
