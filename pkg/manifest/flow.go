package manifest

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// flowStyle is how a flow collection is written: with quoted keys, as JSON has
// them, and without spaces.
type flowStyle struct{ quoted, tight bool }

// addFlow adds to a flow collection: behind key, a list of the entries; without
// one, the entries themselves. Where the collection has a line for each of its
// values, so has what is added.
func (s *splicer) addFlow(parent *yaml.Node, key string, entries []*yaml.Node) error {
	if len(parent.Content) == 0 {
		return errNoSplice
	}
	// The brackets must be there: "[a: b]" holds a mapping without any.
	if _, err := s.endOf(parent); err != nil {
		return err
	}
	last := parent.Content[len(parent.Content)-1]
	end, err := s.text.end(last, -1, true)
	if err != nil {
		return err
	}
	if isNull(last) && last.Value == "" {
		return errNoSplice
	}
	first := last
	if parent.Kind == yaml.MappingNode {
		first = parent.Content[len(parent.Content)-2]
	}
	start, err := s.text.offset(first)
	if err != nil {
		return err
	}
	lead := string(s.text.data[s.text.lineStart(start):start])
	fs := s.flowStyle(parent)
	separator, opening, closing := ","+fs.space(), "[", "]"
	if strings.TrimLeft(lead, " \t") == "" && first.Line != parent.Line {
		separator = "," + s.text.eol(start) + lead
		opening, closing = "["+s.text.eol(start)+lead+"  ", s.text.eol(start)+lead+"]"
	}
	var b strings.Builder
	b.WriteString(separator)
	between := separator
	if key != "" {
		b.WriteString(scalarText(str(key), fs.quoted) + ":" + fs.space() + opening)
		if opening != "[" {
			between = separator + "  "
		}
	}
	for i, e := range entries {
		if i > 0 {
			b.WriteString(between)
		}
		writeFlow(&b, e, fs)
	}
	if key != "" {
		b.WriteString(closing)
	}
	s.edits = append(s.edits, edit{end, end, b.String()})
	return nil
}

// flowStyle tells how the flow collection around an addition is written: by the
// first key in it or, in a list, by that of its first entry.
func (s *splicer) flowStyle(n *yaml.Node) flowStyle {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return flowStyle{quoted: true}
	}
	key := n.Content[0]
	end, err := s.text.end(key, -1, true)
	quoted := key.Style&yaml.DoubleQuotedStyle != 0
	return flowStyle{quoted: quoted, tight: quoted && err == nil && s.text.hasPrefix(end, ":") && !s.text.hasPrefix(end, ": ")}
}

func (fs flowStyle) space() string {
	if fs.tight {
		return ""
	}
	return " "
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
