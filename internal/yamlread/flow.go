package yamlread

import (
	"bytes"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// flow reads a flow collection. Where one that isn't simple ends is looked for here,
// and if that is wrong the parser can't read it.
func (r *reader) flow(column int, m mode) (n *yaml.Node, ok bool) {
	first := *r
	if n, ok = r.simple(); ok && r.isBlank(r.at) {
		return n, r.endLine()
	}
	*r = first
	open := 0
	for at := r.at; at < len(r.data); at++ {
		switch c := r.data[at]; {
		case c == '[' || c == '{':
			open++
		case c == ']' || c == '}':
			if open--; open == 0 {
				return r.ask(at+1, column)
			}
		case (c == '"' || c == '\'') && bytes.IndexByte([]byte(" \n[{,:"), r.data[at-1]) >= 0:
			end, ok := behindQuotes(r.data, at)
			if !ok {
				return nil, false
			}
			at = end - 1
		case c == '#' && (r.data[at-1] == ' ' || r.data[at-1] == '\n'):
			at, _ = lineEnd(r.data, at)
		}
	}
	return nil, false
}

// simple reads a flow collection of one line with words and strings in it, or one of
// these.
func (r *reader) simple() (n *yaml.Node, ok bool) {
	kind, tag, closing := yaml.SequenceNode, yaml.NodeTagSeq, "]"
	switch {
	case r.rest("{"):
		kind, tag, closing = yaml.MappingNode, yaml.NodeTagMap, "}"
	case !r.rest("["):
		return r.simpleScalar()
	}
	if r.depth++; r.depth > maxDepth {
		return nil, false
	}
	n = r.node(kind, tag, r.at)
	n.Style = yaml.FlowStyle
	r.at++
	for r.blanks(); !r.rest(closing); r.blanks() {
		if kind == yaml.MappingNode {
			key, ok := r.simpleScalar()
			if !ok || !r.rest(": ") {
				return nil, false
			}
			n.Content = append(n.Content, key)
			r.at++
			r.blanks()
		}
		value, ok := r.simple()
		if !ok {
			return nil, false
		}
		n.Content = append(n.Content, value)
		if r.blanks(); r.rest(",") {
			r.at++
		} else if !r.rest(closing) {
			return nil, false
		}
	}
	r.at++
	r.depth--
	return n, true
}

// simpleScalar reads a word, or a string without escapes.
func (r *reader) simpleScalar() (n *yaml.Node, ok bool) {
	at, end := r.at, r.at
	if at == r.end {
		return nil, false
	}
	if quote := r.data[at]; quote == '"' || quote == '\'' {
		i := bytes.IndexByte(r.data[at+1:r.end], quote)
		if i < 0 || i > maxKey || bytes.IndexByte(r.data[at:at+i+1], '\\') >= 0 {
			return nil, false
		}
		n, end = r.leaf(at, r.data[at+1:at+1+i], quotes(quote)), at+i+2
	} else {
		for end < r.end && isName(r.data[end]) && (end > at || r.data[end] != '-') {
			end++
		}
		if end == at {
			return nil, false
		}
		n = r.leaf(at, r.data[at:end], 0)
	}
	r.at = end
	return n, end < r.end && bytes.IndexByte([]byte(" ,]}:"), r.data[end]) >= 0
}
