package manifest

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// errNoSplice says that a position in the text can't be told for sure, so that
// the text can't be edited there. The object is then edited as nodes.
var errNoSplice = errors.New("the place to edit can't be told from the text")

// text is the bytes of one YAML document with the starts of its lines, so that
// the positions of nodes become offsets.
type text struct {
	data  []byte
	lines []int
	// anchors says that there may be YAML anchors.
	anchors bool
}

func newText(data []byte) *text {
	t := &text{data: data, anchors: bytes.IndexByte(data, '&') >= 0, lines: make([]int, 1, bytes.Count(data, []byte("\n"))+1)}
	rare := slices.ContainsFunc([]string{"\r", "\u0085", "\u2028", "\u2029"}, func(s string) bool { return bytes.Contains(data, []byte(s)) })
	for i := 0; i < len(data); {
		next := bytes.IndexByte(data[i:], '\n')
		if next < 0 {
			next = len(data) - i - 1
		}
		if rare {
			t.rareBreaks(i, i+next)
		}
		if i += next + 1; data[i-1] == '\n' {
			t.lines = append(t.lines, i)
		}
	}
	return t
}

// rareBreaks notes the line breaks in a stretch of text up to a line feed that
// are no line feed; one that the line feed completes is left to it.
func (t *text) rareBreaks(start, end int) {
	for i := start; i <= end; {
		c := t.data[i]
		if c != '\r' && c < utf8.RuneSelf {
			i++
			continue
		}
		n := breakAt(t.data[i:])
		if i+n > end && end < len(t.data) && t.data[end] == '\n' {
			return
		}
		if n > 0 {
			t.lines = append(t.lines, i+n)
		}
		i += max(n, 1)
	}
}

// breakAt returns the length of the line break that data starts with, 0 for
// none. YAML 1.1 has more of them than other text formats, and the parser counts
// them all.
func breakAt(data []byte) int {
	switch data[0] {
	case '\n':
		return 1
	case '\r':
		if len(data) > 1 && data[1] == '\n' {
			return 2
		}
		return 1
	case 0xC2: // U+0085, next line
		if len(data) > 1 && data[1] == 0x85 {
			return 2
		}
	case 0xE2: // U+2028 and U+2029, line and paragraph separator
		if len(data) > 2 && data[1] == 0x80 && (data[2] == 0xA8 || data[2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// offset returns where a node starts, its anchor and tag included.
func (t *text) offset(n *yaml.Node) (int, error) {
	if n.Line < 1 || n.Line > len(t.lines) || n.Column < 1 {
		return 0, errNoSplice
	}
	at := t.lines[n.Line-1]
	for range n.Column - 1 {
		if at >= len(t.data) {
			return 0, errNoSplice
		}
		if t.data[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRune(t.data[at:])
		at += size
	}
	return at, nil
}

// lineEnd returns where the line around an offset ends, before its break.
func (t *text) lineEnd(at int) int {
	for at < len(t.data) && breakAt(t.data[at:]) == 0 {
		at++
	}
	return at
}

// nextLine returns the start of the line after the one around an offset.
func (t *text) nextLine(at int) int {
	end := t.lineEnd(at)
	if end == len(t.data) {
		return end
	}
	return end + breakAt(t.data[end:])
}

// lineStart returns the start of the line around an offset.
func (t *text) lineStart(at int) int {
	low, high := 0, len(t.lines)
	for high-low > 1 {
		if mid := (low + high) / 2; t.lines[mid] <= at {
			low = mid
		} else {
			high = mid
		}
	}
	return t.lines[low]
}

// restIsBlank tells whether nothing but white space and a comment follows an
// offset in its line.
func (t *text) restIsBlank(at int) bool {
	rest := t.data[at:t.lineEnd(at)]
	trimmed := bytes.TrimLeft(rest, " \t")
	return len(trimmed) == 0 || (trimmed[0] == '#' && len(trimmed) < len(rest))
}

// eol returns the line break in use: that of the line before an offset, or else
// the first one.
func (t *text) eol(at int) string {
	for _, i := range []int{t.lineStart(max(at-1, 0)), 0} {
		end := t.lineEnd(i)
		if end < len(t.data) {
			switch brk := string(t.data[end : end+breakAt(t.data[end:])]); brk {
			case "\n", "\r\n", "\r":
				return brk
			}
		}
	}
	return "\n"
}

// hasPrefix tells whether the text at an offset starts with s.
func (t *text) hasPrefix(at int, s string) bool {
	return at <= len(t.data) && len(t.data)-at >= len(s) && string(t.data[at:at+len(s)]) == s
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// applyEdits makes edits that are sorted by start; those at one place keep their
// order.
func applyEdits(data []byte, edits []edit) []byte {
	size := len(data)
	for _, e := range edits {
		size += len(e.text) - (e.end - e.start)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(out, data[at:e.start]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, data[at:]...)
}
