package plugin

import (
	"fmt"
	"io"

	"k8s.io/cli-runtime/pkg/printers"
)

// progress is one line on a terminal, and nothing elsewhere.
type progress struct {
	w     io.Writer
	shown bool
}

// show replaces the line. The text has to be plain.
func (p *progress) show(text string) {
	if !p.shown && !printers.IsTerminal(p.w) {
		return
	}
	p.shown = true
	fmt.Fprint(p.w, "\r\x1b[K"+text)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.shown = false
}
