package yamltext

import (
	"bytes"
)

// Split cuts a stream into documents at the lines "---" and "...". These end a
// document wherever they stand at the start of a line, also in the middle of a
// scalar.
func Split(data []byte) [][]byte {
	var out [][]byte
	lines := New(data).lines
	start := 0
	for i, at := range lines {
		end := at
		switch {
		case isMarker(data[at:], "---"):
			// Directives belong to the document that the marker starts.
			if onlyDirectives(data[start:at]) {
				continue
			}
		case isMarker(data[at:], "..."):
			end = len(data)
			if i+1 < len(lines) {
				end = lines[i+1]
			}
		default:
			continue
		}
		if end > start {
			out = append(out, data[start:end])
			start = end
		}
	}
	if start < len(data) {
		out = append(out, data[start:])
	}
	return out
}

func isMarker(line []byte, marker string) bool {
	if !bytes.HasPrefix(line, []byte(marker)) {
		return false
	}
	rest := line[len(marker):]
	return len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || breakAt(rest) != 0
}

// onlyDirectives tells whether a text holds a directive and, comments aside,
// nothing else.
func onlyDirectives(data []byte) bool {
	directive := false
	for line := range bytes.Lines(data) {
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0 || line[0] == '#':
		case line[0] == '%':
			directive = true
		default:
			return false
		}
	}
	return directive
}
