package term

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// Format is the flag -o of a verb.
type Format struct {
	// Name is what was given, or the default.
	Name   string
	values []string
}

// Add adds the flag with its default and the formats that there are.
func (f *Format) Add(cmd *cobra.Command, value, usage string, values ...string) {
	f.values = values
	cmd.Flags().StringVarP(&f.Name, "output", "o", value, usage)
	Complete(cmd, "output", values...)
}

// Check refuses a format that there isn't. A verb without the flag has no formats.
func (f Format) Check() error {
	if f.values != nil && !slices.Contains(f.values, f.Name) {
		return fmt.Errorf("checking --output %q: want %s", f.Name, Choice(f.values))
	}
	return nil
}

// Write writes all of a text, or fails. what names it in the error.
func Write(w io.Writer, data []byte, what string) error {
	n, err := w.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", what, err)
	}
	return nil
}

// Encode writes a value as the format says, yaml or json.
func Encode(w io.Writer, format string, v any, what string) error {
	data, err := json.MarshalIndent(v, "", "    ")
	data = append(data, '\n')
	if err == nil && format == "yaml" {
		data, err = yaml.JSONToYAML(data)
	}
	if err != nil {
		return fmt.Errorf("encoding %s as %s: %w", what, format, err)
	}
	return Write(w, data, what)
}
