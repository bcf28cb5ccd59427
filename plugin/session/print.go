package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// printStreams writes streams in a format, yaml or json.
func printStreams(w io.Writer, streams []*manifest.Stream, format string) error {
	data := asYAML(streams)
	if format == "json" {
		var err error
		if data, err = asJSON(streams); err != nil {
			return err
		}
	}
	return term.Write(w, data, "the manifests")
}

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
			out = append(out, separator(data)...)
		}
		out = append(out, data...)
	}
	return out
}

// separator returns what has to stand before a file that follows another: nothing
// if the file starts with a "---" line. Directives need the end of a document
// before them, and the parser wants a document before that.
func separator(data []byte) string {
	for line := range bytes.Lines(data) {
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0 || line[0] == '#':
			continue
		case line[0] == '%':
			return "---\n...\n"
		case string(bytes.Fields(line)[0]) == "---" && bytes.HasPrefix(data, line):
			return ""
		}
		break
	}
	return "---\n"
}

// asJSON writes the objects as JSON, several of them as a List, as kubectl does.
// It reads the text as kubectl would, by YAML 1.1.
func asJSON(streams []*manifest.Stream) ([]byte, error) {
	objects := []json.RawMessage{}
	for _, s := range streams {
		for _, document := range s.Documents() {
			data, err := yaml.YAMLToJSON(document)
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
