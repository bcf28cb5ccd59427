package yamltext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode"
)

// Part is one document of a stream: the lead and the text of all parts, joined, are
// the stream.
type Part struct {
	// Lead is what stands before the text and is not for the parser: a byte order
	// mark, and a separator that the parser would not take for one.
	Lead []byte
	Text []byte
	// JSON says that kubectl reads the part as JSON.
	JSON bool
}

// SplitError is about a place at which kubectl can't divide a stream.
type SplitError struct {
	At      int // the offset in the stream
	Problem string
}

func (e *SplitError) Error() string { return e.Problem }

const (
	byteOrderMark = "\uFEFF"
	separator     = "---"
	sniffed       = 4096
)

// Split cuts a stream into documents, as kubectl does: JSON objects one after another
// if the stream starts with a brace, or else what lines that start with "---" divide.
// Only a line feed ends such a line, and "..." divides nothing.
func Split(data []byte) ([]Part, error) {
	for _, e := range [...]struct{ twice, problem string }{
		{byteOrderMark + byteOrderMark, "there are two byte order marks in a row, which kubectl takes for a part of the text: remove them"},
		{"\r\r\n", "a line ends with two carriage returns, of which kubectl drops one: leave one, or none"},
	} {
		if at := bytes.Index(data, []byte(e.twice)); at >= 0 {
			return nil, &SplitError{At: at, Problem: e.problem}
		}
	}
	at, end := 0, 0 // where what is read next starts, and where the last part ends
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	var out []Part
	start := bytes.TrimLeftFunc(data[at:min(len(data), at+sniffed)], unicode.IsSpace)
	if bytes.HasPrefix(start, []byte("{")) {
		var err error
		if out, end, at, err = splitJSON(data, at); err != nil {
			return nil, err
		}
	}
	before := len(out)
	out, err := splitYAML(out, data[at:], at)
	switch {
	case err != nil || end == at:
		return out, err
	case len(out) == before:
		return append(out, Part{Lead: data[end:]}), nil
	}
	out[before].Lead = data[end : at+len(out[before].Lead)]
	return out, nil
}

// splitJSON cuts off the JSON values that a stream has from an offset on. It returns
// where the last one ends, with its line, and where what is read next starts. kubectl
// goes on with YAML where the first or the second one isn't JSON; after two it doesn't.
func splitJSON(data []byte, from int) (out []Part, end, next int, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data[from:]))
	for next = from; ; {
		var value json.RawMessage
		err := decoder.Decode(&value)
		switch {
		case errors.Is(err, io.EOF):
			return out, end, len(data), nil
		case err != nil && len(out) > 1:
			return nil, 0, 0, &SplitError{At: end, Problem: fmt.Sprintf("kubectl reads nothing but JSON behind two JSON objects: %v", err)}
		case err != nil:
			return out, end, next + spaces(data[next:], unicode.IsSpace), nil
		}
		next = from + int(decoder.InputOffset())
		part := Part{JSON: true}
		start := next - len(value)
		if start > end {
			part.Lead = data[end:start]
		}
		end = next + spaces(data[next:], func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
		part.Text = data[start:end]
		out = append(out, part)
	}
}

// spaces is how much white space a text starts with, up to the end of the line.
func spaces(data []byte, is func(rune) bool) int {
	n := len(data) - len(bytes.TrimLeftFunc(data, is))
	if line := bytes.IndexByte(data[:n], '\n'); line >= 0 {
		n = line + 1
	}
	return n
}

// splitYAML cuts a stream of YAML. kubectl hands the parser a separator only where
// nothing stands before it, and a byte order mark is none to the parser behind that.
// Directives, which kubectl doesn't know, belong to the separator behind them. base is
// the data's own offset.
func splitYAML(out []Part, data []byte, base int) ([]Part, error) {
	if last := bytes.TrimSpace(data[bytes.LastIndexByte(data, '\n')+1:]); len(last) > 0 {
		if n := len(data) - bytes.LastIndexByte(data, '\n') - 1; n%sniffed == 0 {
			return nil, &SplitError{At: base + len(data) - n, Problem: fmt.Sprintf("kubectl drops a last line of %d bytes, by a fault of its own: end it with a line break", n)}
		}
	}
	directives := bytes.HasPrefix(data, []byte("%")) || bytes.Contains(data, []byte("\n%"))
	empty := true // nothing has been read since the last separator that was dropped
	for start, at := 0, 0; start < len(data); {
		end := len(data)
		if next := bytes.Index(data[at:], []byte("\n"+separator)); next >= 0 {
			end = at + next + 1
		}
		line := firstLine(data[at:end])
		if !bytes.HasPrefix(line, []byte(separator)) {
			line = nil
		}
		// At the very start older ones read it, and nothing else can be meant.
		first := len(out) == 0 && at == 0 && isMarker(line)
		if behind := bytes.TrimSpace(line[min(len(separator), len(line)):]); len(behind) > 0 && behind[0] != '#' && !first {
			return nil, &SplitError{At: base + at, Problem: fmt.Sprintf("kubectl reads nothing behind %q in its line, here %q: put it on the next line", separator, behind)}
		}
		lead, next := 0, end
		if dropped := line == nil || !empty; dropped && start == at {
			lead = leadOf(data[start:end], line)
			empty = line != nil && at+len(line) == end
		} else {
			empty = false
		}
		if directives && end < len(data) && isPlainSeparator(firstLine(data[end:])) {
			next = at + beforeDirectives(data[at:end])
		}
		if part := (Part{Text: data[start+lead : next]}); next > start {
			if lead > 0 {
				part.Lead = data[start : start+lead]
			}
			out = append(out, part)
		}
		start, at = next, end
	}
	return out, nil
}

// leadOf is the length of what stands before a part's text: its byte order mark, and
// its separator with that, or if the parser would not take it for one.
func leadOf(part, line []byte) int {
	marked := bytes.HasPrefix(part[len(line):], []byte(byteOrderMark))
	switch {
	case marked:
		return len(line) + len(byteOrderMark)
	case isPlainSeparator(line):
		return 0
	}
	return len(line)
}

// beforeDirectives is where the directives at the end of a part start, with comments
// around them; its end if there are none.
func beforeDirectives(part []byte) int {
	start, at, found := 0, 0, false
	for line := range bytes.Lines(part) {
		at += len(line)
		switch word := bytes.TrimSpace(line); {
		case len(word) == 0 || word[0] == '#':
		case (string(word) == "%YAML 1.1" || string(word) == "%YAML 1.2") && line[0] == '%' && start >= 0 && !found:
			found = true
		case bytes.HasPrefix(line, []byte("...")):
			start, found = at, false
		default:
			start, found = -1, false
		}
	}
	if !found {
		return len(part)
	}
	return start
}

// isMarker tells whether the YAML parser takes a line for the start of a document.
func isMarker(line []byte) bool {
	return len(line) > len(separator) && (line[len(separator)] == ' ' || line[len(separator)] == '\t')
}

func firstLine(data []byte) []byte {
	if at := bytes.IndexByte(data, '\n'); at >= 0 {
		return data[:at+1]
	}
	return data
}

// isPlainSeparator tells whether the YAML parser takes a separator for one, comment
// and line break included; so it does for none.
func isPlainSeparator(line []byte) bool {
	if line == nil {
		return true
	}
	rest := bytes.TrimSuffix(bytes.TrimSuffix(line[len(separator):], []byte("\n")), []byte("\r"))
	for _, c := range rest {
		if c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return len(rest) == 0 || rest[0] != '#'
}
