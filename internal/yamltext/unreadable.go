package yamltext

import (
	"bytes"
	"unicode/utf8"
)

// Unreadable finds the first byte that no YAML may have: one that isn't UTF-8, or a
// control character. It is -1 if there is none.
func Unreadable(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return i
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r <= '~', r == 0x85, r >= 0xA0 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		default:
			return i
		}
		i += size
	}
	return -1
}

// BehindEnd finds what follows the end of a document that a "..." marks, comments
// aside. It is -1 if nothing does.
func BehindEnd(data []byte) int {
	at, ended := 0, false
	for line := range bytes.Lines(data) {
		rest := line
		if !ended {
			rest, ended = bytes.CutPrefix(line, []byte("..."))
			ended = ended && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
		}
		if rest = bytes.TrimSpace(rest); ended && len(rest) > 0 && rest[0] != '#' {
			return at
		}
		at += len(line)
	}
	return -1
}
