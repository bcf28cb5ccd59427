package yamlread

import (
	"bytes"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// flow reads in flow style.
type flow struct{ *reader }

// read reads a flow collection. Where one that isn't simple ends is looked for here,
// and if that is wrong the parser can't read it.
func (r flow) read(column int, m mode) (n *yaml.Node, ok bool) {
	first := *r.reader
	if n, ok = r.simple(); ok && r.isBlank(r.at) {
		return n, r.endLine()
	}
	*r.reader = first
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

// simple reads a flow list of one line with nothing but words and strings in it, or an
// empty mapping.
func (r flow) simple() (n *yaml.Node, ok bool) {
	n = r.node(yaml.SequenceNode, yaml.NodeTagSeq, r.at)
	n.Style = yaml.FlowStyle
	if r.rest("{}") {
		n.Kind, n.Tag = yaml.MappingNode, yaml.NodeTagMap
		r.at += len("{}")
		return n, true
	}
	if !r.rest("[") {
		return nil, false
	}
	r.at++
	for r.blanks(); !r.rest("]"); r.blanks() {
		entry := r.scalar()
		if entry == nil {
			return nil, false
		}
		n.Content = append(n.Content, entry)
		if r.blanks(); r.rest(",") {
			r.at++
		} else if !r.rest("]") {
			return nil, false
		}
	}
	r.at++
	return n, true
}

// scalar reads a word, or a string without escapes; nil for anything else.
func (r flow) scalar() *yaml.Node {
	at := r.at
	if at == r.end {
		return nil
	}
	text, style, end := r.quotes()
	if style == 0 {
		text = r.name()
		end = at + len(text)
	}
	if r.at = end; end <= at {
		r.at = at
		return nil
	}
	return r.leaf(at, text, style)
}
