package yamledit

import (
	"bytes"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// text is a document's text, in which places are looked for.
type text struct{ *yamltext.Text }

// colon returns where the colon behind a key ends.
func (t text) colon(key *yaml.Node) (int, error) {
	end, err := t.End(key, -1, false)
	if err != nil {
		return 0, err
	}
	for t.HasPrefix(end, " ") {
		end++
	}
	if at, err := t.Offset(key); err == nil && t.isExplicit(at) {
		return 0, errExplicit(key)
	}
	if !t.HasPrefix(end, ":") {
		return 0, yamltext.ErrUnclear
	}
	return end + 1, nil
}

// startsLine tells whether nothing but blanks stands before an offset in its line.
func (t text) startsLine(at int) bool {
	return len(bytes.TrimSpace(t.Data[t.LineStart(at):at])) == 0
}

// isExplicit tells whether a key at an offset has a "?" before it.
func (t text) isExplicit(at int) bool {
	return bytes.HasSuffix(bytes.TrimRight(t.Data[t.LineStart(at):at], " \t"), []byte("?"))
}

func errExplicit(key *yaml.Node) error {
	return fmt.Errorf("%w: %q is an explicit key, with a question mark", yamltext.ErrUnclear, key.Value)
}

// pair returns where a key of an entry starts, and its value ends.
func (t text) pair(entry, key, value *yaml.Node, flow bool) (start, end int, err error) {
	if start, err = t.Offset(key); err != nil {
		return 0, 0, err
	}
	end, err = t.End(value, entry.Content[0].Column-1, flow)
	if err != nil || key.Anchor != "" || yamlnode.HasAnchor(value) || yamlnode.Shares(value) || !flow && !t.RestIsBlank(end) {
		return 0, 0, yamltext.ErrUnclear
	}
	return start, end, nil
}

// mark reads the mark in the rest of the line behind an offset, where a value or
// the colon of a key ends: what looks like a mark within a value is none.
func (t text) mark(at int, mark string) (Mark, bool) {
	if mark == "" || !t.RestIsBlank(at) {
		return Mark{}, false
	}
	end := t.LineEnd(at)
	rest := t.Data[at:end]
	for i := 0; i < len(rest); {
		next := bytes.Index(rest[i:], []byte(mark))
		if next < 0 {
			break
		}
		i += next
		if i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\t') {
			m, ok := readMark(string(rest[i+len(mark):]))
			m.Start, m.End = at+i-1, end
			if ok {
				return m, true
			}
		}
		i += len(mark)
	}
	return Mark{}, false
}

// commentLine tells whether a line, by its start, is a comment, and how far it is
// indented.
func (t text) commentLine(start int) (indent int, ok bool) {
	line := t.Data[start:t.LineEnd(start)]
	content := bytes.TrimLeft(line, " ")
	return len(line) - len(content), len(content) > 0 && content[0] == '#'
}

// comments are the lines of a stretch that are nothing but comments.
func (t text) comments(start, end int) string {
	var out strings.Builder
	for line := start; line < end; line = t.NextLine(line) {
		if _, ok := t.commentLine(line); ok {
			out.Write(t.Data[line:min(t.NextLine(line), end)])
		}
	}
	return out.String()
}

// indentBehind is how far the first line from an offset on that isn't blank is
// indented; -1 at the end.
func (t text) indentBehind(at int) int {
	for ; at < len(t.Data); at = t.NextLine(at) {
		line := t.Data[at:t.LineEnd(at)]
		if content := bytes.TrimLeft(line, " \t"); len(content) > 0 {
			return len(line) - len(content)
		}
	}
	return -1
}
