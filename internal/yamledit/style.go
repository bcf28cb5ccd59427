package yamledit

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
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
