package term

import (
	"fmt"
	"io"

	"k8s.io/cli-runtime/pkg/printers"
)

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
