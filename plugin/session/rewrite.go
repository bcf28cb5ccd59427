package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Rewriting is how a verb prints the input with changes.
type Rewriting struct {
	// Injector decides.
	Injector inject.Injector
	// Tell writes what was decided, unless -q forbids it.
	Tell func(io.Writer, *inject.Report)
	// Check holds the result to something, before it is printed; nil for nothing. The
	// streams are the input and the result. An error forbids to print the result, but
	// for one of differences, which ends the run after it.
	Check func(before, after []*manifest.Stream) error
	// Empty says that an input without any object is no error.
	Empty bool
}

// errDiffers ends a check that has found differences.
const errDiffers = term.Differs("the manifests are not as an injection would make them: see the lines with \"differs\"")

// Rewrite decides for the input's pods, tells it, and prints the input with the
// changes as -o says. In the mode check it prints nothing, and fails if there are any.
func (s *Session) Rewrite(r Rewriting) error {
	if len(s.Input.Items()) == 0 && (!r.Empty || s.Settings.Mode == config.ModeCheck) {
		return errNoObjects
	}
	after, report, err := s.Changed(r.Injector, s.Input.Streams, func(report *inject.Report) { r.Tell(s.Talk, report) })
	if err != nil {
		return err
	}
	if s.Settings.Mode == config.ModeCheck {
		if !report.Settled() {
			return errDiffers
		}
		return nil
	}
	var found error
	if r.Check != nil {
		if found = r.Check(s.Input.Streams, after); found != nil && !term.IsDiffers(found) {
			return found
		}
	}
	if err := printStreams(s.Out, after, s.flags.Format); err != nil {
		return err
	}
	return found
}

// Changed decides for the pods of streams and returns the streams with the changes,
// and the report, unless something forbids to write any. tell gets the report either
// way, before that. In a Pod that exists already nothing changes.
func (s *Session) Changed(injector inject.Injector, streams []*manifest.Stream, tell func(*inject.Report)) ([]*manifest.Stream, *inject.Report, error) {
	injector.Existing = false
	report, err := injector.Plan(Items(streams))
	if err != nil {
		return nil, nil, err
	}
	forbidden := s.Settings.Blocked(report)
	if forbidden != nil && s.Quiet {
		forbidden = fmt.Errorf("%w, which --quiet hides", forbidden)
	}
	var after []*manifest.Stream
	if forbidden == nil {
		if after, report, err = report.Rewrite(streams...); err != nil {
			return nil, nil, err
		}
	}
	tell(report)
	return after, report, forbidden
}

// errNoObjects is about an input in which there is nothing to judge, perhaps because
// what should have made it has failed.
var errNoObjects = errors.New("reading the input: it has no objects: check what made it, or the path")

// printStreams writes streams in a format: as YAML, or the objects as JSON or what a template
// makes of that, several of them as a List, as kubectl does. It reads the text as kubectl would, by YAML 1.1.
func printStreams(w io.Writer, streams []*manifest.Stream, format term.Format) error {
	if format.Name == "yaml" {
		data, err := asYAML(streams)
		if err != nil {
			return err
		}
		return term.Write(w, data, "the manifests")
	}
	objects := []json.RawMessage{}
	for _, s := range streams {
		for _, document := range s.Documents() {
			data := document.Text
			if !document.JSON {
				var err error
				if data, err = yaml.YAMLToJSON(data); err != nil {
					return fmt.Errorf("encoding %s as JSON: %w", s.Name, err)
				}
			}
			objects = append(objects, data)
		}
	}
	if len(objects) == 1 {
		return format.Encode(w, objects[0], "the manifests")
	}
	return format.Encode(w, map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}, "the manifests")
}

// asYAML joins the streams' text. One file comes out as it went in, edits aside;
// between files a "---" line stands where none is. Where kubectl reads nothing but JSON
// that isn't YAML, the objects stand one after another.
func asYAML(streams []*manifest.Stream) ([]byte, error) {
	if len(streams) == 1 {
		return streams[0].Bytes(), nil
	}
	only, other := "", ""
	for _, s := range streams {
		for _, document := range s.Documents() {
			if document.OnlyJSON() {
				only = s.Name
			} else if !document.JSON {
				other = s.Name
			}
		}
	}
	if only != "" && other != "" {
		return nil, fmt.Errorf("printing %s and %s as one text: the first has escapes of JSON that are none in YAML: print it alone, or all with -o json", only, other)
	}
	var out []byte
	for _, s := range streams {
		data := s.Separated()
		if only != "" {
			data = s.Bytes()
		}
		if len(out) > 0 && len(data) > 0 {
			data = bytes.TrimPrefix(data, []byte("\uFEFF"))
			if !bytes.HasSuffix(out, []byte("\n")) {
				out = append(out, '\n')
			}
			if only == "" {
				out = append(out, separator(data)...)
			}
		}
		out = append(out, data...)
	}
	return out, nil
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
