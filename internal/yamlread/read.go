// Package yamlread reads the block style that manifests are written in, several times
// as fast as the YAML parser.
//
// At the first thing that it doesn't know it says "not sure", and the parser decides
// about the whole text. Scalars and flow collections that are not simple it cuts out
// and gives to the parser. So what it is sure of is what the parser reads, comments
// aside, which it leaves out.
package yamlread

import (
	"bytes"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Reader reads one text after another. The nodes that it gives are good until it reads
// the next one.
type Reader struct{ nodes arena }

// Read reads a text that holds one mapping in block style. It is not sure of anchors,
// aliases, merge keys and tags.
func (re *Reader) Read(data []byte) (root *yaml.Node, ok bool) {
	re.nodes.used = 0
	r := reader{data: data, nodes: &re.nodes}
	if !known(data) || !r.begin() {
		return nil, false
	}
	root, ok = r.mapping(r.indent, -1, build)
	return root, ok && r.done
}

// arena is where nodes are made, in pieces that are used again.
type arena struct {
	pieces [][]yaml.Node
	used   int
}

func (a *arena) node() *yaml.Node {
	const size = 16
	if a.used == len(a.pieces)*size {
		a.pieces = append(a.pieces, make([]yaml.Node, size))
	}
	n := &a.pieces[a.used/size][a.used%size]
	*n = yaml.Node{Content: n.Content[:0]}
	a.used++
	return n
}

// reader is a place in a text: in a line that is neither blank nor a comment.
type reader struct {
	data []byte
	// start, at, end and next are where the line starts, where the rest of it starts
	// that isn't read yet, and where it ends, without and with its break.
	start, at, end, next int
	line, indent         int // counted from 1, and from 0
	done                 bool
	depth                int
	// item gets the entries of the document's list at a key, read in a mode; anchors are
	// those of the one that is read, and shares says that it has any.
	list    string
	entries mode
	item    func(*yaml.Node, Span) bool
	anchors []string
	shares  bool
	nodes   *arena
}

// begin goes to a document's first line behind its separator. Not ok if there is none.
func (r *reader) begin() bool {
	if r.find(0, 1); !r.done && r.indent == 0 && r.rest("---") && r.isBlank(r.at+len("---")) {
		r.nextLine()
	}
	return !r.done
}

// Classes of bytes.
const (
	unknown = 1 << iota
	letter
	carriage
)

var classes = func() (out [256]byte) {
	for c := range out {
		switch {
		case c >= utf8.RuneSelf:
			out[c] = letter
		case c == '\r':
			out[c] = carriage
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7F:
			out[c] = unknown
		}
	}
	return out
}()

// known tells whether a text has no line breaks but LF and CRLF, no control code, and
// nothing that could be a byte order mark.
func known(data []byte) bool {
	var found byte
	for _, c := range data {
		found |= classes[c]
	}
	if found&unknown != 0 || found&carriage != 0 && bytes.Count(data, []byte("\r")) != bytes.Count(data, []byte("\r\n")) {
		return false
	}
	for i := 0; i < len(data) && found&letter != 0; {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size < 2 || c > '~' && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF {
			return false
		}
		i += size
	}
	return true
}

// node makes a node at an offset in the line.
func (r *reader) node(kind yaml.Kind, tag string, at int) *yaml.Node {
	n := r.nodes.node()
	n.Kind, n.Tag, n.Line, n.Column = kind, tag, r.line, r.column(at)
	return n
}

// column is that of an offset in the line, in characters from 1.
func (r *reader) column(at int) int { return utf8.RuneCount(r.data[r.start:at]) + 1 }

// lineEnd returns where the line around an offset ends, without and with its break.
func lineEnd(data []byte, at int) (end, next int) {
	i := bytes.IndexByte(data[at:], '\n')
	if i < 0 {
		return len(data), len(data)
	}
	if end = at + i; end > at && data[end-1] == '\r' {
		end--
	}
	return end, at + i + 1
}

// find goes to the first line from an offset on that is neither blank nor a comment.
func (r *reader) find(at, line int) {
	for r.line = line; at < len(r.data); at, r.line = r.next, r.line+1 {
		r.start, r.at = at, at
		r.end, r.next = lineEnd(r.data, at)
		if r.blanks(); r.at < r.end && r.data[r.at] != '#' {
			r.indent = r.at - r.start
			return
		}
	}
	r.start, r.at, r.end, r.next, r.indent, r.done = at, at, at, at, -1, true
}

func (r *reader) nextLine() { r.find(r.next, r.line+1) }

func (r *reader) blanks() {
	for r.at < r.end && r.data[r.at] == ' ' {
		r.at++
	}
}

// rest tells whether the rest of the line starts with a text.
func (r *reader) rest(text string) bool { return bytes.HasPrefix(r.data[r.at:r.end], []byte(text)) }

// isBlank tells whether nothing but blanks and a comment is left of the line from an
// offset on, which is behind something else.
func (r *reader) isBlank(at int) bool {
	rest := bytes.TrimLeft(r.data[at:r.end], " ")
	return len(rest) == 0 || rest[0] == '#' && r.data[r.end-len(rest)-1] == ' '
}

// ends tells whether a word ends at an offset.
func (r *reader) ends(at int) bool { return at == r.end || r.data[at] == ' ' }

// endLine goes to the next line if nothing but blanks and a comment is left.
func (r *reader) endLine() bool {
	ok := r.isBlank(r.at)
	r.nextLine()
	return ok
}
