package yamledit

import (
	"encoding/json"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// scalarText writes a scalar on one line.
func scalarText(n *yaml.Node, quoted bool) string {
	if n.Tag != yaml.NodeTagString || (!quoted && n.Style == 0 && yamlnode.IsPlain(n.Value)) {
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

// writeFlow writes a node in flow style on one line.
func writeFlow(b *strings.Builder, n *yaml.Node, fs flowStyle) {
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteString("," + fs.space())
			}
			b.WriteString(scalarText(n.Content[i], fs.quoted))
			b.WriteString(":" + fs.space())
			writeFlow(b, n.Content[i+1], fs)
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, entry := range n.Content {
			if i > 0 {
				b.WriteString("," + fs.space())
			}
			writeFlow(b, entry, fs)
		}
		b.WriteByte(']')
	default:
		b.WriteString(scalarText(n, fs.quoted || n.Tag == yaml.NodeTagString && strings.Contains(n.Value, ":")))
	}
}

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

// like takes over how a mapping's first list in block style is written.
func (st style) like(m *yaml.Node) style {
	for i := 0; i+1 < len(m.Content) && m.Kind == yaml.MappingNode; i += 2 {
		key, v := m.Content[i], m.Content[i+1]
		if v.Kind == yaml.SequenceNode && v.Style&yaml.FlowStyle == 0 && yamlnode.Owned(v) && v.Line > key.Line {
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

// flowStyle is how a flow collection is written: with quoted keys, as JSON has
// them, and without spaces.
type flowStyle struct{ quoted, tight bool }

// flowStyle tells how the flow collection around an addition is written: by the
// first key in it or, in a list, by that of its first entry.
func (t text) flowStyle(n *yaml.Node) flowStyle {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return flowStyle{quoted: true}
	}
	key := n.Content[0]
	end, err := t.End(key, -1, true)
	quoted := key.Style&yaml.DoubleQuotedStyle != 0
	return flowStyle{quoted: quoted, tight: quoted && err == nil && t.HasPrefix(end, ":") && !t.HasPrefix(end, ": ")}
}

func (fs flowStyle) space() string {
	if fs.tight {
		return ""
	}
	return " "
}
