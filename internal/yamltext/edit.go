package yamltext

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// Edit replaces the bytes from Start to End by Text.
type Edit struct {
	Start, End int
	Text       string
}

// Apply makes edits, in whatever order they are given; what is inserted at one
// place keeps its order, and comes before what is cut from there on. Two edits of
// the same bytes are an error. A text without a line break at its end keeps none.
func Apply(data []byte, edits []Edit) ([]byte, error) {
	if len(edits) == 0 {
		return data, nil
	}
	size := len(data)
	for _, e := range edits {
		size += len(e.Text)
	}
	return Append(make([]byte, 0, size), data, edits)
}

// Append is [Apply] into a buffer that is there already.
func Append(out, data []byte, edits []Edit) ([]byte, error) {
	before, at := len(out), 0
	sorted := slices.SortedStableFunc(slices.Values(edits), func(a, b Edit) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	for _, e := range sorted {
		if e.Start < at || e.End < e.Start || e.End > len(data) {
			return nil, fmt.Errorf("editing the text: two edits at byte %d", e.Start)
		}
		out = append(out, data[at:e.Start]...)
		out = append(out, e.Text...)
		at = e.End
	}
	out = append(out, data[at:]...)
	if len(data) > 0 && !EndsLine(data) {
		for _, eol := range []string{"\r\n", "\n", "\r"} {
			if bytes.HasSuffix(out[before:], []byte(eol)) {
				return out[:len(out)-len(eol)], nil
			}
		}
	}
	return out, nil
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
