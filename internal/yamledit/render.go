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
