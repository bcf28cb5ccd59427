package yamledit

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// addFlow adds to a flow collection: behind key, a list of the entries; without
// one, the entries themselves. Where the collection has a line for each of its
// values, so has what is added.
func (s *splicer) addFlow(parent *yaml.Node, key string, entries []*yaml.Node) error {
	if len(parent.Content) == 0 {
		return yamltext.ErrUnclear
	}
	// The brackets must be there: "[a: b]" holds a mapping without any.
	if _, err := s.endOf(parent); err != nil {
		return err
	}
	last := parent.Content[len(parent.Content)-1]
	end, err := s.text.End(last, -1, true)
	if err != nil {
		return err
	}
	if yamlnode.IsNull(last) && last.Value == "" {
		return yamltext.ErrUnclear
	}
	first := last
	if parent.Kind == yaml.MappingNode {
		first = parent.Content[len(parent.Content)-2]
	}
	start, err := s.text.Offset(first)
	if err != nil {
		return err
	}
	lead := string(s.text.Data[s.text.LineStart(start):start])
	fs := s.flowStyle(parent)
	separator, opening, closing := ","+fs.space(), "[", "]"
	if strings.TrimLeft(lead, " \t") == "" && first.Line != parent.Line {
		separator = "," + s.text.EOL(start) + lead
		opening, closing = "["+s.text.EOL(start)+lead+"  ", s.text.EOL(start)+lead+"]"
	}
	var b strings.Builder
	b.WriteString(separator)
	between := separator
	if key != "" {
		b.WriteString(scalarText(yamlnode.Str(key), fs.quoted) + ":" + fs.space() + opening)
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
	s.edit(end, end, b.String())
	return nil
}

// removeFlow plans to take the last entries out of a list in flow style, as addFlow
// has put them there: with the separator before them.
func (s *splicer) removeFlow(p place, changes []Change, more bool) error {
	list := p.value
	first := changes[0].Index
	for _, c := range changes {
		first = min(first, c.Index)
	}
	if more || first == 0 || first != len(list.Content)-len(changes) {
		return yamltext.ErrUnclear
	}
	last, err := s.text.End(list.Content[len(list.Content)-1], -1, true)
	if err != nil {
		return err
	}
	return s.cutFlow(list.Content[first-1], list.Content[first], last)
}

// cameWithKey tells whether a key was added with its list, or was there with an
// empty one. In a mapping with a line for each key, only the list that is added
// with its key has a line for each entry; else keys are added last, and those in
// gone go as well.
func (s *splicer) cameWithKey(parent, key, list *yaml.Node, gone map[*yaml.Node]bool) bool {
	start, err := s.text.Offset(key)
	if err != nil || len(list.Content) == 0 {
		return false
	}
	ownLine := key.Line != parent.Line && strings.TrimLeft(string(s.text.Data[s.text.LineStart(start):start]), " \t") == ""
	if entryLines := list.Content[0].Line != list.Line; ownLine || entryLines {
		return ownLine && entryLines
	}
	for i := slices.Index(parent.Content, key) + 3; i < len(parent.Content); i += 2 {
		if !gone[parent.Content[i]] {
			return false
		}
	}
	return true
}

// cutKey plans to take a key and its value out of a flow mapping, with the comma
// before them or, for the first key, the one behind.
func (s *splicer) cutKey(p place) error {
	end, err := s.text.End(p.value, -1, true)
	if err != nil {
		return err
	}
	at := slices.Index(p.parent.Content, p.key)
	if at > 0 {
		return s.cutFlow(p.parent.Content[at-1], p.key, end)
	}
	start, err := s.text.Offset(p.key)
	if err != nil || len(p.parent.Content) < 4 {
		return yamltext.ErrUnclear
	}
	next, err := s.text.Offset(p.parent.Content[2])
	if err != nil || strings.TrimSpace(string(s.text.Data[end:next])) != "," {
		return yamltext.ErrUnclear
	}
	s.edit(start, next, "")
	return nil
}

// cutFlow plans to cut from the end of a node, with the separator before the next
// one, to an offset. Anything else between the two is not ours.
func (s *splicer) cutFlow(before, first *yaml.Node, to int) error {
	from, err := s.text.End(before, -1, true)
	if err != nil {
		return err
	}
	start, err := s.text.Offset(first)
	if err != nil || strings.TrimSpace(string(s.text.Data[from:start])) != "," {
		return yamltext.ErrUnclear
	}
	s.edit(from, to, "")
	return nil
}

// inReverse returns the indexes of changes, those of later keys in the text first.
func inReverse(object *yaml.Node, changes []Change) []int {
	at := func(i int) *yaml.Node {
		way, key := group{list: changes[i].List}.parent()
		if parent := way.Follow(object); parent != nil && parent.Kind == yaml.MappingNode {
			if k, _ := yamlnode.Pair(parent, key); k != nil {
				return k
			}
		}
		return object
	}
	out := make([]int, len(changes))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int {
		return cmp.Or(at(b).Line-at(a).Line, at(b).Column-at(a).Column)
	})
	return out
}
