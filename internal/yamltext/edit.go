package yamltext

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Edit replaces the bytes from Start to End by Text.
type Edit struct {
	Start, End int
	Text       string
}

// Edited is a text with edits in it.
type Edited struct {
	data  []byte
	edits []Edit
	// size is that of the text with the edits.
	size int
}

// NewEdited makes edits, in whatever order they are given; what is inserted at one
// place keeps its order, and comes before what is cut from there on. Two edits of
// the same bytes are an error. A text without a line break at its end keeps none.
func NewEdited(data []byte, edits []Edit) (Edited, error) {
	e := Edited{data: data, edits: slices.Clone(edits), size: len(data)}
	slices.SortStableFunc(e.edits, func(a, b Edit) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	at := 0
	for _, edit := range e.edits {
		if edit.Start < at || edit.End < edit.Start || edit.End > len(data) {
			return Edited{}, fmt.Errorf("editing the text: two edits at byte %d", edit.Start)
		}
		e.size += len(edit.Text) - (edit.End - edit.Start)
		at = edit.End
	}
	if len(edits) > 0 && len(data) > 0 && !EndsLine(data) {
		e.size -= e.lastBreak()
	}
	return e, nil
}

// lastBreak is the length of the line break at the end.
func (e Edited) lastBreak() int {
	var end string
	for i := len(e.edits); i >= 0 && len(end) < len("\r\n"); i-- {
		start, behind := 0, len(e.data)
		if i > 0 {
			start = e.edits[i-1].End
		}
		if i < len(e.edits) {
			behind = e.edits[i].Start
		}
		end = string(e.data[max(start, behind-len("\r\n")):behind]) + end
		if i > 0 {
			end = e.edits[i-1].Text + end
		}
	}
	for _, eol := range []string{"\r\n", "\n", "\r"} {
		if strings.HasSuffix(end, eol) {
			return len(eol)
		}
	}
	return 0
}

// WriteTo writes the text.
func (e Edited) WriteTo(w io.Writer) (int64, error) {
	written, at := 0, 0
	write := func(part []byte) error {
		n, err := w.Write(part[:min(len(part), e.size-written)])
		written += n
		return err
	}
	for _, edit := range e.edits {
		if err := errors.Join(write(e.data[at:edit.Start]), write([]byte(edit.Text))); err != nil {
			return int64(written), err
		}
		at = edit.End
	}
	err := write(e.data[at:])
	return int64(written), err
}

// Append appends the text to a buffer.
func (e Edited) Append(out []byte) []byte {
	buf := bytes.NewBuffer(slices.Grow(out, e.size))
	_, _ = e.WriteTo(buf) // a buffer takes all
	return buf.Bytes()
}

// Apply is the text with edits made.
func Apply(data []byte, edits []Edit) ([]byte, error) {
	if len(edits) == 0 {
		return data, nil
	}
	e, err := NewEdited(data, edits)
	if err != nil {
		return nil, err
	}
	return e.Append(nil), nil
}

// EndsLine tells whether a text ends with a line break.
func EndsLine(data []byte) bool {
	for _, eol := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if bytes.HasSuffix(data, []byte(eol)) {
			return true
		}
	}
	return false
}
