package yamltext

import "unicode/utf8"

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
