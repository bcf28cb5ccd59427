package term

import (
	"encoding/json"
	"fmt"
	"io"

	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"
)

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

// Progress is one line on a terminal, and nothing elsewhere.
type Progress struct {
	// W is where the line is shown.
	W     io.Writer
	shown bool
}

// Show replaces the line. The text has to be plain.
func (p *Progress) Show(text string) {
	if !p.shown && !printers.IsTerminal(p.W) {
		return
	}
	p.shown = true
	fmt.Fprint(p.W, "\r\x1b[K"+text)
}

// Clear takes the line away.
func (p *Progress) Clear() {
	if p.shown {
		fmt.Fprint(p.W, "\r\x1b[K")
	}
	p.shown = false
}
