package manifest

import (
	"encoding/json"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// style is how a document writes its collections, so that what is added looks
// like its neighbours.
type style struct {
	// step is the indentation of a mapping in a mapping.
	step int
	// seq is the indentation of a list's dashes below their key.
	seq int
	// dash is the distance from a dash to what follows it.
	dash int
	// eol is the line break.
	eol string
}

func mapping(pairs ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: pairs}
}

func sequence(entries ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: entries}
}

// str makes a string node. Its style is what keeps the value a string also for
// readers of YAML 1.1.
func str(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: s}
	if !isPlain(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// literal makes a number or boolean node from its text.
func literal(tag, s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s}
}

// isPlain tells whether a string needs no quotes, by a safe subset of the rules.
func isPlain(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || strings.IndexByte(":._-", c) >= 0)) {
			return false
		}
	}
	return s[len(s)-1] != ':'
}

// scalarText writes a scalar on one line.
func scalarText(n *yaml.Node, quoted bool) string {
	if n.Tag != yaml.NodeTagString || (!quoted && n.Style == 0 && isPlain(n.Value)) {
		return n.Value
	}
	// YAML's double-quoted style takes every JSON string.
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(n.Value) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// writeBlock writes a node in block style at a column. The caller has written
// the first line's indentation already.
func writeBlock(b *strings.Builder, n *yaml.Node, column int, s style) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", column))
			}
			b.WriteString(scalarText(n.Content[i], false))
			b.WriteByte(':')
			writeValue(b, n.Content[i+1], column, s)
		}
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", column))
			}
			b.WriteByte('-')
			b.WriteString(strings.Repeat(" ", s.dash-1))
			writeBlock(b, entry, column+s.dash, s)
		}
	default:
		b.WriteString(scalarText(n, false))
		if n.LineComment != "" {
			b.WriteString(" " + n.LineComment)
		}
		b.WriteString(s.eol)
	}
}

// writeValue writes the value of a key that stands at a column.
func writeValue(b *strings.Builder, v *yaml.Node, column int, s style) {
	switch {
	case v.Kind == yaml.ScalarNode:
		b.WriteByte(' ')
		writeBlock(b, v, column, s)
		return
	case len(v.Content) == 0:
		b.WriteByte(' ')
		writeFlow(b, v, flowStyle{})
		b.WriteString(s.eol)
		return
	case v.Kind == yaml.MappingNode:
		column += s.step
	default:
		column += s.seq
	}
	b.WriteString(s.eol)
	b.WriteString(strings.Repeat(" ", column))
	writeBlock(b, v, column, s)
}

// like takes over how a mapping's first list in block style is written.
func (st style) like(m *yaml.Node) style {
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, v := m.Content[i], m.Content[i+1]
		if v.Kind == yaml.SequenceNode && v.Style&yaml.FlowStyle == 0 && owned(v) && v.Line > key.Line {
			st.seq = max(v.Column-key.Column, 0)
			st.dash = dashWidth(v.Column, v.Content[0])
			return st
		}
	}
	return st
}

// dashWidth is the distance from a list's dashes, in a column counted from 1, to
// an entry.
func dashWidth(column int, entry *yaml.Node) int {
	if width := entry.Column - column; width >= 2 && entry.Kind != yaml.AliasNode {
		return width
	}
	return 2
}
