package yamledit

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Nodes returns the object with changes made, in nodes of its own: aliases and merge
// keys are written out, and no node of the object itself changes. What no change
// leads to may be shared with the object.
func Nodes(o Object, changes []Change) (*yaml.Node, error) {
	t := tree{own: map[*yaml.Node]bool{}}
	if o.Plain {
		t.root = t.copy(o.Node)
	} else {
		var err error
		if t.root, err = yamlnode.Expand(o.Node); err != nil {
			return nil, err
		}
	}
	for _, g := range byList(changes) {
		way, key := g.parent()
		parent := t.at(way)
		if parent == nil || parent.Kind != yaml.MappingNode {
			return nil, errMissing(parent, g.list.String())
		}
		t.change(parent, key, g)
	}
	return t.root, nil
}

// tree is a copy of which only those nodes are copied that change.
type tree struct {
	root *yaml.Node
	own  map[*yaml.Node]bool
}

func (t tree) copy(n *yaml.Node) *yaml.Node {
	if t.own[n] {
		return n
	}
	out := *n
	out.Content = slices.Clone(n.Content)
	t.own[&out] = true
	return &out
}

// at goes a way through copies; nil if it leads nowhere.
func (t tree) at(way yamlnode.Way) *yaml.Node {
	n := t.root
	for _, step := range way {
		i := step.Index
		if step.Key != "" {
			i = indexOf(n, step.Key) + 1
		}
		if i < 0 || i >= len(n.Content) || step.Key != "" && i == 0 {
			return nil
		}
		n.Content[i] = t.copy(n.Content[i])
		n = n.Content[i]
	}
	return n
}

// indexOf is where a mapping has a key; -1 if it hasn't.
func indexOf(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content) && m.Kind == yaml.MappingNode; i += 2 {
		if m.Content[i].Kind == yaml.ScalarNode && m.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// change makes all changes of the list at a key. Entries keep their indexes until
// the last of them.
func (t tree) change(parent *yaml.Node, key string, g group) {
	at := indexOf(parent, key)
	var list *yaml.Node
	if at >= 0 {
		parent.Content[at+1] = t.copy(parent.Content[at+1])
		list = parent.Content[at+1]
	}
	var gone []int
	for _, c := range g.changes {
		switch {
		case c.Op == Drop && at >= 0:
			parent.Content = slices.Delete(parent.Content, at, at+2)
			return
		case c.Op == Empty:
			t.empty(parent, at, key, c)
			return
		case c.Op == Append || list == nil || c.Index >= len(list.Content):
		case c.Op == Remove:
			gone = append(gone, c.Index)
		case c.Op == Replace:
			list.Content[c.Index] = c.Entries[0]
		default:
			list.Content[c.Index] = t.copy(list.Content[c.Index])
			setPair(list.Content[c.Index], c, list.Style&yaml.FlowStyle != 0)
		}
	}
	if list != nil {
		list.Content = Without(list.Content, gone)
	}
	for _, c := range g.changes {
		if c.Op == Append {
			list = appendTo(parent, key, list, c.Entries)
		}
	}
}

// Without returns a list less the entries at some indexes.
func Without[T any](list []T, indexes []int) []T {
	if len(indexes) == 0 {
		return list
	}
	gone := map[int]bool{}
	for _, i := range indexes {
		gone[i] = true
	}
	var out []T
	for i, entry := range list {
		if !gone[i] {
			out = append(out, entry)
		}
	}
	return out
}

// empty gives a key what was behind it before its list was filled.
func (t tree) empty(parent *yaml.Node, at int, key string, c Change) {
	value := yamlnode.Sequence()
	value.Style = yaml.FlowStyle
	if text := strings.TrimRight(strings.TrimSpace(c.Text), " \t#"); !strings.HasPrefix(text, "[") {
		value = yamlnode.Literal(yaml.NodeTagNull, text)
	}
	if at < 0 {
		parent.Content = append(parent.Content, yamlnode.Str(key), value)
		return
	}
	parent.Content[at+1] = value
	if c.Keep != "" {
		k := *parent.Content[at]
		k.LineComment = withoutMark(k.LineComment, c.Keep)
		parent.Content[at] = &k
	}
}

// appendTo appends to the list at a key, which is made if it isn't there.
func appendTo(parent *yaml.Node, key string, list *yaml.Node, entries []*yaml.Node) *yaml.Node {
	if parent.Style&yaml.FlowStyle != 0 || list != nil && list.Style&yaml.FlowStyle != 0 && len(list.Content) > 0 {
		entries = withoutComments(entries) // a comment would swallow the rest of the line
	}
	switch {
	case list == nil:
		list = yamlnode.Sequence(slices.Clone(entries)...)
		parent.Content = append(parent.Content, yamlnode.Str(key), list)
	case yamlnode.IsNull(list) || len(list.Content) == 0:
		filled := yamlnode.Sequence()
		if parent.Style&yaml.FlowStyle == 0 {
			yamlnode.CommentLike(filled, list)
		}
		filled.Content = slices.Clone(entries)
		*list = *filled
	default:
		list.Content = append(list.Content, entries...)
	}
	return list
}

// withoutComments copies nodes less their comments.
func withoutComments(nodes []*yaml.Node) []*yaml.Node {
	out := make([]*yaml.Node, len(nodes))
	for i, n := range nodes {
		bare := *n
		bare.HeadComment, bare.LineComment, bare.FootComment = "", "", ""
		bare.Content = withoutComments(n.Content)
		out[i] = &bare
	}
	return out
}
