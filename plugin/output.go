package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// asYAML joins the streams' text. One file comes out as it went in, edits aside;
// between files a "---" line stands where none is.
func asYAML(streams []*manifest.Stream) []byte {
	var out []byte
	for _, s := range streams {
		data := s.Bytes()
		if len(out) > 0 && len(data) > 0 {
			if !bytes.HasSuffix(out, []byte("\n")) {
				out = append(out, '\n')
			}
			data = bytes.TrimPrefix(data, []byte("\uFEFF"))
			if !bytes.HasPrefix(data, []byte("---")) && !bytes.HasPrefix(data, []byte("%")) {
				out = append(out, "---\n"...)
			} else if bytes.HasPrefix(data, []byte("%")) {
				out = append(out, "...\n"...)
			}
		}
		out = append(out, data...)
	}
	return out
}

// asJSON writes the objects as JSON, several of them as a List, as kubectl does.
func asJSON(streams []*manifest.Stream) ([]byte, error) {
	objects := []json.RawMessage{}
	for _, s := range streams {
		for _, document := range s.Documents() {
			n, err := yaml.Parse(string(document))
			if err != nil {
				return nil, fmt.Errorf("encoding %s as JSON: %w", s.Name, err)
			}
			data, err := n.MarshalJSON()
			if err != nil {
				return nil, fmt.Errorf("encoding %s as JSON: %w", s.Name, err)
			}
			objects = append(objects, data)
		}
	}
	var all any = map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}
	if len(objects) == 1 {
		all = objects[0]
	}
	data, err := json.MarshalIndent(all, "", "    ")
	if err != nil {
		return nil, fmt.Errorf("encoding as JSON: %w", err)
	}
	return append(data, '\n'), nil
}
