package config

import (
	"encoding/json"
	"fmt"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Document returns the settings as an object for a file, in JSON: what [Parse]
// reads. What isn't set isn't there. The object has the annotation with which kpt
// and kustomize keep it from a cluster.
func (c *InjectRRSA) Document() (json.RawMessage, error) {
	spec := jsonobject.Object{}
	for _, s := range Settings() {
		switch value := s.Value(c); {
		case value == "":
		case s.Truth():
			spec = append(spec, jsonobject.Member{Key: s.Name, Value: json.RawMessage(value)})
		default:
			spec = append(spec, jsonobject.Member{Key: s.Name, Value: value})
		}
	}
	for _, l := range Lists() {
		objects, err := l.write(c)
		if err != nil {
			return nil, err
		}
		if len(objects) > 0 {
			spec = append(spec, jsonobject.Member{Key: l.Name, Value: objects})
		}
	}
	metadata := jsonobject.Object{
		{Key: "name", Value: "rrsa"},
		{Key: "annotations", Value: map[string]string{manifest.LocalConfigAnnotation: "true"}},
	}
	out, err := json.Marshal(jsonobject.Object{
		{Key: "apiVersion", Value: APIVersion}, {Key: "kind", Value: Kind}, {Key: "metadata", Value: metadata}, {Key: "spec", Value: spec},
	})
	if err != nil {
		return nil, fmt.Errorf("encoding the config: %w", err)
	}
	return out, nil
}
