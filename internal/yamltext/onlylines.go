package yamltext

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// Classes of bytes.
const (
	control = 1 << iota
	beyondASCII
	carriage
)

var classes = func() (out [256]byte) {
	for c := range out {
		switch {
		case c >= utf8.RuneSelf:
			out[c] = beyondASCII
		case c == '\r':
			out[c] = carriage
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7F:
			out[c] = control
		}
	}
	return out
}()

// classesOf tells which classes there are in a text. Most have none, and are looked at
// eight bytes at a time.
func classesOf(data []byte) (found byte) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(data) >= 8 {
		word := binary.LittleEndian.Uint64(data)
		del := word ^ 0x7F*ones
		// A top bit stays where a byte has one, is below a blank, or is a DEL.
		if (word|(word-' '*ones)|(del-ones)&^del)&tops != 0 {
			for _, c := range data[:8] {
				found |= classes[c]
			}
		}
		data = data[8:]
	}
	for _, c := range data {
		found |= classes[c]
	}
	return found
}

// OnlyLines tells whether a text has no line breaks but LF and CRLF, no control code, and
// nothing that could be a byte order mark.
func OnlyLines(data []byte) bool {
	found := classesOf(data)
	if found&control != 0 || found&carriage != 0 && bytes.Count(data, []byte("\r")) != bytes.Count(data, []byte("\r\n")) {
		return false
	}
	for i := 0; i < len(data) && found&beyondASCII != 0; {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size < 2 || c > '~' && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF {
			return false
		}
		i += size
	}
	return true
}
