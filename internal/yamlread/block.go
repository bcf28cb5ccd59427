package yamlread

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Bounds of what is read here. The parser's own are higher.
const (
	maxDepth = 500
	maxKey   = 1000 // bytes
)

// reader reads from a place on.
type reader struct {
	cursor
	depth int
	// item gets the entries of the document's list at a key, read in a mode; anchors are
	// those of the one that is read, and shares says that it has any.
	list    string
	entries mode
	item    func(*yaml.Node, Span) bool
	anchors []string
	shares  bool
	nodes   *arena
}

// node makes a node at an offset in the line.
func (r *reader) node(kind yaml.Kind, tag string, at int) *yaml.Node {
	n := r.nodes.node()
	n.Kind, n.Tag, n.Line, n.Column = kind, tag, r.line, r.column(at)
	return n
}

// mapping reads a block mapping whose keys are at a column, counted from 0. The place
// is at the first key. outer is the column of the collection around it.
func (r *reader) mapping(column, outer int, m mode) (n *yaml.Node, ok bool) {
	if column <= outer {
		return nil, false
	}
	if m != skip {
		if n = r.node(yaml.MappingNode, yaml.NodeTagMap, r.at); n.Content == nil {
			n.Content = make([]*yaml.Node, 0, 8)
		}
	}
	var seen []string
	for first := true; first || !r.done && r.indent == column; first = false {
		at := r.at
		text, style, ok := r.key()
		name, below := "", m
		if m >= outline {
			name = string(text)
			seen, ok = once(seen, name)
			below = r.below(m, name)
		}
		if merge := style == 0 && string(text) == "<<"; !ok || text == nil || merge && m != skip {
			return nil, false
		} else if merge {
			r.shares = true
		}
		if below != skip || m == names {
			n.Content = append(n.Content, r.leaf(at, text, style), nil)
		}
		value, ok := r.value(column, true, below)
		if !ok {
			return nil, false
		}
		if below != skip {
			n.Content[len(n.Content)-1] = value
		} else if m == names {
			n.Content[len(n.Content)-1] = r.node(yaml.ScalarNode, yaml.NodeTagNull, r.at)
		}
	}
	return n, (r.done || r.indent < column) && (m != head || !isList(n, seen))
}

// key reads a key and its colon, and returns its text. Anything but what names have is
// left to the parser.
func (r *reader) key() (text []byte, style yaml.Style, ok bool) {
	start, at := r.at, r.at
	quoted, style, end := r.quotes()
	if end > 0 {
		at, text = end, quoted
	} else if style != 0 {
		return nil, 0, false
	} else if text = r.name(); len(text) == 0 && r.rest("<<:") {
		text = r.data[start : start+len("<<")]
	}
	if at = max(at, start+len(text)); at == start || at-start > maxKey || at == r.end || r.data[at] != ':' || !r.ends(at+1) {
		return nil, 0, false
	}
	r.at = at + 1
	return text, style, true
}

// value reads what is behind a key, or behind a dash, at a column.
func (r *reader) value(column int, isKey bool, m mode) (n *yaml.Node, ok bool) {
	if r.depth == maxDepth {
		return nil, false
	}
	r.depth++
	defer func() { r.depth-- }()
	behind := r.at
	if r.blanks(); m == skip && r.rest("&") {
		if !r.anchor() {
			return nil, false
		}
		behind = r.at
	}
	if !r.isBlank(behind) {
		return r.inline(column, isKey, m)
	}
	if m != skip {
		n = r.node(yaml.ScalarNode, yaml.NodeTagNull, behind)
	}
	switch r.nextLine(); {
	case !r.done && r.indent > column:
		return r.inline(column, isKey, m)
	case !r.done && r.indent == column && isKey && r.dash():
		return r.sequence(column, m)
	}
	return n, isKey || m != list
}

// sequence reads a block list whose dashes are at a column.
func (r *reader) sequence(column int, m mode) (n *yaml.Node, ok bool) {
	if m != skip {
		n = r.node(yaml.SequenceNode, yaml.NodeTagSeq, r.at)
	}
	for !r.done && r.indent == column && r.dash() {
		r.at++
		entry, ok := r.value(column, false, m)
		if !ok {
			return nil, false
		}
		if m != skip && m != list {
			n.Content = append(n.Content, entry)
		}
	}
	return n, true
}

// inline reads a value from the place on: behind its key or dash, or in a line below
// that. column is that of the collection around it.
func (r *reader) inline(column int, isKey bool, m mode) (*yaml.Node, bool) {
	own := r.at == r.start+r.indent // in a line of its own
	switch at := r.at; {
	case own && isKey && m == list && r.dash():
		return r.sequence(r.indent, m)
	case m == list && (isKey || r.dash()) && !r.rest("[]"):
		return nil, false // entries that are no objects, or not in block style
	case r.dash() && (own || !isKey):
		r.indent = r.at - r.start
		n, ok := r.sequence(r.indent, m)
		return n, ok && (r.done || r.indent <= column)
	case own || !isKey:
		_, _, ok := r.key()
		r.at = at
		switch {
		case ok && m == list:
			r.indent = at - r.start
			return nil, r.entry(column)
		case ok:
			r.indent = at - r.start
			return r.mapping(r.indent, column, m)
		case m == list:
			return nil, false
		}
	}
	switch r.data[r.at] {
	case '"', '\'':
		return r.quoted(column, m)
	case '[', '{':
		return flow{r}.read(column, m)
	case '|', '>':
		return r.literal(column, m)
	case '*':
		return nil, m == skip && r.alias()
	}
	return r.plain(column, m)
}
