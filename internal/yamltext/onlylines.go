package yamltext

import (
	"bytes"
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

// OnlyLines tells whether a text has no line breaks but LF and CRLF, no control code, and
// nothing that could be a byte order mark.
func OnlyLines(data []byte) bool {
	var found byte
	for _, c := range data {
		found |= classes[c]
	}
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
