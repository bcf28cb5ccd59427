// Package yamltext finds places in the text of a YAML document and edits it there.
//
// A parser's nodes tell where a value starts, by line and column, and not where it
// ends. [Text] turns such a start into an offset, and [Text.End] finds the end:
// closing quotes and brackets, the last line of a scalar. What can't be told for
// sure is [ErrUnclear], never a guess. [Split] cuts a stream into documents, and
// [Apply] makes edits.
package yamltext

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// ErrUnclear says that a position in the text can't be told for sure, so that
// the text can't be edited there.
var ErrUnclear = errors.New("it can't be told from the text where to edit it")

// Text is the bytes of one YAML document with the starts of its lines, so that
// the positions of nodes become offsets.
type Text struct {
	Data  []byte
	lines []int
	// ascii says that each character is a byte. In a text of others, far are the offsets
	// of characters in long lines, by the line: that of each farth one.
	ascii bool
	far   map[int][]int
}

// far is how many characters of a line are counted at once.
const far = 256

// New finds the lines of a text, as the YAML parser counts them.
func New(data []byte) *Text {
	t := &Text{Data: data, lines: make([]int, 1, bytes.Count(data, []byte("\n"))+1)}
	if t.ascii = classesOf(data)&beyondASCII == 0; t.ascii && bytes.IndexByte(data, '\r') < 0 {
		for i := 0; i < len(data); {
			end := bytes.IndexByte(data[i:], '\n')
			if end < 0 {
				break
			}
			i += end + 1
			t.lines = append(t.lines, i)
		}
		return t
	}
	for i := 0; i < len(data); {
		// All but the line feed are rare, and none starts with another byte.
		if c := data[i]; c != '\n' && c != '\r' && c < 0xC2 {
			i++
			continue
		}
		n := breakAt(data[i:])
		if i += max(n, 1); n > 0 {
			t.lines = append(t.lines, i)
		}
	}
	if !t.ascii {
		t.markFar()
	}
	return t
}

// markFar finds the places in long lines.
func (t *Text) markFar() {
	for line, at := range t.lines {
		end := len(t.Data)
		if line+1 < len(t.lines) {
			end = t.lines[line+1]
		}
		if end-at < far {
			continue
		}
		if t.far == nil {
			t.far = map[int][]int{}
		}
		for n := 0; at < end; n++ {
			if n%far == 0 {
				t.far[line] = append(t.far[line], at)
			}
			_, size := utf8.DecodeRune(t.Data[at:])
			at += size
		}
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

// Lines is the number of lines; one that a line break ends has a last, empty line
// behind it.
func (t *Text) Lines() int { return len(t.lines) }

// Offset returns where a node starts, its anchor and tag included.
func (t *Text) Offset(n *yaml.Node) (int, error) {
	if n.Line < 1 || n.Line > len(t.lines) || n.Column < 1 {
		return 0, ErrUnclear
	}
	at, columns := t.lines[n.Line-1], n.Column-1
	if t.ascii {
		if at += columns; at > len(t.Data) {
			return 0, ErrUnclear
		}
		return at, nil
	}
	if places := t.far[n.Line-1]; columns/far > 0 && columns/far < len(places) {
		at, columns = places[columns/far], columns%far
	}
	for range columns {
		if at >= len(t.Data) {
			return 0, ErrUnclear
		}
		if t.Data[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRune(t.Data[at:])
		at += size
	}
	return at, nil
}

// LineEnd returns where the line around an offset ends, before its break.
func (t *Text) LineEnd(at int) int {
	for near := min(at+far, len(t.Data)); at < near; at++ {
		if breakAt(t.Data[at:]) > 0 {
			return at
		}
	}
	if at == len(t.Data) {
		return at
	}
	next, found := slices.BinarySearch(t.lines, at)
	if found {
		next++
	}
	if next == len(t.lines) {
		return len(t.Data)
	}
	for end := max(at, t.lines[next]-len("\u2028")); ; end++ {
		if end+breakAt(t.Data[end:]) == t.lines[next] {
			return end
		}
	}
}

// NextLine returns the start of the line after the one around an offset.
func (t *Text) NextLine(at int) int {
	end := t.LineEnd(at)
	if end == len(t.Data) {
		return end
	}
	return end + breakAt(t.Data[end:])
}

// LineStart returns the start of the line around an offset.
func (t *Text) LineStart(at int) int {
	i, found := slices.BinarySearch(t.lines, at)
	if !found {
		i--
	}
	return t.lines[i]
}

// RestIsBlank tells whether nothing but white space and a comment follows an
// Offset in its line.
func (t *Text) RestIsBlank(at int) bool {
	rest := t.Data[at:t.LineEnd(at)]
	trimmed := bytes.TrimLeft(rest, " \t")
	return len(trimmed) == 0 || (trimmed[0] == '#' && len(trimmed) < len(rest))
}

// EOL returns the line break in use: that of the line before an offset, or else
// the first one.
func (t *Text) EOL(at int) string {
	for _, i := range []int{t.LineStart(max(at-1, 0)), 0} {
		end := t.LineEnd(i)
		if end < len(t.Data) {
			switch brk := string(t.Data[end : end+breakAt(t.Data[end:])]); brk {
			case "\n", "\r\n", "\r":
				return brk
			}
		}
	}
	return "\n"
}

// HasPrefix tells whether the text at an offset starts with s.
func (t *Text) HasPrefix(at int, s string) bool {
	return at <= len(t.Data) && len(t.Data)-at >= len(s) && string(t.Data[at:at+len(s)]) == s
}
