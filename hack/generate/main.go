// Command generate writes what follows from code: the JSON schema for editors, the
// one in the function's definition and the reference of the settings, all of them
// from the table in pkg/config, and from the help of "kubectl rrsa" a page for each
// command. Run it at the top of the module.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	files, err := generate(".")
	if err == nil {
		err = write(".", files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// Where the generated texts are, from the top of the module.
const (
	schemaFile     = "fn/schema/injectrrsa.json"
	definitionFile = "fn/definition.yaml"
	referenceFile  = "docs/config.md"
	pagesFolder    = "docs/cli"
)

// What the generated parts of files are between. The definition's is its end.
const (
	definitionKey  = "      openAPIV3Schema: # generated from here on: make generate\n"
	referenceStart = "<!-- settings: generated -->\n"
	referenceEnd   = "<!-- /settings -->\n"
)

type file struct{ path, text string }

// generate makes the files again, and keeps what people have written in them.
func generate(top string) ([]file, error) {
	editors, openAPI, err := schemas()
	if err != nil {
		return nil, err
	}
	definition, err := between(top, definitionFile, definitionKey, "", openAPI)
	if err != nil {
		return nil, err
	}
	settings, err := between(top, referenceFile, referenceStart, referenceEnd, reference())
	if err != nil {
		return nil, err
	}
	return append(pages(), file{schemaFile, editors}, definition, settings), nil
}

// between replaces what a file has between two lines; with no end, all of the rest.
func between(top, path, start, end, text string) (file, error) {
	data, err := os.ReadFile(filepath.Join(top, path))
	if err != nil {
		return file{}, fmt.Errorf("reading what is to be generated: %w", err)
	}
	before, after, ok := strings.Cut(string(data), start)
	if ok && end == "" {
		after = ""
	} else if ok {
		_, after, ok = strings.Cut(after, end)
	}
	if !ok {
		return file{}, fmt.Errorf("reading %s: no line %q with a line %q after it", path, strings.TrimSpace(start), strings.TrimSpace(end))
	}
	return file{path, before + start + text + end + after}, nil
}

// write writes the files below the top of the module, and takes away the pages of
// commands that are gone.
func write(top string, files []file) error {
	if err := os.RemoveAll(filepath.Join(top, pagesFolder)); err != nil {
		return fmt.Errorf("removing the old pages: %w", err)
	}
	for _, f := range files {
		path := filepath.Join(top, f.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("writing what is generated: %w", err)
		}
		if err := os.WriteFile(path, []byte(f.text), 0o644); err != nil {
			return fmt.Errorf("writing what is generated: %w", err)
		}
	}
	return nil
}
